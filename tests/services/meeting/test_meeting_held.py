"""Marking a meeting held, the list of who came, agenda, guests (R11, R13)."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import AttendanceMark, Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Person
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.rules.states import MeetingState, MembershipState, ProtocolState
from mmo_lti.services import attendance
from mmo_lti.services import meeting as meetings
from mmo_lti.services.actor import Actor
from mmo_lti.services.agenda import Question, set_agenda
from mmo_lti.services.attendance import GuestFields, members_present
from mmo_lti.services.meeting_protocol import protocol_of
from mmo_lti.services.permission import NotFound
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper, make_membership
from tests.factories.moment import moment
from tests.factories.person import actor_of, make_person


@pytest.fixture
def called(session: Session, association: Association, now: datetime) -> Meeting:
    """Called for 12 October, 14:30 in Moscow."""
    return make_meeting(session, association, moment(2026, 10, 12, 11, 30), called_at=now, number=1)


DAY = moment(2026, 10, 12, 15)


def marks(meeting: Meeting) -> dict[AttendanceMark, int]:
    found = [row.mark for row in meeting.attendance]
    return {mark: found.count(mark) for mark in set(found)}


def test_marking_held_drafts_the_protocol(
    session: Session, leader: Actor, called: Meeting, teachers: list[Person]
) -> None:
    present = {person.id for person in teachers[:8]}
    meetings.mark_held(session, leader, called, DAY, present=present)
    assert (called.state, called.held_marked_at) == (MeetingState.HELD, DAY)
    assert marks(called) == {AttendanceMark.PRESENT: 8, AttendanceMark.ABSENT: 3}
    protocol = protocol_of(session, called)
    assert protocol is not None
    assert (protocol.number, protocol.state, protocol.due_on) == (
        1,
        ProtocolState.DRAFT,
        date(2026, 10, 22),
    )
    assert (protocol.chair_id, protocol.secretary_id) == (leader.person_id, None)


def test_marking_held_twice_drafts_one_protocol(session: Session, leader: Actor, called: Meeting) -> None:
    meetings.mark_held(session, leader, called, DAY)
    meetings.mark_held(session, leader, called, DAY)
    assert len(session.scalars(select(Protocol)).all()) == 1


def test_its_day_must_have_come(session: Session, leader: Actor, called: Meeting, now: datetime) -> None:
    with pytest.raises(RuleError) as refused:
        meetings.mark_held(session, leader, called, moment(2026, 10, 11, 20, 59))  # 23:59 in Moscow
    assert (refused.value.code, refused.value.params["day"]) == ("meeting.not_yet", date(2026, 10, 12))
    meetings.mark_held(session, leader, called, moment(2026, 10, 11, 21))  # 00:00 in Moscow


def test_a_meeting_without_a_day_or_cancelled_was_not_held(
    session: Session, leader: Actor, association: Association
) -> None:
    by_month = make_meeting(session, association, number=2)
    by_month.starts_at, by_month.day, by_month.month = None, None, 10
    cancelled = make_meeting(
        session, association, moment(2026, 10, 1), state=MeetingState.CANCELLED, number=3
    )
    for meeting, code in ((by_month, "meeting.when_missing"), (cancelled, "meeting.cancelled")):
        with pytest.raises(RuleError) as refused:
            meetings.mark_held(session, leader, meeting, DAY)
        assert refused.value.code == code


def test_r11_2_an_event_not_called_as_a_meeting_has_no_protocol(
    session: Session, leader: Actor, association: Association
) -> None:
    seminar = make_meeting(session, association, moment(2026, 10, 1), is_meeting=False, form="мастер-класс")
    meetings.mark_held(session, leader, seminar, DAY)
    assert protocol_of(session, seminar) is None


def test_a_mark_is_taken_back_while_no_protocol_is_lodged_and_its_number_is_kept(
    session: Session, leader: Actor, called: Meeting, teachers: list[Person]
) -> None:
    meetings.mark_held(session, leader, called, DAY, present={teachers[0].id})
    meetings.unmark_held(session, leader, called, DAY)
    assert (called.state, called.held_marked_at) == (MeetingState.PLANNED, None)
    assert marks(called) == {AttendanceMark.INVITED: 11}
    meetings.mark_held(session, leader, called, DAY)
    assert [(p.number, p.state) for p in session.scalars(select(Protocol).order_by(Protocol.number))] == [
        (1, ProtocolState.VOID),
        (2, ProtocolState.DRAFT),
    ]


@pytest.mark.parametrize("state", [ProtocolState.LODGED, ProtocolState.ACCEPTED, ProtocolState.RETURNED])
def test_a_mark_stands_once_the_protocol_was_lodged(
    session: Session, leader: Actor, called: Meeting, state: ProtocolState
) -> None:
    meetings.mark_held(session, leader, called, DAY)
    protocol = protocol_of(session, called)
    assert protocol is not None
    protocol.state = state
    with pytest.raises(RuleError) as refused:
        meetings.unmark_held(session, leader, called, DAY)
    assert (refused.value.code, refused.value.params["number"]) == ("protocol.lodged", 1)


def test_who_left_before_the_meeting_is_not_absent_and_who_joined_is_on_the_list(
    session: Session, leader: Actor, called: Meeting, teachers: list[Person], now: datetime
) -> None:
    attendance.ensure_list(session, called, date(2026, 10, 5))
    gone, late = session.scalars(
        select(Membership).where(Membership.person_id.in_([teachers[0].id, teachers[1].id]))
    )
    gone.state = MembershipState.LEFT
    late.member_since = date(2026, 10, 13)
    meetings.mark_held(session, leader, called, moment(2026, 10, 14))
    listed = {row.person_id for row in called.attendance}
    assert listed.isdisjoint({gone.person_id, late.person_id})
    assert len(listed) == 9


def test_a_member_says_whether_they_come_until_it_begins(
    session: Session, member: Actor, outsider: Actor, called: Meeting, now: datetime
) -> None:
    row = attendance.rsvp(session, member, called, True, now)
    assert row.mark is AttendanceMark.COMING
    assert attendance.rsvp(session, member, called, False, now).mark is AttendanceMark.NOT_COMING
    with pytest.raises(RuleError) as refused:
        attendance.rsvp(session, member, called, True, moment(2026, 10, 12, 11, 30))
    assert refused.value.code == "meeting.rsvp_closed"
    with pytest.raises(Denied):
        attendance.rsvp(session, outsider, called, True, now)


def test_only_people_of_the_list_were_present(
    session: Session, leader: Actor, outsider: Actor, called: Meeting
) -> None:
    assert outsider.person_id is not None
    with pytest.raises(RuleError) as refused:
        attendance.mark(session, leader, called, {outsider.person_id}, DAY)
    assert refused.value.code == "attendance.not_listed"


def test_attendance_and_agenda_follow_the_signed_paper(
    session: Session, leader: Actor, called: Meeting, teachers: list[Person]
) -> None:
    meetings.mark_held(session, leader, called, DAY)
    attendance.mark(session, leader, called, {teachers[0].id}, DAY)
    assert members_present(called) == 1
    protocol = protocol_of(session, called)
    assert protocol is not None
    protocol.state = ProtocolState.LODGED
    with pytest.raises(RuleError) as refused:
        attendance.mark(session, leader, called, set(), DAY)
    assert refused.value.code == "protocol.lodged"
    with pytest.raises(RuleError):
        set_agenda(session, leader, called, [Question("О новом")], DAY)


def test_guests_are_kept_apart_and_only_where_the_centre_admits_them(
    session: Session, leader: Actor, called: Meeting, association: Association, now: datetime
) -> None:
    guests = [GuestFields("Смирнов  П. П.", "методист"), GuestFields(" ")]
    attendance.set_guests(session, leader, called, guests, now)
    assert [(guest.name, guest.position) for guest in called.guests] == [("Смирнов П. П.", "методист")]
    attendance.set_guests(session, leader, called, [], now)
    assert called.guests == []
    session.get_one(Centre, association.centre_id).settings = {"guests": False}
    with pytest.raises(RuleError) as refused:
        attendance.set_guests(session, leader, called, guests, now)
    assert refused.value.code == "guests.not_allowed"


def test_the_agenda_keeps_the_block_of_a_question_that_moves(
    session: Session, leader: Actor, called: Meeting, now: datetime
) -> None:
    first, second = set_agenda(
        session, leader, called, [Question("О плане"), Question("Об итогах", "А. А. Иванова, учитель")], now
    )
    second.heard = "доложила"
    set_agenda(
        session,
        leader,
        called,
        [Question("Об итогах года", id=second.id), Question("О разном"), Question(" ")],
        now,
    )
    assert [(item.position, item.wording, item.heard) for item in called.agenda] == [
        (1, "Об итогах года", "доложила"),
        (2, "О разном", ""),
    ]
    assert first not in called.agenda


def test_a_question_of_another_meeting_is_not_taken(
    session: Session, leader: Actor, called: Meeting, association: Association, now: datetime
) -> None:
    other = make_meeting(session, association, number=7)
    [theirs] = set_agenda(session, leader, other, [Question("О чужом")], now)
    with pytest.raises(NotFound):
        set_agenda(session, leader, called, [Question("О чужом", id=theirs.id)], now)


def test_a_helper_prepares_the_agenda_and_a_member_does_not(
    session: Session,
    association: Association,
    teachers: list[Person],
    member: Actor,
    called: Meeting,
    now: datetime,
) -> None:
    make_helper(session, association, teachers[4])
    set_agenda(session, actor_of(teachers[4]), called, [Question("О плане")], now)
    with pytest.raises(Denied):
        set_agenda(session, member, called, [Question("О своём")], now)


def test_who_joins_later_is_put_on_the_lists_that_lie_ahead(
    session: Session, centre: Centre, association: Association, called: Meeting
) -> None:
    attendance.ensure_list(session, called, date(2026, 10, 5))
    past = make_meeting(session, association, moment(2026, 10, 1), called_at=DAY, number=2)
    newcomer = make_person(session, centre, "Новикова")
    make_membership(session, association, newcomer, member_since=date(2026, 10, 6))
    assert attendance.refresh_called(session, association, date(2026, 10, 6)) == [called]
    assert newcomer.id in {row.person_id for row in called.attendance}
    assert past.attendance == []
