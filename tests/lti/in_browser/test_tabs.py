"""Tabs: two people, two roles, two courses, a tab of one's own, a link from a message (N 126, 127; «Links and sessions»)."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from mmo_lti.models.centre import Centre
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.order import OrderKind
from mmo_lti.models.person import Account
from mmo_lti.services.notice import notify
from tests.factories.association import make_association
from tests.factories.membership import make_membership
from tests.factories.office import make_office
from tests.factories.order import make_order
from tests.factories.person import make_person
from tests.lti.conftest import Clock
from tests.lti.in_browser.chromium import chromium
from tests.lti.in_browser.conftest import OpenBrowser
from tests.lti.in_browser.firefox import firefox
from tests.lti.in_browser.stage import FRAME, Stage, fill_login

pytestmark = pytest.mark.browser


def position_of(stage: Stage, sub: int) -> str:
    with stage.database.read() as session:
        return session.scalars(select(Account).filter_by(sub=str(sub))).one().person.position


def test_lti_126_two_people_in_two_tabs(stage: Stage, browser: OpenBrowser) -> None:
    """Whoever signs in to Moodle in the other tab, a page acts as the person it was launched as."""
    context = browser()
    first, second = context.pages[0], context.new_page()
    of_first = stage.launch(first, "teacher01")
    expect(of_first.locator(".mmo-who")).to_have_text("Иванова А. И.")
    of_second = stage.launch(second, "teacher02")
    expect(of_second.locator(".mmo-who")).to_have_text("Петрова М. П.")
    for tab, frame, position in ((first, of_first, "учитель"), (second, of_second, "методист")):
        tab.bring_to_front()
        frame.get_by_role("link", name="Мои данные").click()
        frame.get_by_label("Должность").fill(position)
    for tab, frame in ((second, of_second), (first, of_first)):
        tab.bring_to_front()
        frame.get_by_role("button", name="Подтверждаю").click()
        expect(frame.get_by_role("status")).to_contain_text("Данные сохранены")
    teachers = stage.site.teacher_ids
    assert [position_of(stage, sub) for sub in teachers[:2]] == ["учитель", "методист"]
    expect(of_first.locator(".mmo-who")).to_have_text("Иванова А. И.")


def two_roles(stage: Stage) -> None:
    """teacher01 leads MMO-02; metodist is the centre's coordinator."""
    with stage.database.write() as session:
        centre = session.scalars(select(Centre)).one()
        leader = make_person(session, centre, sub=str(stage.site.teacher_ids[0]))
        coordinator = make_person(
            session, centre, "Методистова", "Вера", "Павловна", sub=str(stage.site.coordinator_id)
        )
        make_office(session, coordinator, OfficeKind.COORDINATOR)
        association = make_association(session, centre, code="MMO-02")
        make_order(session, association, OrderKind.CREATION, coordinator)
        make_order(session, association, OrderKind.APPOINTMENT, coordinator, leader)
        make_membership(session, association, leader)


def acts(stage: Stage) -> list[tuple[str, str]]:
    """What the journal has of people: whose account, what."""
    with stage.database.read() as session:
        rows = session.execute(
            select(Account.sub, JournalEntry.action)
            .join(Account, Account.person_id == JournalEntry.actor)
            .order_by(JournalEntry.id)
        )
        return [(row.sub, row.action) for row in rows]


def test_lti_126_two_roles_in_two_tabs(stage: Stage, browser: OpenBrowser) -> None:
    """A leader and the coordinator in one browser: each page is shown, reloaded and sent by its own role."""
    two_roles(stage)
    context = browser()
    first, second = context.pages[0], context.new_page()
    leader = stage.launch(first, "teacher01")
    expect(leader.locator(".mmo-who")).to_have_text("Иванова А. И.")
    coordinator = stage.launch(second, "metodist")
    coordinator.get_by_role("link", name="Город", exact=True).click()
    coordinator.get_by_role("link", name="Организации").click()
    first.bring_to_front()
    leader.get_by_role("link", name="Объединения", exact=True).click()
    leader.get_by_role("link", name=re.compile("учителей математики")).first.click()
    leader.get_by_role("link", name="Заседания").first.click()
    for tab, frame, heading, name, orders in (
        (first, leader, "Заседания и мероприятия", "Иванова А. И.", 0),
        (second, coordinator, "Образовательные организации", "Методистова В. П.", 1),
    ):
        tab.bring_to_front()
        expect(frame.get_by_role("heading", level=1)).to_contain_text(heading)
        with tab.expect_event("framenavigated"):
            stage.frame_of(tab).evaluate("location.reload()")
        expect(frame.locator(".mmo-who")).to_have_text(name)
        expect(frame.get_by_role("link", name="Приказы")).to_have_count(orders)
    first.bring_to_front()
    leader.get_by_text("Добавить мероприятие вне плана").click()
    leader.get_by_label("Тема").fill("Обмен опытом")
    leader.get_by_label("День").fill("2026-10-20")
    leader.get_by_role("button", name="Запланировать").click()
    expect(leader.locator("main")).to_contain_text("Обмен опытом")
    second.bring_to_front()
    coordinator.get_by_text("Добавить организации").click()
    coordinator.get_by_label("Названия, каждое с новой строки").fill("МБОУ СОШ № 99")
    coordinator.get_by_role("button", name="Добавить", exact=True).click()
    expect(coordinator.locator("main")).to_contain_text("МБОУ СОШ № 99")
    of_leader, of_coordinator = str(stage.site.teacher_ids[0]), str(stage.site.coordinator_id)
    assert acts(stage) == [(of_leader, "meeting.plan"), (of_coordinator, "add_organisation")]
    for frame, name in ((leader, "Иванова А. И."), (coordinator, "Методистова В. П.")):
        expect(frame.locator(".mmo-who")).to_have_text(name)


