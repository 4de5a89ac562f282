"""Meetings before their day: the list, planning, inviting, the agenda, moving and cancelling, who will come."""

import pytest
from sqlalchemy import func, select

from mmo_lti.models.database import Database
from mmo_lti.models.meeting import AgendaItem, Attendance, AttendanceMark, Guest, Meeting
from mmo_lti.rules.states import MeetingState
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper
from tests.factories.moment import moment
from tests.web.conftest import City, ClientFor, Clock
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor

LIST = "/a/MMO-02/2026-27/meetings"
PAGE = f"{LIST}/1"
CALL = {"day": "2026-10-20", "clock": "15:00", "place": "МБОУ «Гимназия № 23»", "minutes": "60"}
NEW = {
    "topic": "Открытый урок",
    "form": "открытый урок",
    "day": "2026-11-10",
    "clock": "",
    "level": "municipal",
}

ROWS = {
    "wording": ["О результатах ГИА", "Об олимпиаде", ""],
    "speaker": ["Е. С. Абрамова", "", ""],
    "question": ["", "", ""],
}


@pytest.fixture
def planned(database: Database, city: City) -> Meeting:
    """Of October, without a day."""
    with database.write() as session:
        row = make_meeting(session, city.association, moment(2026, 10, 20), number=1)
        row.starts_at, row.day, row.month = None, None, 10
    return row


@pytest.fixture
def called(leader: Visitor, planned: Meeting) -> Meeting:
    follow(leader, press(leader, PAGE, "Пригласить", CALL))
    return planned


@pytest.fixture
def helper(client_for: ClientFor, database: Database, city: City) -> Visitor:
    with database.write() as session:
        make_helper(session, city.association, city.members[1])
    return client_for(city.members[1])


def found(database: Database, row: Meeting) -> Meeting:
    with database.read() as session:
        return session.get_one(Meeting, row.id)


class TestList:
    def test_everybody_inside_reads_it_and_only_leader_and_helper_plan(
        self,
        leader: Visitor,
        helper: Visitor,
        member: Visitor,
        coordinator: Visitor,
        director: Visitor,
        planned: Meeting,
    ) -> None:
        for visitor in (leader, helper):
            assert see(visitor, LIST).primary == ["Запланировать"]
        for visitor in (member, coordinator, director):
            page = see(visitor, LIST)
            assert page.buttons == set()
            assert "октябрь 2026" in page
            assert "0 из 3" in page

    def test_outsiders_do_not(self, outsider: Visitor, administrator: Visitor, planned: Meeting) -> None:
        for visitor in (outsider, administrator):
            see(visitor, LIST, 404)
            see(visitor, PAGE, 403)

    def test_one_outside_the_plan_is_planned_once(self, leader: Visitor, database: Database) -> None:
        answer = press(leader, LIST, "Запланировать", NEW, times=2)
        assert answer.location == "/a/MMO-02/2026-27/events/1"
        page = follow(leader, answer)
        assert "Мероприятие запланировано." in page
        assert "вне плана" in page
        with database.read() as session:
            assert session.scalar(select(func.count(Meeting.id))) == 1

    def test_a_refused_form_comes_back_as_it_was(self, leader: Visitor, database: Database) -> None:
        page = press(leader, LIST, "Запланировать", {**NEW, "day": "2027-09-10", "for_young": "1"})
        assert page.status == 422
        assert "2026/2027" in page.alert
        kept = page.form("Запланировать").values
        assert kept == kept | NEW | {"day": "2027-09-10", "for_young": "1"}
        page = press(leader, LIST, "Запланировать", {**NEW, "topic": "", "clock": "полдень"})
        assert page.faults == {"topic": "Заполните это поле.", "clock": "Введите время, например 14:30."}
        assert page.tree.xpath("//details[@open]")
        with database.read() as session:
            assert session.scalar(select(func.count(Meeting.id))) == 0

    def test_an_empty_year_says_where_meetings_come_from(self, member: Visitor) -> None:
        assert "они появятся, когда директор согласует план" in see(member, LIST)


