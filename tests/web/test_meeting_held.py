"""A meeting on its day and after: who came, the mark that drafts the protocol, the registration sheet."""

import pytest
from sqlalchemy import select

from mmo_lti.models.database import Database
from mmo_lti.models.meeting import Attendance, AttendanceMark, Meeting
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.states import MeetingState, ProtocolState
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper, make_membership
from tests.factories.moment import moment
from tests.factories.person import make_person
from tests.factories.protocol import make_protocol
from tests.web.conftest import City, ClientFor, Clock
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/2026-27/meetings/1"
EVENT = "/a/MMO-02/2026-27/events/1"
HELD = "Состоялось: составить протокол"


@pytest.fixture
def yesterday(database: Database, city: City) -> Meeting:
    """Its day has come; nobody was called to it by the tool."""
    with database.write() as session:
        return make_meeting(session, city.association, moment(2026, 10, 2, 11, 30), number=1)


def present(database: Database) -> set[int]:
    with database.read() as session:
        rows = session.scalars(select(Attendance).where(Attendance.mark == AttendanceMark.PRESENT))
        return {row.person_id for row in rows}


def test_marking_it_held_leads_to_the_protocol(
    leader: Visitor, database: Database, city: City, yesterday: Meeting
) -> None:
    page = see(leader, PAGE)
    assert page.primary == [HELD]
    assert "состоялось?" in page
    came = [str(one.id) for one in (city.leader, *city.members[:4])]
    answer = press(leader, PAGE, HELD, {"present": came}, times=2)
    assert answer.location == "/a/MMO-02/2026-27/protocols/1"
    page = follow(leader, answer)
    assert "Отмечено как проведённое. Черновик протокола готов." in page
    assert "Присутствовали 5 членов ММО" in page
    assert present(database) == {int(one) for one in came}
    page = see(leader, PAGE)
    assert page.primary == ["Заполнить протокол"]
    assert "Сдайте не позднее 12 октября 2026 г., осталось 7 дней." in page


def test_whoever_said_yes_is_ticked_already(
    leader: Visitor, database: Database, city: City, yesterday: Meeting
) -> None:
    with database.write() as session:
        for person, mark in (
            (city.members[0], AttendanceMark.COMING),
            (city.members[1], AttendanceMark.NOT_COMING),
        ):
            session.add(
                Attendance(centre_id=city.centre.id, meeting_id=yesterday.id, person_id=person.id, mark=mark)
            )
    page = see(leader, PAGE)
    assert page.form(HELD).values["present"] == str(city.members[0].id)
    assert "Отмечено: 1 из 11" in page


def test_with_nobody_ticked_it_asks_before_it_drafts_a_protocol(
    leader: Visitor, database: Database, yesterday: Meeting
) -> None:
    page = press(leader, PAGE, HELD)
    assert page.status == 200
    assert "Никто не отмечен присутствующим" in page
    assert page.primary == ["Отметить пришедших"]
    with database.read() as session:
        assert session.get_one(Meeting, yesterday.id).state is MeetingState.PLANNED
        assert session.scalars(select(Protocol)).all() == []
    answer = read(leader.post(PAGE, page.form("Состоялось, список внесу позже").values))
    assert answer.location == "/a/MMO-02/2026-27/protocols/1"
    with database.read() as session:
        marks = set(session.scalars(select(Attendance.mark)))
    assert marks == {AttendanceMark.INVITED}, "nobody was absent: the list is to come"


def test_who_checked_in_while_the_list_stood_open_is_somebody(
    leader: Visitor, database: Database, city: City, yesterday: Meeting
) -> None:
    form = see(leader, PAGE).form(HELD)
    with database.write() as session:
        session.add(
            Attendance(
                centre_id=city.centre.id,
                meeting_id=yesterday.id,
                person_id=city.member.id,
                mark=AttendanceMark.PRESENT,
                checked_in_at=moment(2026, 10, 2, 11, 30),
            )
        )
    assert read(leader.post(PAGE, form.values)).location == "/a/MMO-02/2026-27/protocols/1"
    assert present(database) == {city.member.id}


def test_a_form_without_a_list_marks_nobody_absent(
    leader: Visitor, database: Database, yesterday: Meeting
) -> None:
    follow(leader, read(leader.post(PAGE, {"act": "held"})))
    with database.read() as session:
        assert set(session.scalars(select(Attendance.mark))) == {AttendanceMark.INVITED}


def test_somebody_who_does_not_belong_is_refused_and_the_ticks_stay(
    leader: Visitor, database: Database, city: City, yesterday: Meeting
) -> None:
    values = {"present": [str(city.members[0].id), str(city.outsider.id)]}
    page = press(leader, PAGE, HELD, values)
    assert page.status == 422
    assert page.alert
    assert page.form(HELD).values["present"] == str(city.members[0].id)
    with database.read() as session:
        assert session.get_one(Meeting, yesterday.id).state is MeetingState.PLANNED


def test_before_its_day_nothing_is_marked(leader: Visitor, database: Database, city: City) -> None:
    with database.write() as session:
        make_meeting(session, city.association, moment(2026, 10, 20), number=1)
    assert HELD not in see(leader, PAGE).buttons
    page = read(leader.post(PAGE, {"act": "held"}))
    assert page.status == 422
    assert "20 октября 2026 г." in page.alert


