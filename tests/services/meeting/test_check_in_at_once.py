"""Many check in at the same moment, beside the leader's form and beside a protocol that is being lodged."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.models.database import Database
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.meeting import Attendance, AttendanceMark, Meeting
from mmo_lti.models.order import OrderKind
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import ProtocolState
from mmo_lti.services import attendance
from mmo_lti.services import meeting as meetings
from mmo_lti.services.actor import Actor
from mmo_lti.services.check_in import check_in
from mmo_lti.services.meeting_protocol import protocol_of
from mmo_lti.services.scope import hold
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import moment
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


def test_whoever_checks_in_while_the_protocol_is_being_lodged_is_not_added_behind_its_back(
    database: Database,
) -> None:
    with database.write() as session:
        people, leader, number = _ground(session)
        meetings.mark_held(session, leader, session.get_one(Meeting, number), DURING, present=set())

    def come() -> Attendance:
        with database.write() as session:
            return check_in(session, people[1], session.get_one(Meeting, number), DURING)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            protocol = protocol_of(session, session.get_one(Meeting, number))
            assert protocol is not None
            hold(session, protocol).state = ProtocolState.LODGED
            session.flush()
            coming = pool.submit(come)
            wait([coming], timeout=0.3)
        with pytest.raises(RuleError) as refused:
            coming.result()
    assert refused.value.code == "check_in.protocol_lodged"
