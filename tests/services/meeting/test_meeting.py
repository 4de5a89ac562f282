"""Meetings: planned, called, moved, cancelled (R7.6, R11)."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import AttendanceMark, Meeting
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Person
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import AssociationState, MeetingState, MembershipState
from mmo_lti.services import meeting as meetings
from mmo_lti.services.actor import Actor
from mmo_lti.services.attendance import ensure_list
from mmo_lti.services.meeting import MeetingFields
from mmo_lti.services.permission import NotFound
from tests.factories.association import make_association
from tests.factories.course import make_course, make_group_link
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import moment
from tests.factories.office import make_office
from tests.factories.person import actor_of, make_person
from tests.services.meeting.call import PLACE, WHEN, YEAR
from tests.services.noticed import notices


def test_an_unplanned_meeting_is_planned_beside_the_plan(
    session: Session, leader: Actor, association: Association, now: datetime
) -> None:
    fields = MeetingFields(topic="Срочное", form="семинар-практикум", starts_at=WHEN)
    meeting = meetings.plan_meeting(session, leader, association, YEAR, fields, now).thing
    assert (meeting.state, meeting.item_uid, meeting.called_at) == (MeetingState.PLANNED, None, None)
    assert (meeting.day, meeting.month, meeting.number) == (date(2026, 10, 13), 10, 1)


def test_a_form_sent_twice_plans_one_meeting(
    session: Session, leader: Actor, association: Association, now: datetime
) -> None:
    fields = MeetingFields(topic="Срочное", month=10)
    once = meetings.plan_meeting(session, leader, association, YEAR, fields, now, form_key="k1")
    again = meetings.plan_meeting(session, leader, association, YEAR, fields, now, form_key="k1")
    assert once.thing is again.thing
    assert len(session.scalars(select(Meeting)).all()) == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (MeetingFields(topic="А", starts_at=moment(2027, 9, 1)), "meeting.outside_year"),
        (MeetingFields(topic="А", day=date(2026, 8, 14)), "meeting.outside_year"),
        (MeetingFields(topic="А"), "meeting.when_missing"),
        (MeetingFields(topic=" ", month=10), "text.missing"),
        (MeetingFields(topic="А", form="пикник", month=10), "form.unknown"),
        (MeetingFields(topic="А", month=10, minutes=0), "meeting.minutes"),
    ],
)
def test_a_meeting_that_does_not_fit_is_refused(
    session: Session, leader: Actor, association: Association, fields: MeetingFields, code: str, now: datetime
) -> None:
    with pytest.raises(RuleError) as refused:
        meetings.plan_meeting(session, leader, association, YEAR, fields, now)
    assert refused.value.code == code
    assert session.scalars(select(Meeting)).all() == []


def test_the_last_evening_of_the_year_is_the_years_by_local_time(
    session: Session, leader: Actor, association: Association, now: datetime
) -> None:
    late = MeetingFields(topic="А", starts_at=datetime.fromisoformat("2027-08-31T20:59:00+00:00"))
    assert meetings.plan_meeting(session, leader, association, YEAR, late, now).thing.day == date(2027, 8, 31)
    later = MeetingFields(topic="Б", starts_at=datetime.fromisoformat("2027-08-31T21:00:00+00:00"))
    with pytest.raises(RuleError):
        meetings.plan_meeting(session, leader, association, YEAR, later, now)


def test_calling_puts_the_members_on_the_list_tells_them_and_wants_the_course_synced(
    session: Session,
    centre: Centre,
    leader: Actor,
    planned: Meeting,
    association: Association,
    teachers: list[Person],
    now: datetime,
) -> None:
    course = make_course(session, centre)
    make_group_link(session, association, course)
    meetings.call(session, leader, planned, starts_at=WHEN, place=PLACE, now=now)
    assert planned.called_at == now
    assert {row.mark for row in planned.attendance} == {AttendanceMark.INVITED}
    assert len(planned.attendance) == 11
    told = notices(session, "meeting_called")
    assert [notice.person_id for notice in told] == [person.id for person in teachers]
    assert told[0].params["starts_at"] == WHEN.isoformat()
    assert told[0].link == "/a/MMO-02/2026-27/meetings/1"
    wanted = session.scalars(select(OutboxRow).where(OutboxRow.kind == "sync_course")).all()
    assert [row.subject_id for row in wanted] == [course.id]


def test_calling_twice_invites_once(
    session: Session, leader: Actor, called: Meeting, teachers: list[Person], now: datetime
) -> None:
    meetings.call(session, leader, called, starts_at=WHEN, place=PLACE, now=moment(2026, 10, 5, 9, 1))
    assert called.called_at == now
    assert len(notices(session, "meeting_called")) == len(teachers)
    with pytest.raises(RuleError) as refused:
        meetings.call(session, leader, called, starts_at=WHEN, place="Другое место", now=now)
    assert refused.value.code == "meeting.already_called"


@pytest.mark.parametrize(
    ("starts_at", "topic", "code"),
    [
        (moment(2026, 10, 5, 8), "", "meeting.in_the_past"),
        (moment(2027, 9, 2), "", "meeting.outside_year"),
        (WHEN, "Другая тема", "R7.6.theme"),
    ],
)
def test_a_call_that_does_not_fit_is_refused(
    session: Session,
    leader: Actor,
    planned: Meeting,
    starts_at: datetime,
    topic: str,
    code: str,
    now: datetime,
) -> None:
    with pytest.raises(RuleError) as refused:
        meetings.call(session, leader, planned, starts_at=starts_at, place=PLACE, topic=topic, now=now)
    assert refused.value.code == code
    assert planned.called_at is None


def test_fixing_the_day_within_the_month_is_no_move(called: Meeting) -> None:
    assert called.moves == []


def test_r7_6_calling_it_for_another_month_is_a_recorded_move(
    session: Session, leader: Actor, planned: Meeting, now: datetime
) -> None:
    meetings.call(session, leader, planned, starts_at=moment(2026, 11, 10), place=PLACE, now=now)
    session.refresh(planned)
    assert [move.new_starts_at for move in planned.moves] == [moment(2026, 11, 10)]


def test_r11_3_a_second_meeting_on_one_day_is_warned_of(
    session: Session, leader: Actor, association: Association, called: Meeting, now: datetime
) -> None:
    fields = MeetingFields(topic="Второе", starts_at=WHEN + timedelta(hours=3))
    planned = meetings.plan_meeting(session, leader, association, YEAR, fields, now)
    assert [fault.code for fault in planned.warnings] == ["R11.3"]


def test_r11_6_a_day_off_busy_members_and_a_taken_hall_are_warned_of_and_allowed(
    session: Session,
    centre: Centre,
    leader: Actor,
    planned: Meeting,
    teachers: list[Person],
    now: datetime,
) -> None:
    sunday = moment(2026, 10, 18, 8)
    other = make_association(session, centre, "учителей физики", code="MMO-05")
    for person in teachers[:6]:
        make_membership(session, other, person)
    theirs = make_meeting(session, other, sunday, place="мбоу «сш № 4»,  актовый зал", number=1)
    ensure_list(session, theirs, date(2026, 10, 5))
    sent = meetings.call(
        session, leader, planned, starts_at=sunday + timedelta(minutes=30), place=PLACE, now=now
    )
    found = {fault.code: fault.params for fault in sent.warnings}
    assert set(found) == {"R11.6.day_off", "R11.6.members", "R11.6.place"}
    assert found["R11.6.members"]["count"] == 6
    assert found["R11.6.place"]["association"] == "учителей физики"
    assert planned.called_at == now


def test_r2_5_in_its_first_year_proposed_people_of_an_adopted_association_are_invited(
    session: Session, leader: Actor, planned: Meeting, association: Association, centre: Centre, now: datetime
) -> None:
    association.started_using = date(2026, 9, 10)
    proposed = make_person(session, centre, "Щукина")
    make_membership(session, association, proposed, MembershipState.PROPOSED)
    meetings.call(session, leader, planned, starts_at=WHEN, place=PLACE, now=now)
    assert proposed.id in {row.person_id for row in planned.attendance}


def test_proposed_people_are_not_invited_later(
    session: Session, leader: Actor, planned: Meeting, association: Association, centre: Centre, now: datetime
) -> None:
    association.started_using = date(2025, 9, 10)
    proposed = make_person(session, centre, "Щукина")
    make_membership(session, association, proposed, MembershipState.PROPOSED)
    meetings.call(session, leader, planned, starts_at=WHEN, place=PLACE, now=now)
    assert proposed.id not in {row.person_id for row in planned.attendance}


def test_only_an_active_association_meets(
    session: Session, leader: Actor, association: Association, planned: Meeting, now: datetime
) -> None:
    association.state = AssociationState.CLOSED
    with pytest.raises(RuleError) as refused:
        meetings.call(session, leader, planned, starts_at=WHEN, place=PLACE, now=now)
    assert refused.value.code == "association.not_active"


def test_a_meeting_of_another_centre_is_not_told_apart_from_none(
    session: Session, other_centre: Centre, called: Meeting, now: datetime
) -> None:
    stranger = make_person(session, other_centre, "Чужая", employed=False)
    make_office(session, stranger, OfficeKind.COORDINATOR)
    with pytest.raises(NotFound):
        meetings.cancel(session, actor_of(stranger), called, "Чужое", now)
