"""What the page of a protocol shows, what is still missing, and the paper to print and sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.documents.protocol import render_docx, render_pdf
from mmo_lti.models.person import Person
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import Fault
from mmo_lti.services import protocol as protocols
from mmo_lti.services import protocol_edit
from mmo_lti.services.actor import Actor
from mmo_lti.services.association_page import may_see_protocol
from mmo_lti.services.for_leader import own_act
from mmo_lti.services.permission import NotFound, may
from mmo_lti.services.protocol_document import build
from mmo_lti.services.scope import local_today

ASKED = (Action.PROTOCOL_DRAFT, Action.PROTOCOL_LODGE, Action.PROTOCOL_VOID)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


@dataclass(frozen=True)
class ProtocolPage:
    """`people` may sign as chair or secretary; `faults` is what lodging would refuse now."""

    people: list[Person]
    faults: tuple[Fault, ...]
    open: bool
    reviews: bool
    may: frozenset[Action]


def protocol_page(session: Session, actor: Actor, protocol: Protocol, now: datetime) -> ProtocolPage:
    """Gather the page; `NotFound` for whom this protocol is not."""
    if not may_see_protocol(session, actor, protocol, now):
        raise NotFound
    today = local_today(session, actor.centre_id, now)
    is_open = protocol.state in protocol_edit.OPEN
    given = own_act(session, actor, protocol.lodged_by, protocol.association, today)
    return ProtocolPage(
        people=protocol_edit.signer_names(session, protocol, today),
        faults=protocols.faults(session, protocol) if is_open else (),
        open=is_open,
        reviews=may(session, actor, Action.PROTOCOL_REVIEW, today, protocol.association, given),
        may=frozenset(one for one in ASKED if may(session, actor, one, today, protocol.association)),
    )


def draft(session: Session, actor: Actor, protocol: Protocol, kind: str, now: datetime) -> tuple[bytes, str]:
    """The protocol as it stands, as `docx` or `pdf`, with its media type."""
    if not may_see_protocol(session, actor, protocol, now):
        raise NotFound
    document = build(session, protocol, now)
    return (render_docx(document), DOCX) if kind == "docx" else (render_pdf(document), PDF)