class TestInviting:
    def test_the_leader_invites_and_it_becomes_an_event(
        self, leader: Visitor, member: Visitor, database: Database, planned: Meeting
    ) -> None:
        page = see(leader, PAGE)
        assert page.primary == ["Пригласить"]
        assert "заседание · октябрь" in page
        answer = press(leader, PAGE, "Пригласить", CALL, times=2)
        page = follow(leader, answer)
        assert "Приглашения отправлены." in page
        assert "20 октября 2026 г., 15:00" in page
        assert found(database, planned).minutes == 60
        assert see(member, PAGE).primary == ["Приду"]

    def test_in_the_past_it_keeps_what_was_typed(
        self, leader: Visitor, database: Database, planned: Meeting
    ) -> None:
        page = press(leader, PAGE, "Пригласить", {**CALL, "day": "2026-10-01"})
        assert page.status == 422
        assert page.alert
        kept = page.form("Пригласить").values
        assert kept == kept | CALL | {"day": "2026-10-01"}
        assert found(database, planned).called_at is None

    def test_faults_stand_in_the_form_that_was_sent(self, leader: Visitor, planned: Meeting) -> None:
        page = press(leader, PAGE, "Пригласить", {**CALL, "clock": "в три", "minutes": "час"})
        assert page.status == 422
        assert set(page.faults) == {"clock", "minutes"}
        assert page.form("Сохранить день").values["clock"] == "14:30"

    def test_members_coordinator_and_director_do_not_invite(
        self, member: Visitor, coordinator: Visitor, director: Visitor, planned: Meeting
    ) -> None:
        for visitor in (member, coordinator, director):
            assert "Пригласить" not in see(visitor, PAGE).buttons
            assert visitor.post(PAGE, {"act": "call", **CALL}).status_code == 422

    def test_on_its_day_one_may_still_invite_or_mark_it_held(
        self, leader: Visitor, database: Database, city: City, clock: Clock
    ) -> None:
        with database.write() as session:
            make_meeting(session, city.association, moment(2026, 10, 5, 12), number=1)
        page = see(leader, PAGE)
        assert page.primary == ["Состоялось: составить протокол"]
        assert "Пригласить" in page.buttons


class TestAnswering:
    def test_a_member_says_yes_and_changes_the_mind(
        self, member: Visitor, leader: Visitor, called: Meeting
    ) -> None:
        page = follow(member, press(member, PAGE, "Приду", times=2))
        assert "Вы придёте." in page
        assert page.buttons == {"Не смогу"}
        page = follow(member, press(member, PAGE, "Не смогу"))
        assert "Вы не сможете прийти." in page
        assert "придут 0, не смогут 1, не ответили 10." in see(leader, PAGE)

    def test_once_it_began_it_is_too_late(self, member: Visitor, clock: Clock, called: Meeting) -> None:
        clock.at = moment(2026, 10, 20, 13)
        assert see(member, PAGE).buttons == set()
        assert read(member.post(PAGE, {"act": "coming"})).status == 422

    def test_whoever_is_not_on_the_list_is_not_asked(self, coordinator: Visitor, called: Meeting) -> None:
        assert "Вы придёте?" not in see(coordinator, PAGE)


class TestAgenda:
    def test_questions_are_kept_in_order_and_dropped_when_cleared(
        self, leader: Visitor, member: Visitor, database: Database, planned: Meeting
    ) -> None:
        page = follow(leader, press(leader, PAGE, "Сохранить повестку", ROWS))
        form = page.form("Сохранить повестку").values
        assert form["wording"] == ["О результатах ГИА", "Об олимпиаде", ""]
        assert page.words.index("Повестка сохранена.") >= 0
        assert "О результатах ГИА – Е. С. Абрамова" in see(member, PAGE)
        form["wording"][0] = ""
        follow(leader, press(leader, PAGE, "Сохранить повестку", form, times=2))
        with database.read() as session:
            assert session.scalars(select(AgendaItem.wording)).all() == ["Об олимпиаде"]

    def test_too_many_questions_all_come_back(self, leader: Visitor, planned: Meeting) -> None:
        many = [f"О вопросе {number}" for number in range(31)]
        rows = {"act": "agenda", "wording": many, "speaker": [""] * 31, "question": [""] * 31}
        page = read(leader.post(PAGE, rows))
        assert page.status == 422
        assert page.form("Сохранить повестку").values["wording"] == many

    def test_a_helper_writes_it_and_a_member_does_not(
        self, helper: Visitor, member: Visitor, planned: Meeting
    ) -> None:
        assert "Сохранить повестку" in see(helper, PAGE).buttons
        assert "Сохранить повестку" not in see(member, PAGE).buttons
        assert member.post(PAGE, {"act": "agenda", **ROWS}).status_code == 422


