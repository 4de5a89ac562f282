"""A meeting is marked held once its day has come; its protocol is drafted in the same act (R11, R13)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Attendance, AttendanceMark, Meeting
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MeetingState, ProtocolState
from mmo_lti.services.actor import Actor
from mmo_lti.services.attendance import check_day_has_come, ensure_list, mark_rows
from mmo_lti.services.meeting_protocol import held_protocol_of, protocol_of
from mmo_lti.services.permission import require
from mmo_lti.services.protocol_draft import write_draft
from mmo_lti.services.scope import check_centre, hold, local_today
from mmo_lti.services.state_change import change_state

_CAME = frozenset({AttendanceMark.PRESENT, AttendanceMark.ABSENT})


def mark_held(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    now: datetime,
    *,
    present: Collection[int] | None = None,
    shown: Collection[int] | None = None,
) -> Meeting:
    """Mark a meeting held, with the person ids of who was present if that is known already.

    `shown` as in `attendance.mark`: who checked in while the list was being ticked stays present.

    A meeting called as such has its protocol drafted (`meeting_protocol.protocol_of`). A second click changes
    nothing. Refused: `meeting.not_yet` (day), `meeting.when_missing`, `meeting.cancelled`,
    `attendance.not_listed` (count).
    """
    check_centre(actor, meeting)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEETING_MARK, today, meeting.association)
    hold(session, meeting)
    if meeting.state is MeetingState.HELD:
        return meeting
    held_on = check_day_has_come(session, meeting, today)
    ensure_list(session, meeting, today)
    if present is not None:
        mark_rows(meeting, present, now, shown)
    change_state(session, actor, meeting, MeetingState.HELD, "meeting.held", now)
    meeting.held_marked_at = now
    if meeting.is_meeting and protocol_of(session, meeting) is None:
        write_draft(session, actor, meeting, held_on, now)
    return meeting


def unmark_held(session: Session, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """Take a mark back while no protocol is lodged: its draft is void and keeps the number.

    What the leader ticked goes with it; who checked in themselves stays present.
    `protocol.lodged` (number) once it was lodged, returned ones too.
    """
    check_centre(actor, meeting)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEETING_MARK, today, meeting.association)
    hold(session, meeting)
    if meeting.state is MeetingState.PLANNED:
        return meeting
    protocol = held_protocol_of(session, meeting)
    if protocol is not None:
        if protocol.state is not ProtocolState.DRAFT:
            raise RuleError("protocol.lodged", number=protocol.number)
        change_state(session, actor, protocol, ProtocolState.VOID, "protocol.void", now)
    change_state(session, actor, meeting, MeetingState.PLANNED, "meeting.unmark", now)
    meeting.held_marked_at = None
    for row in meeting.attendance:
        if row.mark in _CAME and not _came_by_own_word(row):
            row.mark, row.marked_at = AttendanceMark.INVITED, None
    return meeting


def _came_by_own_word(row: Attendance) -> bool:
    return row.mark is AttendanceMark.PRESENT and row.checked_in_at is not None
