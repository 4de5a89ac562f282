from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.states import MeetingState
from mmo_lti.rules.year import AcademicYear
from tests.factories.moment import NOW

_NUMBERS = count(1)
_CODES = count(100_001)


def make_meeting(
    session: Session,
    association: Association,
    starts_at: datetime | None = None,
    *,
    state: MeetingState = MeetingState.PLANNED,
    **fields: Any,
) -> Meeting:
    """A meeting (заседание), by default in a week, not called yet."""
    starts_at = starts_at or NOW + timedelta(days=7)
    code = next(_CODES)
    fields = {
        "year": AcademicYear.of(starts_at.date()).start,
        "form": "заседание",
        "topic": "Функциональная грамотность: от теории к практике урока",
        "place": "МБОУ «Гимназия № 23»",
        "number": next(_NUMBERS),
        "day": starts_at.astimezone(ZoneInfo("Europe/Moscow")).date(),
        "go_code": f"go-{code}",
        "check_in_code": str(code),
    } | fields
    meeting = Meeting(
        centre_id=association.centre_id,
        association_id=association.id,
        uid=str(uuid4()),
        starts_at=starts_at,
        state=state,
        **fields,
    )
    session.add(meeting)
    session.flush()
    return meeting
