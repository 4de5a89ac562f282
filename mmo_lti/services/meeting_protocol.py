"""The protocol that stands for a meeting, and what its state still allows."""

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


def check_waits(protocol: Protocol) -> None:
    """A double click, or a page that stood open, reads what became of the protocol meanwhile.

    `protocol.accepted`, `protocol.returned` (number, at), else `protocol.not_waiting` (number).
    """
    check_not_accepted(protocol)
    if protocol.state is ProtocolState.RETURNED:
        raise RuleError("protocol.returned", number=protocol.number, at=protocol.returned_at)
    if protocol.state is not ProtocolState.LODGED:
        raise RuleError("protocol.not_waiting", number=protocol.number)


def check_not_accepted(protocol: Protocol) -> None:
    """An accepted protocol is final: `protocol.accepted` (number, at)."""
    if protocol.state is ProtocolState.ACCEPTED:
        raise RuleError("protocol.accepted", number=protocol.number, at=protocol.decided_at)
