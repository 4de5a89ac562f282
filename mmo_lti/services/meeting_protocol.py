"""The protocol that stands for a meeting, and what its state still allows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Meeting
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import ProtocolState
from mmo_lti.services.scope import hold

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


def held_protocol_of(session: Session, meeting: Meeting) -> Protocol | None:
    """As `protocol_of`, kept from rivals until the transaction ends; the meeting is held before.

    Whoever lodges it freezes the list: that and a change of list or agenda come one after the other.
    """
    protocol = protocol_of(session, meeting)
    return hold(session, protocol) if protocol is not None else None


def hold_with_meeting(session: Session, protocol: Protocol) -> None:
    """Hold a protocol beside which another of its meeting is written: the meeting first, as its list does."""
    hold(session, protocol.meeting)
    hold(session, protocol)


def check_open(session: Session, meeting: Meeting) -> None:
    """Agenda and attendance follow the signed paper: `protocol.lodged` (number) once it is lodged."""
    protocol = held_protocol_of(session, meeting)
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
