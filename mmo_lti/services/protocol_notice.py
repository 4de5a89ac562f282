"""Who is told that a protocol was lodged, accepted, returned or voided (R13, R20)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from mmo_lti.models.protocol import Protocol
from mmo_lti.services.actor import Actor
from mmo_lti.services.audience import coordinators, leader_or_coordinators
from mmo_lti.services.link import protocol_path
from mmo_lti.services.notice import notify_all
from mmo_lti.services.pace import pace_of
from mmo_lti.services.recipient import directors
from mmo_lti.services.scope import local_today


def tell_lodged(session: Session, actor: Actor, protocol: Protocol, now: datetime) -> None:
    """To the coordinators; what one of them lodged goes to the others and to the director."""
    today = local_today(session, protocol.centre_id, now)
    people = set(coordinators(session, protocol.centre_id, today))
    if protocol.lodged_for_leader:
        people |= set(directors(session, protocol.centre_id, today))
    _tell(session, protocol, people - {actor.person_id}, "protocol_lodged", now)


def tell_accepted(session: Session, protocol: Protocol, today: date, now: datetime) -> None:
    """To the leader, with how many meetings count now."""
    stand = pace_of(session, protocol.association, protocol.year, today)
    leader = leader_or_coordinators(session, protocol.association, today)
    _tell(
        session,
        protocol,
        set(leader),
        "protocol_accepted",
        now,
        counted=stand.counted,
        required=stand.needed,
    )


def tell_returned(session: Session, protocol: Protocol, today: date, now: datetime) -> None:
    """To the leader, with the words and the day by which it is due again."""
    leader = leader_or_coordinators(session, protocol.association, today)
    _tell(
        session,
        protocol,
        set(leader),
        "protocol_returned",
        now,
        urgent=True,
        remarks=protocol.remarks,
        due=protocol.fix_due_on,
    )


def tell_voided(session: Session, protocol: Protocol, today: date, now: datetime) -> None:
    """To the leader, with the reason."""
    leader = leader_or_coordinators(session, protocol.association, today)
    _tell(session, protocol, set(leader), "protocol_voided", now, reason=protocol.void_reason)


def _tell(
    session: Session,
    protocol: Protocol,
    people: set[int],
    kind: str,
    now: datetime,
    *,
    urgent: bool = False,
    **more: object,
) -> None:
    association = protocol.association
    session.flush()
    notify_all(
        session,
        protocol.centre_id,
        people,
        kind,
        protocol,
        now.isoformat(timespec="seconds"),
        {"association": association.genitive, "number": protocol.number, **more},
        protocol_path(association, protocol),
        now,
        urgent,
        association_id=association.id,
    )
