"""The whole way with the sandbox Moodle: registration, activation, launches, deep linking, services."""

from __future__ import annotations

import re

from mmo_lti.models.person import Account
from mmo_lti.models.registration import Registration
from mmo_lti.models.web_session import WebSession
from tests.lti.platform import TOOL
from tests.lti.world import MOODLE, World, connect


def test_lti_112_dynamic_registration_and_launch(world: World) -> None:
    text = connect(world)
    assert re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", text)
    tool = next(iter(world.site.moodle.tools.values()))
    activity = world.site.moodle.add_activity(world.site.course_id, tool.id, "Методическое объединение")
    teacher = world.browser("teacher01")
    page = teacher.get(f"{MOODLE}/mod/lti/launch.php?id={activity.cmid}")
    assert teacher.at.startswith(f"{TOOL}/s/"), (page.status_code, page.text)
    assert "не подключ" in page.text
    with world.installation.database.read() as session:
        registration = session.query(Registration).filter_by(client_id=tool.client_id).one()
        web_session = session.query(WebSession).one()
        account = session.query(Account).filter_by(centre_id=registration.centre_id).one()
    assert web_session.group_ids == [world.site.group_ids[0]]
    assert (account.sub, account.name) == ("3", "")


def test_lti_113_last_page_says_what_comes_next(world: World) -> None:
    steps = re.findall(r"<li>(.+?)</li>", connect(world))
    assert [
        next(number for number, step in enumerate(steps) if words in step)
        for words in ("«Активировать»", "«Добавить элемент или ресурс»", "введёт код")
    ] == [0, 1, 2]


def test_lti_108_first_coordinator_connects_the_course(world: World) -> None:
    code = re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", connect(world))
    assert code
    tool = next(iter(world.site.moodle.tools.values()))
    activity = world.site.moodle.add_activity(world.site.course_id, tool.id, "Методическое объединение")
    address = f"{MOODLE}/mod/lti/launch.php?id={activity.cmid}"
    coordinator = world.browser("metodist")
    page = coordinator.get(address)
    page = coordinator.submit(page, code="ABCD-EFGH-JKLM-NPQR")
    assert (page.status_code, "не подходит" in page.text) == (409, True)
    page = coordinator.submit(page, code=code[0].lower())
    assert "Подключить этот курс" in page.text
    coordinator.submit(page)
    teacher = world.browser("teacher02")
    page = teacher.get(address)
    assert teacher.at.rpartition("/s/")[2][12:] == "/"
    with world.installation.database.read() as session:
        account = session.query(Account).filter_by(sub="4").one()
        names = (account.person.last, account.person.first, account.person.patronymic)
    assert names == ("Петрова", "Мария", "Петровна")
