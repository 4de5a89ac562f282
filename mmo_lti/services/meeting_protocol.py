"""The protocol that stands for a meeting, and whether the meeting's facts may still be changed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Meeting
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import ProtocolState

SIGNED = frozenset({ProtocolState.LODGED, ProtocolState.ACCEPTED})


def protocol_of(session: Session, meeting: Meeting) -> Protocol | None:
    """The meeting's newest protocol that is not void: the one that is worked on, or stands."""
    return session.scalar(
        select(Protocol)
        .where(
            Protocol.centre_id == meeting.centre_id,
            Protocol.meeting_id == meeting.id,
            Protocol.state != ProtocolState.VOID,
        )
        .order_by(Protocol.id.desc())
        .limit(1)
    )


def check_open(session: Session, meeting: Meeting) -> None:
    """Agenda and attendance follow the signed paper: `protocol.lodged` (number) once it is lodged."""
    protocol = protocol_of(session, meeting)
    if protocol is not None and protocol.state in SIGNED:
        raise RuleError("protocol.lodged", number=protocol.number)
