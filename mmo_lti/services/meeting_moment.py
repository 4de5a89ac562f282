"""The moment and place of a meeting: set, checked against its year, recorded where it is a move (R7.6)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting, MeetingMove
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import AssociationState, MeetingState, Thing, check_move
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.check_in_code import give_codes
from mmo_lti.services.meeting_warning import warnings
from mmo_lti.services.plan_in_force import agreed_item
from mmo_lti.services.scope import local_today
from mmo_lti.services.state_change import change_state, note
from mmo_lti.services.term import day_of_meeting, fits
from mmo_lti.services.warned import Warned

LONGEST_MINUTES = 12 * 60


def set_moment(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    starts_at: datetime,
    place: str,
    reason: str | None,
    now: datetime,
) -> MeetingMove | None:
    """Set date and place; what is a move is recorded, with a reason (None: people are being invited)."""
    day = local_today(session, actor.centre_id, starts_at)
    move = None
    if _is_move(session, meeting, day):
        told = "" if reason is None else typed_text.words(reason, "meeting.reason_missing")
        move = MeetingMove(
            centre_id=meeting.centre_id,
            meeting_id=meeting.id,
            old_starts_at=meeting.starts_at,
            new_starts_at=starts_at,
            old_place=meeting.place,
            new_place=place,
            reason=told,
            moved_at=now,
        )
        session.add(move)
        change_state(session, actor, meeting, MeetingState.PLANNED, "meeting.move", now, told)
    else:
        check_move(Thing.MEETING, meeting.state, MeetingState.PLANNED)
        note(session, actor, meeting, "meeting.date", now)
    meeting.starts_at, meeting.day, meeting.month, meeting.place = starts_at, day, day.month, place
    give_codes(session, meeting)
    return move


def _is_move(session: Session, meeting: Meeting, day: date) -> bool:
    if meeting.called_at is not None:
        return True
    if agreed_item(session, meeting) is None:
        return False
    fixed = day_of_meeting(session, meeting)
    return fixed != day if fixed is not None else meeting.month not in {None, day.month}


def check_moment(session: Session, meeting: Meeting, starts_at: datetime, code: str) -> None:
    """Refuse a moment outside the meeting's year with `code` (year, first, last)."""
    check_day(local_today(session, meeting.centre_id, starts_at), AcademicYear(meeting.year), code)


def check_day(day: date, year: AcademicYear, code: str) -> None:
    """Refuse a day outside a year with `code` (year, first, last)."""
    if not fits(day, year):
        raise RuleError(code, year=str(year), first=year.first_day, last=year.last_day)


def check_planned(meeting: Meeting) -> None:
    """Only a planned meeting is called, moved or edited: `meeting.held`, `meeting.cancelled`."""
    if meeting.state is not MeetingState.PLANNED:
        raise RuleError(f"meeting.{meeting.state.value}")


def check_active(association: Association) -> None:
    """Only an active association meets."""
    if association.state is not AssociationState.ACTIVE:
        raise RuleError("association.not_active")


def checked_minutes(minutes: int) -> int:
    """How long it takes: `meeting.minutes` (limit) for less than one minute or too many."""
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise RuleError("meeting.minutes", limit=LONGEST_MINUTES)
    return minutes


def with_warnings(session: Session, meeting: Meeting) -> Warned[Meeting]:
    """The meeting, with what the person should know of its date."""
    if meeting.starts_at is None:
        return Warned(meeting)
    found = warnings(session, meeting.association, meeting.starts_at, meeting.minutes, meeting.place, meeting)
    return Warned(meeting, found)
