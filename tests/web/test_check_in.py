"""«Я на заседании»: what a browser without a session sees, one tap, six digits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from mmo_lti.app import create_app
from mmo_lti.installation import Installation
from mmo_lti.models.code_try import CodeTry
from mmo_lti.models.database import Database
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.meeting import Attendance, AttendanceMark, Meeting
from mmo_lti.models.web_session import WebSession
from mmo_lti.rules.states import MeetingState
from mmo_lti.services.typed_code import PER_PERSON
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.course import make_course, make_group_link
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.web.conftest import City, ClientFor, Clock
from tests.web.meeting_now import CODE, HERE, LINK, PAGE, STARTS, begin_meeting, present
from tests.web.page import Page, follow, press, read, see
from tests.web.visitor import Visitor


@pytest.fixture
def meeting(database: Database, city: City, clock: Clock) -> Meeting:
    return begin_meeting(database, city, clock)


def type_code(visitor: Visitor, code: str = CODE) -> Page:
    return read(visitor.post("/check-in", {"code": code}))


class TestWithoutASession:
    """Whoever opens the link in the hours of the meeting sees its digits, and nothing else."""

    def test_it_shows_the_code_and_the_way_through_moodle_and_names_nobody(
        self, stranger: Visitor, database: Database, city: City, meeting: Meeting
    ) -> None:
        with database.write() as session:
            course = make_course(session, city.centre, "9", resource_link_id="99")
            make_group_link(session, city.association, course)
        page = read(stranger.get(f"/go/{LINK}"))
        assert "482 913" in page.text
        assert page.tree.xpath("//a[contains(@class, 'btn-primary')]/@href") == [
            "https://moodle.example/mod/lti/view.php?l=99"
        ]
        for told in ("математики", "грамотность", "Гимназия", city.leader.last, "МБУ"):
            assert told not in page.text
        assert stranger.get(f"/go/{LINK}").headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("minutes", [-31, 90])
    def test_before_and_after_there_is_no_code(
        self, stranger: Visitor, meeting: Meeting, clock: Clock, minutes: int
    ) -> None:
        clock.at = STARTS + timedelta(minutes=minutes)
        page = see(stranger, f"/go/{LINK}")
        assert "482 913" not in page.text
        assert "Сейчас отметиться нельзя" in page

    def test_a_cancelled_meeting_shows_no_code(
        self, stranger: Visitor, database: Database, meeting: Meeting
    ) -> None:
        with database.write() as session:
            session.get_one(Meeting, meeting.id).state = MeetingState.CANCELLED
        assert "482 913" not in see(stranger, f"/go/{LINK}").text

    def test_without_any_activity_it_says_where_to_go(
        self, stranger: Visitor, database: Database, city: City, meeting: Meeting
    ) -> None:
        with database.write() as session:
            session.merge(city.course).resource_link_id = ""
        page = see(stranger, f"/go/{LINK}")
        assert "482 913" in page.text
        assert "нажмите на элемент «Методические объединения»" in page
        assert page.primary == []

    def test_it_marks_nobody(self, stranger: Visitor, database: Database, meeting: Meeting) -> None:
        stranger.get(f"/go/{LINK}")
        assert stranger.post(f"/check-in/{LINK}").status_code == 403
        assert stranger.post("/check-in", {"code": CODE}).status_code == 403
        assert present(database) == set()


class TestOneTap:
    """With a session the QR code opens the page of one button."""

    def test_the_link_leads_there_and_the_tap_marks(
        self, member: Visitor, database: Database, city: City, meeting: Meeting
    ) -> None:
        assert member.get(f"/go/{LINK}").location == f"/check-in/{LINK}"
        page = see(member, f"/check-in/{LINK}")
        assert page.primary == [HERE]
        assert "Функциональная грамотность" in page
        assert present(database) == set(), "looking marks nobody"
        answer = press(member, f"/check-in/{LINK}", HERE, times=2)
        assert answer.location == PAGE
        page = follow(member, answer)
        assert "Вы отмечены на заседании." in page
        assert "вы отмечены" in page
        assert present(database) == {city.member.id}
        assert see(member, f"/check-in/{LINK}").primary == []
        with database.read() as session:
            told = select(func.count()).where(JournalEntry.action == "attendance.check_in")
            assert session.scalar(told) == 1

    def test_a_foreign_form_marks_nobody(self, member: Visitor, database: Database, meeting: Meeting) -> None:
        assert member.post(f"/check-in/{LINK}", csrf="made up").status_code == 403
        assert present(database) == set()

    def test_whoever_is_no_member_learns_whose_meeting_it_is_and_no_more(
        self, outsider: Visitor, database: Database, meeting: Meeting
    ) -> None:
        page = see(outsider, f"/check-in/{LINK}")
        assert "Здесь встречается ММО учителей математики." in page
        assert "он впишет вас в приглашённые" in page
        assert "грамотность" not in page
        assert page.buttons == set()
        refused = read(outsider.post(f"/check-in/{LINK}"))
        assert refused.status == 422
        assert "вас нет в списке его членов" in refused.alert
        assert present(database) == set()

    def test_too_early_it_says_when(self, member: Visitor, meeting: Meeting, clock: Clock) -> None:
        clock.at = STARTS - timedelta(hours=2)
        page = see(member, f"/check-in/{LINK}")
        assert "Отметиться можно с 12 октября 2026 г., 14:00" in page
        assert page.buttons == set()

    def test_somebody_of_another_centre_sees_what_strangers_see(
        self, client_for: ClientFor, database: Database, city: City, meeting: Meeting
    ) -> None:
        visitor = client_for(city.outsider)
        with database.write() as session:
            row = session.query(WebSession).filter_by(handle=visitor.handle).one()
            row.centre_id = make_centre(session, "https://other.example").id
        assert "Открыть в Moodle" in see(visitor, f"/go/{LINK}")

    def test_a_made_up_link_is_not_found(self, member: Visitor, stranger: Visitor, meeting: Meeting) -> None:
        assert member.get("/check-in/made-up").status_code == 404
        assert member.post("/check-in/made-up").status_code == 404
        assert stranger.get("/go/made-up").status_code == 404

    def test_an_event_that_is_no_meeting_says_so(
        self, member: Visitor, database: Database, meeting: Meeting
    ) -> None:
        with database.write() as session:
            session.get_one(Meeting, meeting.id).is_meeting = False
        page = see(member, f"/check-in/{LINK}")
        assert page.primary == ["Я на мероприятии"]
        answer = press(member, f"/check-in/{LINK}", "Я на мероприятии")
        assert "Вы отмечены." in follow(member, answer)


class TestSixDigits:
    """After the launch the digits are typed on the home page."""

    def test_home_offers_it_while_a_meeting_of_ones_own_runs(
        self, member: Visitor, outsider: Visitor, meeting: Meeting, clock: Clock
    ) -> None:
        page = see(member, "/")
        assert page.primary == [HERE]
        assert "Идёт сейчас Функциональная грамотность" in page
        assert HERE not in see(outsider, "/")
        clock.at = STARTS - timedelta(minutes=30)
        assert "Скоро начнётся Функциональная грамотность" in see(member, "/")
        clock.at = STARTS + timedelta(minutes=90)
        assert HERE not in see(member, "/")

    def test_who_typed_them_is_present_and_home_says_so(
        self, member: Visitor, database: Database, city: City, meeting: Meeting
    ) -> None:
        answer = press(member, "/", HERE, {"code": "482 913"})
        assert answer.location == PAGE
        assert "Вы отмечены на заседании." in follow(member, answer)
        assert present(database) == {city.member.id}
        page = see(member, "/")
        assert "вы отмечены" in page
        assert HERE not in page

    def test_the_leaders_most_urgent_duty_steps_back_while_the_meeting_runs(
        self, leader: Visitor, meeting: Meeting
    ) -> None:
        page = see(leader, "/")
        assert page.primary == [HERE]
        assert "К самому срочному" in page

    def test_the_meetings_own_page_takes_them_too(
        self, member: Visitor, database: Database, city: City, meeting: Meeting
    ) -> None:
        assert see(member, PAGE).primary == [HERE]
        press(member, PAGE, HERE, {"code": CODE})
        assert present(database) == {city.member.id}
        assert see(member, PAGE).primary == []

    def test_a_wrong_code_stays_in_its_field_and_says_what_to_do(
        self, member: Visitor, database: Database, meeting: Meeting
    ) -> None:
        page = type_code(member, "482 914")
        assert page.status == 422
        assert page.form(HERE).values["code"] == "482 914"
        assert page.faults["code"].startswith("Такой код сейчас не действует. Проверьте цифры")
        assert "Функциональная грамотность" in page
        assert present(database) == set()
        assert type_code(member).status == 303

    @pytest.mark.parametrize(("typed", "told"), [("", "Заполните это поле."), ("48291", "Код – шесть цифр.")])
    def test_a_slip_is_no_try(
        self, member: Visitor, database: Database, meeting: Meeting, typed: str, told: str
    ) -> None:
        page = type_code(member, typed)
        assert page.status == 422
        assert page.faults["code"].startswith(told)
        assert tries(database) == 0

    def test_after_ten_wrong_ones_the_person_waits_and_another_does_not(
        self, member: Visitor, client_for: ClientFor, database: Database, city: City, meeting: Meeting,
        clock: Clock,
    ) -> None:  # fmt: skip
        for number in range(PER_PERSON):
            assert type_code(member, f"{number:06}").status == 422
        assert tries(database) == PER_PERSON
        page = type_code(member)
        assert page.status == 422
        assert page.alert == (
            "Слишком много неверных кодов. Подождите до 12 октября 2026 г., 14:55 "
            "или попросите руководителя отметить вас в списке."
        )
        assert page.form(HERE).values["code"] == CODE
        assert present(database) == set()
        assert type_code(client_for(city.members[1])).status == 303
        clock.at += timedelta(minutes=15)
        assert type_code(member).status == 303

    def test_another_process_counts_the_same_tries(
        self, app: Flask, member: Visitor, database: Database, city: City, meeting: Meeting, clock: Clock
    ) -> None:
        site: Installation = app.extensions["mmo"]
        for number in range(PER_PERSON):
            type_code(member, f"{number:06}")
        other = create_app(site.config)
        there: Installation = other.extensions["mmo"]
        there.wall = clock
        cookie = member.client.get_cookie(f"mmo_session_{member.handle}", domain="127.0.0.1")
        assert cookie is not None
        client = other.test_client()
        client.set_cookie(cookie.key, cookie.value, domain="127.0.0.1")
        assert type_code(Visitor(client, member.handle, member.token)).status == 422
        there.database.close()
        there.http.close()

    def test_who_typed_the_right_code_and_is_no_member_is_told_so(
        self, outsider: Visitor, database: Database, meeting: Meeting
    ) -> None:
        page = type_code(outsider)
        assert page.status == 422
        assert page.alert.startswith("Это встреча ММО учителей математики, а вас нет в списке его членов.")
        assert tries(database) == 0

    def test_two_meetings_at_once_are_told_apart_by_their_codes(
        self, member: Visitor, database: Database, city: City, meeting: Meeting
    ) -> None:
        with database.write() as session:
            physics = make_association(session, city.centre, "учителей физики", code="MMO-03")
            make_membership(session, physics, city.member)
            other = make_meeting(session, physics, STARTS, topic="Об опытах", check_in_code="111111")
        page = see(member, "/")
        assert "Об опытах" in page
        assert "Функциональная грамотность" in page
        type_code(member, "111111")
        with database.read() as session:
            marked = select(Attendance.meeting_id).where(Attendance.mark == AttendanceMark.PRESENT)
            assert session.scalars(marked).all() == [other.id]

    def test_the_page_of_the_code_opens_by_itself(self, member: Visitor, meeting: Meeting) -> None:
        assert see(member, "/check-in").primary == [HERE]


def tries(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count(CodeTry.id))) or 0
