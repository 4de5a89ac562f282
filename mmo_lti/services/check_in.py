"""Checking in: a person says themselves that they are at a meeting, while it runs.

It is the same presence that the leader marks on the list (forms, 7: one presence, the paper is right).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Attendance, AttendanceMark, Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.rules.action import Action
from mmo_lti.rules.check_in import OPENS_BEFORE, CheckInHours, check_in_hours
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MeetingState, MembershipState
from mmo_lti.services.actor import Actor
from mmo_lti.services.attendance import belonging, ensure_list, set_mark
from mmo_lti.services.meeting_moment import LONGEST_MINUTES
from mmo_lti.services.meeting_protocol import SIGNED, held_protocol_of, protocol_of
from mmo_lti.services.permission import require
from mmo_lti.services.scope import check_centre, hold, local_today
from mmo_lti.services.state_change import note

_ON_LISTS = (MembershipState.MEMBER, MembershipState.SUSPENDED, MembershipState.PROPOSED)


@dataclass(frozen=True)
class Running:
    """A meeting to which the person may check in now, and whether they are marked present already.

    Half an hour before it has `begun` people may check in, too.
    """

    meeting: Meeting
    present: bool
    begun: bool


@dataclass(frozen=True)
class CheckInPage:
    """What whoever followed the meeting's link sees; `refusal` says why nobody can check in now.

    Who is not `listed` learns whose meeting it is and no more.
    """

    meeting: Meeting
    listed: bool
    present: bool
    refusal: RuleError | None


def check_in(session: Session, actor: Actor, meeting: Meeting, now: datetime) -> Attendance:
    """Mark the actor present; a second time changes nothing.

    Refused: `check_in.cancelled`, `.no_hour`, `.not_yet` (opens), `.over` (closes), `.protocol_lodged`,
    and `.not_listed` (association) for whom the list does not have.
    """
    check_centre(actor, meeting)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.CHECK_IN, today, meeting.association)
    hold(session, meeting)
    if not _belongs(session, actor, meeting, today):
        raise RuleError("check_in.not_listed", association=meeting.association.genitive)
    held_protocol_of(session, meeting)
    check_open_now(session, meeting, now)
    row = _row_of(session, actor, meeting)
    if row is None:
        ensure_list(session, meeting, today)
        row = next(one for one in meeting.attendance if one.person_id == actor.person_id)
    if row.mark is not AttendanceMark.PRESENT:
        set_mark(row, AttendanceMark.PRESENT, now)
        row.checked_in_at = now
        note(session, actor, meeting, "attendance.check_in", now)
    return row


def check_open_now(session: Session, meeting: Meeting, now: datetime) -> None:
    """Refuse as `check_in` does, whoever asks."""
    if meeting.state is MeetingState.CANCELLED:
        raise RuleError("check_in.cancelled")
    protocol = protocol_of(session, meeting)
    if protocol is not None and protocol.state in SIGNED:
        raise RuleError("check_in.protocol_lodged")
    hours = hours_of(meeting)
    if hours is None:
        raise RuleError("check_in.no_hour")
    if now < hours.opens:
        raise RuleError("check_in.not_yet", opens=hours.opens)
    if now >= hours.closes:
        raise RuleError("check_in.over", closes=hours.closes)


def refusal_now(session: Session, meeting: Meeting, now: datetime) -> RuleError | None:
    """Why nobody can check in to the meeting now; none while it is open."""
    try:
        check_open_now(session, meeting, now)
    except RuleError as refused:
        return refused
    return None


def hours_of(meeting: Meeting) -> CheckInHours | None:
    """When people may check in; none before an hour is fixed."""
    return check_in_hours(meeting.starts_at, meeting.minutes) if meeting.starts_at else None


def by_link(session: Session, code: str) -> Meeting | None:
    """The meeting behind `/go/CODE`, of whichever centre."""
    return session.scalar(select(Meeting).where(Meeting.go_code == code))


def page_of(session: Session, actor: Actor, meeting: Meeting, now: datetime) -> CheckInPage:
    """The page of the link; `NotFound` for a meeting of another centre."""
    check_centre(actor, meeting)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.CHECK_IN, today, meeting.association)
    row = _row_of(session, actor, meeting)
    return CheckInPage(
        meeting=meeting,
        listed=_belongs(session, actor, meeting, today),
        present=row is not None and row.mark is AttendanceMark.PRESENT,
        refusal=refusal_now(session, meeting, now),
    )


def running(session: Session, actor: Actor, now: datetime) -> list[Running]:
    """Meetings of the actor's associations that are open for checking in, by their beginning."""
    found = session.scalars(
        select(Meeting)
        .join(Membership, Membership.association_id == Meeting.association_id)
        .where(
            Meeting.centre_id == actor.centre_id,
            Meeting.state != MeetingState.CANCELLED,
            Meeting.starts_at > now - timedelta(minutes=LONGEST_MINUTES),
            Meeting.starts_at <= now + OPENS_BEFORE,
            Membership.person_id == actor.person_id,
            Membership.state.in_(_ON_LISTS),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    pages = [page_of(session, actor, one, now) for one in found]
    return [
        Running(page.meeting, page.present, begun=page.meeting.starts_at <= now)
        for page in pages
        if page.listed and page.refusal is None and page.meeting.starts_at is not None
    ]


def _row_of(session: Session, actor: Actor, meeting: Meeting) -> Attendance | None:
    return session.scalar(
        select(Attendance).where(
            Attendance.centre_id == meeting.centre_id,
            Attendance.meeting_id == meeting.id,
            Attendance.person_id == actor.person_id,
        )
    )


def _belongs(session: Session, actor: Actor, meeting: Meeting, today: date) -> bool:
    return bool(belonging(session, meeting, today, only=actor.person_id))
