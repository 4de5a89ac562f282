"""Connecting a Moodle and choosing what to embed, by clicks alone (M 111–113, L 101–107, 127)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from mmo_lti.models.centre import Centre
from mmo_lti.services.registration import invite_platform
from tests.factories.association import make_association
from tests.lti.conftest import Clock
from tests.lti.in_browser.conftest import OpenBrowser
from tests.lti.in_browser.stage import FRAME, Stage

pytestmark = pytest.mark.browser


def test_lti_113_registration_by_one_pasted_address(
    unconnected: Stage, browser: OpenBrowser, clock: Clock
) -> None:
    """From the pasted address to the coordinator who connects the course: nobody types a key."""
    stage = unconnected
    with stage.database.write() as session:
        secret = invite_platform(session, clock())
    page = browser().pages[0]
    stage.sign_in(page, "admin")
    page.goto(f"{stage.moodle_url}/mod/lti/toolconfigure.php")
    page.fill("#addtool [name=url]", f"{stage.tool_url}/lti/register/{secret}")
    page.get_by_role("button", name="Добавить LTI Advantage").click()
    last = page.frame_locator("iframe")
    code = last.locator("#coordinator-code").inner_text()
    assert re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", code)
    last.get_by_role("button", name="Копировать").click()
    expect(last.get_by_text("Скопировано")).to_be_visible()
    last.get_by_role("button", name="Готово, закрыть окно").click()
    page.get_by_role("button", name="Активировать").click()
    expect(page.locator("[data-state=active]")).to_have_count(1)
    tool = next(iter(stage.site.moodle.tools.values()))
    stage.instance = stage.site.moodle.add_activity(stage.site.course_id, tool.id, "ММО").id
    frame = stage.launch(page, "metodist")
    frame.get_by_label("Код приглашения").press("Control+v")
    expect(frame.get_by_label("Код приглашения")).to_have_value(code)
    frame.get_by_role("button", name="Стать координатором").click()
    frame.get_by_role("button", name="Подключить этот курс").click()
    expect(frame.get_by_role("link", name="Приказы")).to_be_visible()


def test_lti_103_two_items_are_chosen_and_open_what_they_name(stage: Stage, browser: OpenBrowser) -> None:
    with stage.database.write() as session:
        make_association(session, session.scalars(select(Centre)).one(), code="MMO-02")
    page = browser().pages[0]
    stage.sign_in(page, "metodist")
    page.goto(f"{stage.moodle_url}/mod/lti/contentitem.php?course={stage.site.course_id}&id=1")
    page.get_by_label("Объединения города").check()
    page.get_by_label(re.compile("учителей математики")).first.check()
    page.get_by_role("button", name="Разместить").click()
    expect(page).to_have_url(re.compile(re.escape(f"{stage.moodle_url}/mod/lti/contentitem_return.php")))
    added = list(stage.site.moodle.activities.values())[-2:]
    headings = []
    for activity in added:
        page.goto(f"{stage.moodle_url}/mod/lti/view.php?l={activity.id}")
        headings.append(page.frame_locator(FRAME).get_by_role("heading", level=1).inner_text())
    assert headings == ["Объединения города", "ММО учителей математики"]