def test_helper_and_coordinator_mark_it_a_member_does_not(
    client_for: ClientFor,
    coordinator: Visitor,
    member: Visitor,
    director: Visitor,
    database: Database,
    city: City,
    yesterday: Meeting,
) -> None:
    with database.write() as session:
        make_helper(session, city.association, city.members[1])
    for visitor in (client_for(city.members[1]), coordinator):
        assert see(visitor, PAGE).primary == [HELD]
    for visitor in (member, director):
        assert see(visitor, PAGE).buttons == set()
        assert visitor.post(PAGE, {"act": "held"}).status_code == 422
    follow(coordinator, press(coordinator, PAGE, HELD))
    with database.read() as session:
        assert session.get_one(Meeting, yesterday.id).state is MeetingState.HELD


def test_presence_is_mended_until_the_protocol_is_lodged(
    leader: Visitor, member: Visitor, database: Database, city: City, yesterday: Meeting
) -> None:
    follow(leader, press(leader, PAGE, HELD, {"present": [str(city.leader.id)]}))
    follow(leader, press(leader, PAGE, "Сохранить присутствие", {"present": [str(city.members[3].id)]}))
    assert present(database) == {city.members[3].id}
    assert "Присутствовал 1 человек из 11." in see(member, PAGE)
    with database.write() as session:
        session.scalars(select(Protocol)).one().state = ProtocolState.LODGED
    page = see(leader, PAGE)
    assert page.buttons == set()
    refused = read(leader.post(PAGE, {"act": "attendance", "listed": "1"}))
    assert refused.status == 422
    assert present(database) == {city.members[3].id}


def test_the_mark_is_taken_back_and_says_what_becomes_of_the_draft(
    leader: Visitor, database: Database, city: City, yesterday: Meeting
) -> None:
    follow(leader, press(leader, PAGE, HELD, {"present": str(city.leader.id)}))
    button = see(leader, PAGE).form("Снять отметку").pressed
    assert button.get("data-confirm") == "Черновик протокола будет аннулирован. Снять отметку?"
    page = follow(leader, press(leader, PAGE, "Снять отметку"))
    assert "Отметка снята, номер черновика протокола сохранён." in page
    with database.read() as session:
        assert session.scalars(select(Protocol)).one().state is ProtocolState.VOID


def test_an_event_that_is_no_meeting_has_no_protocol(leader: Visitor, database: Database, city: City) -> None:
    with database.write() as session:
        make_meeting(
            session, city.association, moment(2026, 10, 2), number=1, form="лекторий", is_meeting=False
        )
    page = see(leader, EVENT)
    assert page.primary == ["Состоялось"]
    page = follow(leader, press(leader, EVENT, "Состоялось", {"present": str(city.leader.id)}))
    assert "Отмечено как проведённое." in page
    assert "Черновик протокола" not in page
    assert "в протоколе" not in page


def test_three_hundred_and_forty_people_have_a_search_and_a_tally(
    leader: Visitor, database: Database, city: City, yesterday: Meeting
) -> None:
    with database.write() as session:
        for number in range(329):
            person = make_person(session, city.centre, f"Педагог{number:03}")
            make_membership(session, city.association, person)
    page = see(leader, PAGE)
    assert "Отмечено: 0 из 340" in page
    assert page.tree.xpath("//input[@data-filter]/@aria-label") == ["Найти в списке"]
    assert len(page.tree.xpath("//fieldset//label")) == 340
    everybody = page.tree.xpath("//input[@name='present']/@value")
    answer = press(leader, PAGE, HELD, {"present": everybody})
    assert "Присутствовали 340 членов ММО" in follow(leader, answer)


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_registration_sheet_is_downloaded(leader: Visitor, yesterday: Meeting, kind: str) -> None:
    assert f"{PAGE}/sheet.{kind}" in see(leader, PAGE).links()
    answer = leader.get(f"{PAGE}/sheet.{kind}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF" if kind == "pdf" else b"PK")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_sheet_is_for_those_who_prepare_the_meeting(
    member: Visitor, leader: Visitor, database: Database, city: City
) -> None:
    with database.write() as session:
        row = make_meeting(session, city.association, moment(2026, 10, 2), number=1)
    assert member.get(f"{PAGE}/sheet.pdf").status_code == 403
    with database.write() as session:
        found = session.get_one(Meeting, row.id)
        found.starts_at, found.day = None, None
    assert leader.get(f"{PAGE}/sheet.pdf").status_code == 409


def test_an_accepted_protocol_is_found_from_its_meeting(
    member: Visitor, database: Database, city: City, clock: Clock
) -> None:
    with database.write() as session:
        meeting = make_meeting(
            session, city.association, moment(2026, 10, 2), number=1, state=MeetingState.HELD
        )
        make_protocol(session, meeting, ProtocolState.ACCEPTED)
    page = see(member, PAGE)
    assert "/a/MMO-02/2026-27/protocols/1" in page.links()
    assert "Открыть протокол" in page
    assert page.primary == []
