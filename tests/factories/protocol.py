from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Meeting
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.states import ProtocolState
from tests.factories.moment import NOW


def make_protocol(
    session: Session, meeting: Meeting, state: ProtocolState = ProtocolState.DRAFT, **fields: Any
) -> Protocol:
    """The meeting's protocol with the next number of the year; a lodged one was lodged now."""
    last = session.scalar(
        select(func.max(Protocol.number)).where(
            Protocol.association_id == meeting.association_id, Protocol.year == meeting.year
        )
    )
    lodged = None if state in {ProtocolState.DRAFT, ProtocolState.VOID} else NOW
    day = (meeting.starts_at or NOW).date()
    fields = {
        "number": (last or 0) + 1,
        "due_on": day + timedelta(days=10),
        "lodged_at": lodged,
        "first_lodged_at": lodged,
        "frozen": {},
        "created_at": NOW,
    } | fields
    protocol = Protocol(
        centre_id=meeting.centre_id,
        association_id=meeting.association_id,
        meeting_id=meeting.id,
        year=meeting.year,
        state=state,
        **fields,
    )
    session.add(protocol)
    session.flush()
    return protocol
