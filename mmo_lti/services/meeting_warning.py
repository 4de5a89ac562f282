"""What the person who sets a date should know; none of it forbids the date (R11.3, R11.6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Attendance, Meeting
from mmo_lti.rules.clocktime import start_of_day
from mmo_lti.rules.errors import Fault
from mmo_lti.rules.names import search_key
from mmo_lti.rules.states import MeetingState
from mmo_lti.rules.workdays import is_working_day
from mmo_lti.services.audience import members
from mmo_lti.services.working_day import transfers_of


def warnings(
    session: Session,
    association: Association,
    starts_at: datetime,
    minutes: int,
    place: str,
    meeting: Meeting | None = None,
) -> tuple[Fault, ...]:
    """Warnings about a date of the association's meeting (`meeting` itself is left out of the comparison).

    `R11.3` (day): a second meeting on the day, counted with a protocol of its own. `R11.6.day_off` (day).
    `R11.6.members` (day, count, topics): so many members have another event that day. `R11.6.place` (place,
    association, at): the place is taken at that hour.
    """
    centre = session.get_one(Centre, association.centre_id)
    day = starts_at.astimezone(ZoneInfo(centre.timezone)).date()
    others = [other for other in _on_day(session, centre, day) if meeting is None or other.id != meeting.id]
    found = []
    if any(other.association_id == association.id and other.is_meeting for other in others):
        found.append(Fault("R11.3", {"day": day}))
    if not is_working_day(day, transfers_of(session, centre.id)):
        found.append(Fault("R11.6.day_off", {"day": day}))
    busy = _busy(session, association, others)
    if busy:
        topics = [other.topic for other in others if other.association_id != association.id]
        found.append(Fault("R11.6.members", {"day": day, "count": busy, "topics": tuple(topics[:3])}))
    taken = next((other for other in others if _same_hour_and_place(other, starts_at, minutes, place)), None)
    if taken is not None:
        params = {"place": place, "association": taken.association.genitive, "at": taken.starts_at}
        found.append(Fault("R11.6.place", params))
    return tuple(found)


def _on_day(session: Session, centre: Centre, day: date) -> list[Meeting]:
    """Meetings of the whole centre on a local day, planned or held."""
    return list(
        session.scalars(
            select(Meeting)
            .where(
                Meeting.centre_id == centre.id,
                Meeting.starts_at >= start_of_day(day, centre.timezone),
                Meeting.starts_at < start_of_day(day + timedelta(days=1), centre.timezone),
                Meeting.state != MeetingState.CANCELLED,
            )
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )


def _busy(session: Session, association: Association, others: list[Meeting]) -> int:
    ids = [other.id for other in others if other.association_id != association.id]
    if not ids:
        return 0
    own = members(session, association)
    return (
        session.scalar(
            select(func.count(Attendance.person_id.distinct())).where(
                Attendance.centre_id == association.centre_id,
                Attendance.meeting_id.in_(ids),
                Attendance.person_id.in_(own),
            )
        )
        or 0
    )


def _same_hour_and_place(other: Meeting, starts_at: datetime, minutes: int, place: str) -> bool:
    if other.starts_at is None or not place or search_key(other.place) != search_key(place):
        return False
    ends_at = starts_at + timedelta(minutes=minutes)
    return other.starts_at < ends_at and starts_at < other.starts_at + timedelta(minutes=other.minutes)