class TestGuests:
    def test_guests_are_typed_one_a_line(self, leader: Visitor, database: Database, planned: Meeting) -> None:
        values = {"guests": "Соколова В. П., методист\r\nПетров А. А."}
        page = follow(leader, press(leader, PAGE, "Сохранить приглашённых", values, times=2))
        assert "2 приглашённых не из ММО" in page
        with database.read() as session:
            rows = session.execute(select(Guest.name, Guest.position).order_by(Guest.id)).all()
        assert rows == [("Соколова В. П.", "методист"), ("Петров А. А.", "")]

    def test_too_long_a_list_is_kept(self, leader: Visitor, planned: Meeting) -> None:
        page = press(leader, PAGE, "Сохранить приглашённых", {"guests": "Гость\n" * 2000})
        assert page.status == 422
        assert "guests" in page.faults
        assert page.form("Сохранить приглашённых").values["guests"].count("Гость") == 2000


class TestChanging:
    def test_a_move_needs_a_reason_and_tells_people(
        self, leader: Visitor, database: Database, called: Meeting
    ) -> None:
        moved = {"day": "2026-10-27", "clock": "16:00", "place": "МБУ МЦ", "reason": " "}
        page = press(leader, PAGE, "Перенести", moved)
        assert page.status == 422
        kept = page.form("Перенести").values
        assert (kept["day"], kept["clock"], kept["place"]) == ("2026-10-27", "16:00", "МБУ МЦ")
        page = follow(leader, press(leader, PAGE, "Перенести", {**moved, "reason": "Карантин"}))
        assert "Перенесено с 20 октября 2026 г., 15:00 на 27 октября 2026 г., 16:00: Карантин" in page

    def test_a_day_may_be_set_without_inviting(
        self, leader: Visitor, database: Database, planned: Meeting
    ) -> None:
        values = {"day": "2026-10-02", "clock": "14:30"}
        page = follow(leader, press(leader, PAGE, "Сохранить день", values))
        assert page.primary == ["Состоялось: составить протокол"]
        assert found(database, planned).called_at is None

    def test_cancelling_asks_why_and_keeps_the_words_apart_from_the_move(
        self, leader: Visitor, member: Visitor, called: Meeting
    ) -> None:
        page = press(leader, PAGE, "Отменить мероприятие", {"reason": ""})
        assert page.status == 422
        assert len(page.tree.xpath("//details[@open]")) == 1
        follow(leader, press(leader, PAGE, "Отменить мероприятие", {"reason": "Актированный день"}))
        page = see(member, PAGE)
        assert "Отменено: Актированный день" in page
        assert page.buttons == set()

    def test_the_coordinator_moves_and_cancels_too(self, coordinator: Visitor, called: Meeting) -> None:
        assert see(coordinator, PAGE).buttons == {"Перенести", "Отменить мероприятие"}


@pytest.mark.parametrize("act", ["call", "agenda", "guests", "move", "cancel", "held", "coming"])
def test_a_foreign_form_changes_nothing(
    leader: Visitor, database: Database, planned: Meeting, act: str
) -> None:
    assert leader.post(PAGE, {"act": act, **CALL, "reason": "x"}, csrf="foreign").status_code == 403
    row = found(database, planned)
    assert (row.state, row.called_at) == (MeetingState.PLANNED, None)


def test_what_is_not_there_is_nothing(
    leader: Visitor, database: Database, city: City, planned: Meeting
) -> None:
    with database.write() as session:
        other = make_association(session, city.centre, "учителей физики", code="MMO-03")
        make_meeting(session, other, moment(2026, 10, 20), number=5)
    for path in (f"{LIST}/2", f"{LIST}/5", "/a/MMO-02/2025-26/meetings/1"):
        see(leader, path, 404)
    assert leader.post(PAGE, {"act": "dance"}).status_code == 404


def test_the_list_of_a_called_meeting_is_everybody_who_belongs(
    leader: Visitor, database: Database, called: Meeting
) -> None:
    with database.read() as session:
        marks = session.scalars(select(Attendance.mark)).all()
    assert marks == [AttendanceMark.INVITED] * 11
    assert "В списке 11 человек" in see(leader, PAGE)
