"""Moves and cancellations of meetings (R7.6, R20)."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.rules.states import MeetingState
from mmo_lti.services import meeting as meetings
from mmo_lti.services.actor import Actor
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.services.meeting.call import PLACE, WHEN
from tests.services.noticed import notices


def test_r7_6_a_move_within_the_year_is_recorded_and_told(
    session: Session, leader: Actor, called: Meeting, now: datetime
) -> None:
    later = WHEN + timedelta(days=7)
    meetings.move(session, leader, called, starts_at=later, reason="Карантин", now=now)
    session.refresh(called)
    [move] = called.moves
    assert (move.old_starts_at, move.new_starts_at, move.reason) == (WHEN, later, "Карантин")
    assert (called.starts_at, called.day, called.state) == (later, date(2026, 10, 20), MeetingState.PLANNED)
    told = notices(session, "meeting_moved")
    assert len(told) == 10
    assert not told[0].urgent


def test_a_new_place_is_a_move_too(session: Session, leader: Actor, called: Meeting, now: datetime) -> None:
    meetings.move(session, leader, called, starts_at=WHEN, place="Лицей № 21", reason="Ремонт", now=now)
    session.refresh(called)
    assert [(move.old_place, move.new_place) for move in called.moves] == [(PLACE, "Лицей № 21")]


def test_a_move_sent_twice_is_one_move(
    session: Session, leader: Actor, called: Meeting, now: datetime
) -> None:
    for _click in range(2):
        meetings.move(session, leader, called, starts_at=WHEN + timedelta(days=1), reason="Карантин", now=now)
    session.refresh(called)
    assert len(called.moves) == 1


def test_a_move_needs_a_reason(session: Session, leader: Actor, called: Meeting, now: datetime) -> None:
    with pytest.raises(RuleError) as refused:
        meetings.move(session, leader, called, starts_at=WHEN + timedelta(days=1), now=now)
    assert refused.value.code == "meeting.reason_missing"
    assert called.starts_at == WHEN


def test_a_move_to_another_year_is_refused_cancel_here_and_plan_there(
    session: Session, leader: Actor, called: Meeting, now: datetime
) -> None:
    with pytest.raises(RuleError) as refused:
        meetings.move(session, leader, called, starts_at=moment(2027, 9, 10), reason="Потом", now=now)
    assert refused.value.code == "meeting.other_year"
    assert refused.value.params["year"] == "2026/2027"


def test_r20_a_move_or_cancellation_within_two_days_is_urgent(
    session: Session, leader: Actor, called: Meeting
) -> None:
    eve = moment(2026, 10, 11, 12)
    meetings.move(session, leader, called, starts_at=WHEN + timedelta(days=7), reason="Карантин", now=eve)
    assert {notice.urgent for notice in notices(session, "meeting_moved")} == {True}


def test_cancelling_needs_a_reason_and_tells_why(
    session: Session, leader: Actor, called: Meeting, now: datetime
) -> None:
    with pytest.raises(RuleError) as refused:
        meetings.cancel(session, leader, called, "  ", now)
    assert refused.value.code == "meeting.reason_missing"
    for _click in range(2):
        meetings.cancel(session, leader, called, "Болезнь докладчика", now)
    assert (called.state, called.cancel_reason) == (MeetingState.CANCELLED, "Болезнь докладчика")
    assert len(notices(session, "meeting_cancelled")) == 10
    with pytest.raises(RuleError) as gone:
        meetings.move(session, leader, called, starts_at=WHEN, reason="Обратно", now=now)
    assert gone.value.code == "meeting.cancelled"


def test_cancelling_what_nobody_knew_of_tells_nobody(
    session: Session, leader: Actor, planned: Meeting, now: datetime
) -> None:
    meetings.cancel(session, leader, planned, "Нет необходимости", now)
    assert notices(session, "meeting_cancelled") == []


def test_a_held_meeting_is_not_cancelled(
    session: Session, leader: Actor, association: Association, now: datetime
) -> None:
    held = make_meeting(session, association, moment(2026, 10, 1), state=MeetingState.HELD)
    with pytest.raises(RuleError) as refused:
        meetings.cancel(session, leader, held, "Поздно", now)
    assert refused.value.code == "meeting.held"


def test_a_member_neither_calls_nor_moves(
    session: Session, member: Actor, planned: Meeting, now: datetime
) -> None:
    with pytest.raises(Denied):
        meetings.call(session, member, planned, starts_at=WHEN, place=PLACE, now=now)
    with pytest.raises(Denied):
        meetings.cancel(session, member, planned, "Не хочу", now)


def test_the_coordinator_moves_but_does_not_call_while_there_is_a_leader(
    session: Session, coordinator: Actor, called: Meeting, planned: Meeting, now: datetime
) -> None:
    meetings.move(
        session, coordinator, called, starts_at=WHEN + timedelta(days=1), reason="Карантин", now=now
    )
    assert len(notices(session, "meeting_moved")) == 11  # the leader is told, too
    with pytest.raises(Denied):
        meetings.call(session, coordinator, planned, starts_at=WHEN, place=PLACE, now=now)
