"""What stands at the door of a meeting on its day: the link and the code by which people check in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.action import Action
from mmo_lti.rules.check_in import CheckInHours
from mmo_lti.services.actor import Actor
from mmo_lti.services.check_in import hours_of, refusal_now
from mmo_lti.services.permission import may
from mmo_lti.services.scope import check_centre, local_today


@dataclass(frozen=True)
class Door:
    """`link` is the CODE of `/go/CODE`, `code` the six digits; they work within `hours`."""

    link: str
    code: str
    hours: CheckInHours
    open: bool


def door_of(session: Session, actor: Actor, meeting: Meeting, now: datetime) -> Door | None:
    """The door, for those who keep the list, from the morning of the day until check-in closes; else none."""
    check_centre(actor, meeting)
    today = local_today(session, actor.centre_id, now)
    hours = hours_of(meeting)
    if hours is None or not meeting.go_code or not meeting.check_in_code:
        return None
    if not may(session, actor, Action.ATTENDANCE_DRAFT, today, meeting.association):
        return None
    refusal = refusal_now(session, meeting, now)
    begins_today = today in {meeting.day, local_today(session, actor.centre_id, hours.opens)}
    if refusal is not None and not (refusal.code == "check_in.not_yet" and begins_today):
        return None
    return Door(meeting.go_code, meeting.check_in_code, hours, open=refusal is None)
