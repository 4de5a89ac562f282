"""What people are told about a meeting: it is called, moved, cancelled (R20)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Meeting, MeetingMove
from mmo_lti.services.actor import Actor
from mmo_lti.services.audience import leader_or_coordinators
from mmo_lti.services.link import meeting_path
from mmo_lti.services.notice import notify_all
from mmo_lti.services.scope import local_today

URGENT_WITHIN = timedelta(days=2)


def tell_called(session: Session, actor: Actor, meeting: Meeting, now: datetime) -> None:
    """Invite everybody on the list."""
    params = {"starts_at": meeting.starts_at, "place": meeting.place, "topic": meeting.topic}
    _tell(
        session,
        actor,
        meeting,
        "meeting_called",
        "called",
        params,
        now,
        urgent=_is_near(meeting.starts_at, now),
    )


def tell_moved(session: Session, actor: Actor, meeting: Meeting, move: MeetingMove, now: datetime) -> None:
    """Say the new date and place; of a date that is past nobody need be told."""
    if move.new_starts_at <= now:
        return
    params = {
        "old_starts_at": move.old_starts_at,
        "starts_at": move.new_starts_at,
        "place": meeting.place,
    }
    urgent = _is_near(move.old_starts_at, now) or _is_near(move.new_starts_at, now)
    _tell(session, actor, meeting, "meeting_moved", f"move-{move.id}", params, now, urgent=urgent)


def tell_cancelled(session: Session, actor: Actor, meeting: Meeting, now: datetime) -> None:
    """Say why; of a date that is past nobody need be told."""
    if meeting.starts_at is None or meeting.starts_at <= now:
        return
    params = {"starts_at": meeting.starts_at, "reason": meeting.cancel_reason}
    urgent = _is_near(meeting.starts_at, now)
    _tell(session, actor, meeting, "meeting_cancelled", "cancelled", params, now, urgent=urgent)


def _tell(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    kind: str,
    stage: str,
    params: Mapping[str, object],
    now: datetime,
    *,
    urgent: bool,
) -> None:
    association = meeting.association
    today: date = local_today(session, meeting.centre_id, now)
    people = {row.person_id for row in meeting.attendance}
    people |= set(leader_or_coordinators(session, association, today))
    people -= {actor.person_id}
    if not meeting.is_meeting:
        params = {**params, "event": meeting.form}
    notify_all(
        session,
        meeting.centre_id,
        people,
        kind,
        meeting,
        stage,
        {"association": association.genitive, **params},
        meeting_path(association, meeting),
        now,
        urgent,
        association_id=association.id,
    )


def _is_near(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now <= moment <= now + URGENT_WITHIN
