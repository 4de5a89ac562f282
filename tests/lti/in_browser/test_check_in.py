"""From the screen in the room to the attendance list, through Moodle: «Links, QR codes and sessions»."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.meeting import Attendance, AttendanceMark
from mmo_lti.models.order import OrderKind
from mmo_lti.models.person import Account
from mmo_lti.web.qr_code import qr_code
from tests.factories.association import make_association
from tests.factories.course import make_group_link
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.order import make_order
from tests.lti.conftest import Clock
from tests.lti.in_browser.conftest import OpenBrowser
from tests.lti.in_browser.cookies import Cookies
from tests.lti.in_browser.stage import FRAME, Stage, fill_login

pytestmark = pytest.mark.browser
MEMBER, LEADER = "teacher01", "teacher02"


def meeting_of_both(stage: Stage, clock: Clock) -> str:
    """LEADER leads the association, MEMBER belongs, the meeting began ten minutes ago: CODE of its link."""
    with stage.database.write() as session:
        centre = session.scalars(select(Centre)).one()
        association = make_association(session, centre, code="MMO-02")
        member, leader = (
            session.scalars(select(Account).filter_by(sub=sub)).one().person for sub in ("3", "4")
        )
        make_order(session, association, OrderKind.CREATION, leader)
        make_order(session, association, OrderKind.APPOINTMENT, leader, leader)
        for person in (member, leader):
            make_membership(session, association, person)
        make_group_link(session, association, session.scalars(select(Course)).one())
        meeting = make_meeting(session, association, clock() - timedelta(minutes=10), called_at=clock())
        assert meeting.go_code is not None
        return meeting.go_code


def test_from_the_screen_in_the_room_to_the_attendance_list(
    stage: Stage, browser: OpenBrowser, clock: Clock
) -> None:
    laptop, phone = browser(), browser(Cookies.THIRD_PARTY_BLOCKED)
    desk = laptop.pages[0]
    stage.launch(desk, MEMBER)
    expect(desk.frame_locator(FRAME).locator(".mmo-who")).to_have_text("Иванова А. И.")
    laptop.clear_cookies()
    frame = stage.launch(desk, LEADER)
    expect(frame.locator(".mmo-who")).to_have_text("Петрова М. П.")
    code = meeting_of_both(stage, clock)

    frame.get_by_role("link", name="Главная").click()
    frame.get_by_role("link", name="Функциональная грамотность").first.click()
    frame.get_by_role("link", name="Показать на экране").click()
    picture = frame.get_by_role("img", name="QR-код")
    expect(picture).to_be_visible()
    address = f"{stage.tool_url}/go/{code}"
    drawn = picture.locator("path[stroke]").get_attribute("d")
    assert drawn is not None
    assert drawn in qr_code(address)

    hand = phone.pages[0]
    hand.set_viewport_size({"width": 390, "height": 800})
    hand.goto(address)
    expect(hand.locator("main")).not_to_contain_text("математики")
    digits = hand.locator(".display-2").inner_text()
    hand.get_by_role("link", name="Открыть в Moodle").click()
    fill_login(hand, MEMBER)
    inside = hand.frame_locator(FRAME)
    inside.get_by_label("Код с экрана, шесть цифр").fill(digits)
    inside.get_by_role("button", name="Я на заседании").click()
    expect(inside.get_by_role("status")).to_contain_text("Вы отмечены на заседании.")

    frame.get_by_role("link", name="К заседанию").click()
    line = frame.locator("#people label", has_text="Иванова")
    expect(line).to_contain_text("отметка по коду")
    expect(line.get_by_role("checkbox")).to_be_checked()
    with stage.database.read() as session:
        (came,) = session.scalars(select(Attendance).where(Attendance.mark == AttendanceMark.PRESENT))
        assert came.person.last == "Иванова"
