"""A person says that they are at a meeting: when, who, and beside the leader's own list."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.meeting import Attendance, AttendanceMark, Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Person
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.rules.states import MeetingState, MembershipState, ProtocolState
from mmo_lti.services import attendance
from mmo_lti.services import meeting as meetings
from mmo_lti.services.actor import Actor
from mmo_lti.services.check_in import check_in, page_of, running
from mmo_lti.services.check_in_code import give_codes
from mmo_lti.services.meeting_protocol import protocol_of
from mmo_lti.services.permission import NotFound
from tests.factories.centre import make_centre
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import moment
from tests.factories.person import actor_of, make_person
from tests.services.meeting.call import PLACE

STARTS = moment(2026, 10, 12, 11, 30)
DURING = STARTS + timedelta(minutes=10)
PRESENT, ABSENT, INVITED = AttendanceMark.PRESENT, AttendanceMark.ABSENT, AttendanceMark.INVITED


@pytest.fixture
def called(session: Session, association: Association, now: datetime) -> Meeting:
    """Called for 12 October, 14:30 in Moscow, for 90 minutes."""
    return make_meeting(session, association, STARTS, called_at=now, number=1)


def marked(meeting: Meeting, mark: AttendanceMark) -> set[int]:
    return {row.person_id for row in meeting.attendance if row.mark is mark}


def refusal(session: Session, actor: Actor, meeting: Meeting, at: datetime) -> str:
    with pytest.raises(RuleError) as refused:
        check_in(session, actor, meeting, at)
    return refused.value.code


def entries(session: Session) -> int:
    found = select(func.count()).where(JournalEntry.action == "attendance.check_in")
    return session.scalar(found) or 0


def test_a_member_is_present_once_however_often_they_say_so(
    session: Session, member: Actor, called: Meeting
) -> None:
    row = check_in(session, member, called, DURING)
    again = check_in(session, member, called, DURING + timedelta(minutes=5))
    assert row is again
    assert (row.mark, row.marked_at, row.checked_in_at) == (PRESENT, DURING, DURING)
    assert entries(session) == 1
    session.refresh(called, ["attendance"])
    assert len(called.attendance) == 11


def test_only_while_the_meeting_runs(session: Session, member: Actor, called: Meeting) -> None:
    early, late = STARTS - timedelta(minutes=30, seconds=1), STARTS + timedelta(minutes=90)
    assert refusal(session, member, called, early) == "check_in.not_yet"
    assert refusal(session, member, called, late) == "check_in.over"
    check_in(session, member, called, late - timedelta(seconds=1))


def test_a_postponed_meeting_is_not_now(
    session: Session, leader: Actor, member: Actor, called: Meeting
) -> None:
    old = called.check_in_code
    meetings.move(
        session,
        leader,
        called,
        starts_at=STARTS + timedelta(days=7),
        place=PLACE,
        reason="карантин",
        now=DURING - timedelta(minutes=20),
    )
    assert refusal(session, member, called, DURING) == "check_in.not_yet"
    assert called.check_in_code != old
    check_in(session, member, called, DURING + timedelta(days=7))


def test_a_cancelled_meeting_and_one_without_an_hour_have_nobody_present(
    session: Session, member: Actor, called: Meeting
) -> None:
    called.starts_at = None
    assert refusal(session, member, called, DURING) == "check_in.no_hour"
    called.starts_at, called.state = STARTS, MeetingState.CANCELLED
    assert refusal(session, member, called, DURING) == "check_in.cancelled"


def test_held_already_people_check_in_until_the_protocol_is_lodged(
    session: Session, leader: Actor, member: Actor, called: Meeting, teachers: list[Person]
) -> None:
    meetings.mark_held(session, leader, called, DURING, present=set())
    check_in(session, member, called, DURING)
    protocol = protocol_of(session, called)
    assert protocol is not None
    late = actor_of(teachers[1])
    for state in (ProtocolState.LODGED, ProtocolState.ACCEPTED):
        protocol.state = state
        assert refusal(session, late, called, DURING) == "check_in.protocol_lodged"
    protocol.state = ProtocolState.RETURNED
    check_in(session, late, called, DURING)
    assert marked(called, PRESENT) == {member.person_id, late.person_id}


def test_who_does_not_belong_is_told_whose_meeting_it_is(
    session: Session, outsider: Actor, coordinator: Actor, called: Meeting
) -> None:
    for actor in (outsider, coordinator):
        with pytest.raises(RuleError) as refused:
            check_in(session, actor, called, DURING)
        assert refused.value.code == "check_in.not_listed"
        assert refused.value.params == {"association": "учителей математики"}


def test_whoever_left_before_the_day_is_not_on_the_list_and_who_joins_on_it_is(
    session: Session, centre: Centre, association: Association, called: Meeting, teachers: list[Person]
) -> None:
    attendance.ensure_list(session, called, STARTS.date())
    gone = session.scalars(select(Membership).where(Membership.person_id == teachers[0].id)).one()
    gone.state = MembershipState.LEFT
    assert refusal(session, actor_of(teachers[0]), called, DURING) == "check_in.not_listed"
    newcomer = make_person(session, centre, "Новикова")
    make_membership(session, association, newcomer, member_since=STARTS.date())
    assert check_in(session, actor_of(newcomer), called, DURING).mark is PRESENT


def test_another_centres_meeting_is_not_found_and_the_clock_is_nowhere(
    session: Session, called: Meeting
) -> None:
    other = make_centre(session, "https://other.example")
    stranger = actor_of(make_person(session, other, "Чужая"))
    for act in (check_in, page_of):
        with pytest.raises(NotFound):
            act(session, stranger, called, DURING)
    with pytest.raises(Denied):
        check_in(session, Actor(called.centre_id, None), called, DURING)


def test_the_leaders_open_form_does_not_unmark_whoever_checked_in_meanwhile(
    session: Session, leader: Actor, called: Meeting, teachers: list[Person]
) -> None:
    ticked, came, neither = (person.id for person in teachers[:3])
    check_in(session, actor_of(teachers[1]), called, DURING)
    attendance.mark(session, leader, called, {ticked}, DURING, shown=set())
    assert marked(called, PRESENT) == {ticked, came}
    assert neither in marked(called, ABSENT)


def test_the_leader_unticks_whom_the_form_showed_and_they_may_come_back(
    session: Session, leader: Actor, member: Actor, called: Meeting
) -> None:
    check_in(session, member, called, DURING)
    attendance.mark(session, leader, called, set(), DURING, shown={member.person_id})
    assert marked(called, PRESENT) == set()
    check_in(session, member, called, DURING + timedelta(minutes=1))
    assert marked(called, PRESENT) == {member.person_id}


def test_marking_held_keeps_whoever_checked_in_meanwhile(
    session: Session, leader: Actor, member: Actor, called: Meeting, teachers: list[Person]
) -> None:
    check_in(session, member, called, DURING)
    meetings.mark_held(session, leader, called, DURING, present={teachers[4].id}, shown=set())
    assert marked(called, PRESENT) == {member.person_id, teachers[4].id}


def test_taking_the_mark_back_forgets_the_leaders_ticks_and_no_persons_own_word(
    session: Session, leader: Actor, member: Actor, called: Meeting, teachers: list[Person]
) -> None:
    check_in(session, member, called, DURING)
    meetings.mark_held(session, leader, called, DURING, present={teachers[4].id}, shown=set())
    meetings.unmark_held(session, leader, called, DURING)
    assert marked(called, PRESENT) == {member.person_id}
    assert teachers[4].id in marked(called, INVITED)


STANDINGS = st.sets(st.integers(0, 4))


@given(shown=STANDINGS, ticked=STANDINGS, there=STANDINGS)
def test_a_form_changes_what_was_changed_on_it_and_nothing_else(
    shown: set[int], ticked: set[int], there: set[int]
) -> None:
    rows = [Attendance(person_id=one, mark=PRESENT if one in there else INVITED) for one in range(5)]
    meeting = Meeting(attendance=rows)
    attendance.mark_rows(meeting, ticked, DURING, shown)
    changed = shown ^ ticked
    assert marked(meeting, PRESENT) == (ticked & changed) | (there - changed)
    once = marked(meeting, PRESENT)
    attendance.mark_rows(meeting, ticked, DURING, shown)
    assert marked(meeting, PRESENT) == once
    assert marked(meeting, INVITED) == set()


def test_what_runs_now_is_offered_to_those_who_belong(
    session: Session, centre: Centre, member: Actor, outsider: Actor, called: Meeting
) -> None:
    late = STARTS + timedelta(minutes=90)
    assert [one.meeting for one in running(session, member, DURING)] == [called]
    assert running(session, outsider, DURING) == []
    assert running(session, member, STARTS - timedelta(minutes=31)) == []
    assert running(session, member, late) == []
    check_in(session, member, called, DURING)
    assert [one.present for one in running(session, member, DURING)] == [True]
    called.state = MeetingState.CANCELLED
    assert running(session, member, DURING) == []


def test_a_long_meeting_is_offered_to_its_end(session: Session, member: Actor, called: Meeting) -> None:
    called.minutes = 12 * 60
    session.flush()
    assert running(session, member, STARTS + timedelta(hours=11, minutes=59))


def test_a_moment_gives_a_meeting_its_codes_and_the_link_stays(
    session: Session, leader: Actor, planned: Meeting, now: datetime
) -> None:
    assert (planned.go_code, planned.check_in_code) == (None, None)
    meetings.call(session, leader, planned, starts_at=STARTS, place=PLACE, now=now)
    link, digits = planned.go_code, planned.check_in_code
    assert link is not None
    assert digits is not None
    assert len(link) >= 16
    assert digits.isdecimal()
    assert len(digits) == 6
    give_codes(session, planned)
    assert (planned.go_code, planned.check_in_code) != (link, digits)
    assert planned.go_code == link


def test_no_two_meetings_of_a_centre_have_the_same_digits(session: Session, association: Association) -> None:
    first = make_meeting(session, association, STARTS)
    second = make_meeting(session, association, STARTS)
    drawn = iter(["000042", "000042", "000042", "000043"])
    for meeting in (first, second):
        give_codes(session, meeting, lambda: next(drawn))
    assert (first.check_in_code, second.check_in_code) == ("000042", "000043")
