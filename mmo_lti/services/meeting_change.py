"""Changes to a planned meeting that people must know of: a move, a cancellation (R7.6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.action import Action
from mmo_lti.rules.states import MeetingState
from mmo_lti.services import typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.group_link import want_sync
from mmo_lti.services.meeting_moment import (
    check_moment,
    check_planned,
    checked_minutes,
    set_moment,
    with_warnings,
)
from mmo_lti.services.meeting_notice import tell_cancelled, tell_moved
from mmo_lti.services.permission import require
from mmo_lti.services.scope import check_centre, hold, local_today
from mmo_lti.services.state_change import change_state
from mmo_lti.services.warned import Warned


def move(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    *,
    starts_at: datetime,
    now: datetime,
    reason: str = "",
    place: str | None = None,
    minutes: int | None = None,
) -> Warned[Meeting]:
    """Move a meeting to another date of its year or another place; people are told, the plan stands (R7.6).

    A move of what people know of, or of a term of the agreed plan, needs a reason; fixing the day within the
    agreed month is none. Refused: `meeting.other_year` (year, first, last: cancel here, plan there),
    `meeting.reason_missing`, `meeting.cancelled`, `meeting.held`.
    """
    check_centre(actor, meeting)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEETING_MARK, today, meeting.association)
    hold(session, meeting)
    check_planned(meeting)
    place = meeting.place if place is None else typed_text.line(place, "place", 300, required=True)
    meeting.minutes = meeting.minutes if minutes is None else checked_minutes(minutes)
    if (meeting.starts_at, meeting.place) == (starts_at, place):
        return Warned(meeting)
    check_moment(session, meeting, starts_at, "meeting.other_year")
    moved = set_moment(session, actor, meeting, starts_at, place, reason, now)
    if meeting.called_at is not None:
        want_sync(session, meeting.association, now)
        if moved is not None:
            tell_moved(session, actor, meeting, moved, now)
    return with_warnings(session, meeting)


def cancel(session: Session, actor: Actor, meeting: Meeting, reason: str, now: datetime) -> Meeting:
    """Cancel with a reason (`meeting.reason_missing`): it stays in the plan and, until its day, in Moodle.

    Cancelled twice, it is cancelled once; `meeting.held` for one that took place.
    """
    check_centre(actor, meeting)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEETING_MARK, today, meeting.association)
    told = typed_text.words(reason, "meeting.reason_missing")
    hold(session, meeting)
    if meeting.state is not MeetingState.CANCELLED:
        check_planned(meeting)
        cancel_row(session, actor, meeting, told, now)
    return meeting


def cancel_row(session: Session, actor: Actor, meeting: Meeting, reason: str, now: datetime) -> None:
    """Cancel a row that is held already, without asking for rights: what another act brings with it."""
    change_state(session, actor, meeting, MeetingState.CANCELLED, "meeting.cancel", now, reason)
    meeting.cancel_reason = reason
    if meeting.called_at is not None:
        want_sync(session, meeting.association, now)
        tell_cancelled(session, actor, meeting, now)
