"""What happens at the same moment: check-ins, the leader's form, and the protocol of it all being lodged."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.database import Database
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.meeting import AttendanceMark, Meeting
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.order import OrderKind
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import ProtocolState
from mmo_lti.services import attendance
from mmo_lti.services import meeting as meetings
from mmo_lti.services.actor import Actor
from mmo_lti.services.agenda import Question, set_agenda
from mmo_lti.services.attendance import GuestFields
from mmo_lti.services.check_in import check_in
from mmo_lti.services.meeting_protocol import protocol_of
from mmo_lti.services.protocol import correct, void
from mmo_lti.services.scope import hold
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import moment
from tests.factories.office import make_office
from tests.factories.order import make_order
from tests.factories.person import actor_of, make_person
from tests.services.at_once import at_once

STARTS = moment(2026, 10, 12, 11, 30)
DURING = STARTS + timedelta(minutes=10)


def _ground(session: Session) -> tuple[list[Actor], Actor, int]:
    centre = make_centre(session)
    association = make_association(session, centre)
    people = [make_person(session, centre, f"Учитель{number}") for number in range(9)]
    make_order(session, association, OrderKind.CREATION, people[0])
    make_order(session, association, OrderKind.APPOINTMENT, people[0], people[0])
    for person in people:
        make_membership(session, association, person)
    meeting = make_meeting(session, association, STARTS)
    return [actor_of(one) for one in people], actor_of(people[0]), meeting.id


def present(meeting: Meeting) -> set[int]:
    return {row.person_id for row in meeting.attendance if row.mark is AttendanceMark.PRESENT}


def test_check_ins_and_the_leaders_form_at_once_lose_nobody(database: Database) -> None:
    with database.write() as session:
        people, leader, meeting = _ground(session)
    acts = [
        lambda session, who=who: check_in(session, who, session.get_one(Meeting, meeting), DURING)
        for who in people[1:]
    ]
    ticked = people[0].person_id
    acts.insert(
        4,
        lambda session: attendance.mark(
            session, leader, session.get_one(Meeting, meeting), {ticked}, DURING, shown=set()
        ),
    )
    assert [one for one in at_once(database, acts) if isinstance(one, Exception)] == []
    with database.read() as session:
        assert present(session.get_one(Meeting, meeting)) == {who.person_id for who in people}
        told = select(func.count()).where(JournalEntry.action == "attendance.check_in")
        assert session.scalar(told) == len(people) - 1


Act = Callable[[Session, list[Actor], Meeting], object]
LISTED: dict[str, tuple[Act, str]] = {
    "checks in": (
        lambda session, people, meeting: check_in(session, people[1], meeting, DURING),
        "check_in.protocol_lodged",
    ),
    "marks the list": (
        lambda session, people, meeting: attendance.mark(
            session, people[0], meeting, {people[1].person_id}, DURING
        ),
        "protocol.lodged",
    ),
    "names guests": (
        lambda session, people, meeting: attendance.set_guests(
            session, people[0], meeting, [GuestFields("Петрова")], DURING
        ),
        "protocol.lodged",
    ),
    "changes the agenda": (
        lambda session, people, meeting: set_agenda(
            session, people[0], meeting, [Question("О конкурсе")], DURING
        ),
        "protocol.lodged",
    ),
}


@pytest.mark.parametrize("what", LISTED)
def test_while_the_protocol_is_being_lodged_nothing_changes_behind_its_back(
    database: Database, what: str
) -> None:
    act, code = LISTED[what]
    people, number = _held(database)

    def late() -> object:
        with database.write() as session:
            return act(session, people, session.get_one(Meeting, number))

    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            hold(session, _protocol(session, number)).state = ProtocolState.LODGED
            session.flush()
            coming = pool.submit(late)
            wait([coming], timeout=0.3)
        with pytest.raises(RuleError) as refused:
            coming.result()
    assert refused.value.code == code


@pytest.mark.parametrize("what", ["void", "correct"])
def test_a_list_and_another_protocol_of_its_meeting_do_not_wait_for_each_other(
    database: Database, what: str
) -> None:
    """Both need the meeting and the protocol, in the same order."""
    people, number = _held(database)
    with database.write() as session:
        reviewer = make_person(session, session.get_one(Centre, people[0].centre_id), "Королёва")
        make_office(session, reviewer, OfficeKind.COORDINATOR)
        coordinator = actor_of(reviewer)
        if what == "correct":
            _protocol(session, number).state = ProtocolState.ACCEPTED

    def another() -> Protocol:
        with database.write() as session:
            protocol = _protocol(session, number)
            if what == "correct":
                return correct(session, people[0], protocol, DURING)
            return void(session, coordinator, protocol, "не тот день", DURING)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            meeting = hold(session, session.get_one(Meeting, number))
            coming = pool.submit(another)
            wait([coming], timeout=0.3)
            if what == "correct":
                with pytest.raises(RuleError):
                    attendance.mark(session, people[0], meeting, set(), DURING)
            else:
                attendance.mark(session, people[0], meeting, {people[1].person_id}, DURING)
        assert coming.result().state is ProtocolState.DRAFT


def _held(database: Database) -> tuple[list[Actor], int]:
    with database.write() as session:
        people, leader, number = _ground(session)
        meetings.mark_held(session, leader, session.get_one(Meeting, number), DURING, present=set())
    return people, number


def _protocol(session: Session, number: int) -> Protocol:
    protocol = protocol_of(session, session.get_one(Meeting, number))
    assert protocol is not None
    return protocol
