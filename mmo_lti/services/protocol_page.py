"""What the page of a protocol shows, what is still missing, and the paper to print and sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.documents.protocol import ProtocolDocument, render_docx, render_pdf
from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.person import Person
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import Fault
from mmo_lti.rules.protocol_check import quorum_missed
from mmo_lti.rules.states import ProtocolState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import protocol as protocols
from mmo_lti.services import protocol_edit
from mmo_lti.services.actor import Actor
from mmo_lti.services.association_page import may_see_protocol
from mmo_lti.services.attendance import members_present
from mmo_lti.services.for_leader import with_reason
from mmo_lti.services.meeting_protocol import protocol_of
from mmo_lti.services.permission import NotFound, may
from mmo_lti.services.protocol_document import build
from mmo_lti.services.scope import local_today
from mmo_lti.services.year_settings import settings_for

ASKED = (Action.PROTOCOL_DRAFT, Action.PROTOCOL_LODGE)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


@dataclass(frozen=True)
class QuorumMissed:
    """Fewer members came than the centre's quorum: `percent` of `members`, who stood on the list that day."""

    present: int
    members: int
    percent: int


@dataclass(frozen=True)
class ProtocolPage:
    """`people` may sign as chair or secretary; `faults` is what lodging would refuse now.

    `document` is what the paper says, where it is not being written; `filled`: only the signed scan may be
    missing; `others` are the versions beside it that the actor may see; `successor` is the protocol that is
    written instead of a void one. `quorum` is a warning while the protocol may still be mended.
    """

    people: list[Person]
    faults: tuple[Fault, ...]
    open: bool
    document: ProtocolDocument | None
    filled: bool
    present: int
    quorum: QuorumMissed | None
    others: list[Protocol]
    successor: Protocol | None
    may: frozenset[Action]
    with_reason: frozenset[Action]


def find_protocol(
    session: Session, actor: Actor, association: Association, year: AcademicYear, number: int, now: datetime
) -> Protocol:
    """The newest version of a number that the actor may see: a correction hides no accepted protocol."""
    for version in _versions(session, association, year.start, number):
        if may_see_protocol(session, actor, version, now):
            return version
    raise NotFound


def protocol_page(session: Session, actor: Actor, protocol: Protocol, now: datetime) -> ProtocolPage:
    """Gather the page; `NotFound` for whom this protocol is not."""
    if not may_see_protocol(session, actor, protocol, now):
        raise NotFound
    today = local_today(session, actor.centre_id, now)
    is_open = protocol.state in protocol_edit.OPEN
    found = protocols.faults(session, protocol) if is_open else ()
    standing = protocol_of(session, protocol.meeting) if protocol.state is ProtocolState.VOID else None
    return ProtocolPage(
        people=protocol_edit.signer_names(session, protocol, today) if is_open else [],
        faults=found,
        open=is_open,
        document=None if is_open else build(session, protocol, now),
        filled=not [fault for fault in found if fault.code != "R13.1.scan"],
        present=members_present(protocol.meeting),
        quorum=_quorum(session, protocol) if is_open or protocol.state is ProtocolState.LODGED else None,
        others=[
            one
            for one in _versions(session, protocol.association, protocol.year, protocol.number)
            if one.id != protocol.id and may_see_protocol(session, actor, one, now)
        ],
        successor=standing,
        may=frozenset(one for one in ASKED if may(session, actor, one, today, protocol.association)),
        with_reason=with_reason(session, actor, (Action.PROTOCOL_LODGE,), today, protocol.association),
    )


def _quorum(session: Session, protocol: Protocol) -> QuorumMissed | None:
    """By the settings that the year began with; none where the centre asks for no quorum (ours)."""
    centre = session.get_one(Centre, protocol.centre_id)
    percent = settings_for(session, centre, protocol.year).quorum
    present, members = members_present(protocol.meeting), len(protocol.meeting.attendance)
    if percent is None or not quorum_missed(present, members, percent):
        return None
    return QuorumMissed(present, members, percent)


def _versions(session: Session, association: Association, year: int, number: int) -> Sequence[Protocol]:
    return session.scalars(
        select(Protocol)
        .where(
            Protocol.centre_id == association.centre_id,
            Protocol.association_id == association.id,
            Protocol.year == year,
            Protocol.number == number,
        )
        .order_by(Protocol.version.desc())
    ).all()


def draft(session: Session, actor: Actor, protocol: Protocol, kind: str, now: datetime) -> tuple[bytes, str]:
    """The protocol as it stands, as `docx` or `pdf`, with its media type."""
    if not may_see_protocol(session, actor, protocol, now):
        raise NotFound
    document = build(session, protocol, now)
    return (render_docx(document), DOCX) if kind == "docx" else (render_pdf(document), PDF)