def test_lti_126_two_courses_in_two_tabs(stage: Stage, browser: OpenBrowser) -> None:
    """A teacher of a class opens the tool there too: one tab stays in the association's course."""
    activity = stage.site.moodle.add_activity(stage.site.class_course_id, 1, "ММО в классе")
    context = browser()
    first, second = context.pages[0], context.new_page()
    of_first = stage.launch(first, "teacher01")
    expect(of_first.locator(".mmo-who")).to_have_text("Иванова А. И.")
    second.goto(f"{stage.moodle_url}/mod/lti/view.php?l={activity.id}")
    of_second = second.frame_locator(FRAME)
    expect(of_second.get_by_role("heading", level=1)).to_contain_text("Этот курс не подключён")
    first.bring_to_front()
    of_first.get_by_role("link", name="Мои данные").click()
    expect(of_first.get_by_label("Должность")).to_be_visible()


@pytest.mark.parametrize(
    ("engine", "scripts"),
    [(chromium, True), (chromium, False), pytest.param(firefox, True, marks=pytest.mark.slow)],
)
def test_lti_119_own_tab_is_listed_and_can_be_ended(
    stage: Stage, browser: OpenBrowser, scripts: bool
) -> None:
    context = browser()
    if not scripts:
        context.route("**/mmo.js", lambda route: route.abort())
    page = context.pages[0]
    frame = stage.launch(page, "teacher01")
    frame.get_by_role("link", name="Мои данные").click()
    with context.expect_page() as opened:
        frame.get_by_role("button", name="Открыть в отдельной вкладке").click()
        if not scripts:
            frame.get_by_role("link", name="Открыть", exact=True).click()
    tab = opened.value
    expect(tab.locator("main")).to_contain_text("Вы войдёте как Анна Ивановна Иванова")
    tab.get_by_label("Это моё устройство").check()
    tab.get_by_role("button", name="Войти").click()
    expect(tab.locator(".mmo-who")).to_have_text("Иванова А. И.")
    expect(tab.get_by_role("heading", name="Где вы вошли")).to_be_visible()
    expect(tab.get_by_role("button", name="Открыть в отдельной вкладке")).to_have_count(0)
    expect(tab.locator("#sessions + ul > li")).to_contain_text("Linux, была открыта")
    page.bring_to_front()
    if not scripts:
        frame.get_by_role("link", name="Остаться здесь").click()
    frame.get_by_role("link", name="Главная").click()
    frame.get_by_role("link", name="Мои данные").click()
    frame.get_by_role("button", name="Завершить").click()
    expect(frame.locator("main")).to_contain_text("Сеанс завершён")
    tab.reload()
    expect(tab.get_by_role("heading")).to_have_text("Вход не выполнен или сеанс закончился")


def notice_about(stage: Stage, path: str, now: datetime) -> str:
    """CODE of a notice to teacher01."""
    with stage.database.write() as session:
        centre = session.scalars(select(Centre)).one()
        association = make_association(session, centre, code="MMO-02")
        params = {"association": association.genitive, "year": "2026/2027", "due": now.date()}
        person = session.scalars(select(Account).filter_by(sub="3")).one().person
        told = notify(session, centre.id, person.id, "plan_proposals", association, "", params, path, now)
        assert told is not None
        return told.code


def test_lti_127_link_of_a_message_leads_through_moodle_to_the_thing(
    stage: Stage, browser: OpenBrowser, clock: Clock
) -> None:
    """Signed in to neither: a tap, Moodle's own sign-in, and the page that the message was about."""
    context = browser()
    page = context.pages[0]
    frame = stage.launch(page, "teacher01")
    expect(frame.locator(".mmo-who")).to_have_text("Иванова А. И.")
    code = notice_about(stage, "/a/MMO-02", clock())
    context.clear_cookies()
    page.goto(f"{stage.tool_url}/go/{code}")
    expect(page.locator("main")).not_to_contain_text("математики")
    page.get_by_role("link", name="Открыть в Moodle").click()
    fill_login(page, "teacher01")
    expect(page).to_have_url(stage.activity_url)
    expect(frame.get_by_role("heading", level=1)).to_contain_text("учителей математики")
    stage.open(page)
    expect(frame.get_by_role("heading", level=1)).not_to_contain_text("учителей математики")


def test_lti_127_link_of_a_message_opens_at_once_on_an_own_device(
    stage: Stage, browser: OpenBrowser, clock: Clock
) -> None:
    context = browser()
    page = context.pages[0]
    frame = stage.launch(page, "teacher01")
    with context.expect_page() as opened:
        frame.get_by_role("button", name="Открыть в отдельной вкладке").click()
    tab = opened.value
    tab.get_by_role("button", name="Войти").click()
    expect(tab.locator(".mmo-who")).to_have_text("Иванова А. И.")
    code = notice_about(stage, "/a/MMO-02", clock())
    tab.goto("about:blank")
    tab.goto(f"{stage.tool_url}/go/{code}")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("учителей математики")
