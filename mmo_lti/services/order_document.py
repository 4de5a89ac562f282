"""Drafts of orders for the institution to sign and number; the signed paper is registered later (R2, R6).

Nothing is declined by program: the coordinator confirms «⟨кого⟩» and the words of the preamble.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.documents.order import (
    Acting,
    Appointment,
    Creation,
    Officer,
    OrderDocument,
    OrderReference,
    render_docx,
)
from mmo_lti.models.association import Association
from mmo_lti.models.membership import Membership
from mmo_lti.models.order import Order
from mmo_lti.models.person import Person
from mmo_lti.rules.accusative import suggest_accusative
from mmo_lti.rules.action import Action
from mmo_lti.rules.regulation import regulation
from mmo_lti.rules.states import MembershipState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.document_party import institution_of, printed
from mmo_lti.services.file_kind import order_name
from mmo_lti.services.permission import require
from mmo_lti.services.person import name_of
from mmo_lti.services.scope import centre_of, check_centre, local_today
from mmo_lti.services.term import duties_of


@dataclass(frozen=True)
class Named:
    """A person of an order, with «Соловьёву Алёну Фёдоровну, учителя математики …» as confirmed."""

    person: Person
    accusative: str


@dataclass(frozen=True)
class DraftFile:
    """A draft to edit and sign: the name of its file, and its bytes as DOCX."""

    name: str
    content: bytes


def draft_file(association: Association, document: OrderDocument) -> DraftFile:
    """The draft as DOCX: its number and date are left for the institution."""
    name = f"proekt-{order_name(association, document.content.starts)}.docx"
    return DraftFile(name, render_docx(document))


def accusative_of(person: Person) -> str:
    """What the coordinator is offered to look at as «⟨кого⟩»."""
    shown = printed(person)
    return suggest_accusative(shown.name, shown.position, shown.organisation)


def creation_draft(
    session: Session,
    actor: Actor,
    association: Association,
    *,
    starts: date,
    initiator: str,
    ground: str,
    now: datetime,
    leader: Named | None = None,
) -> OrderDocument:
    """The order of creation with the list of those who confirmed; words as «по инициативе …» needs them."""
    content = Creation(
        starts=starts,
        initiator=typed_text.line(initiator, "initiator", 300, required=True),
        ground=typed_text.line(ground, "ground", 1000, required=True),
        members=tuple(printed(person) for person in _members(session, association)),
        leader=_officer(actor, leader) if leader else None,
    )
    return _document(session, actor, association, content, now)


def appointment_draft(
    session: Session,
    actor: Actor,
    association: Association,
    leader: Named,
    *,
    starts: date,
    now: datetime,
    repeals: Order | None = None,
) -> OrderDocument:
    """The order of appointment, with the days by which the plan and the report are due."""
    year = AcademicYear.of(starts)
    owed = duties_of(session, association, year)
    settled = owed.plan_due or owed.pace_from
    content = Appointment(
        officer=_officer(actor, leader),
        starts=starts,
        plan_due=settled,
        report_due=owed.report_due or owed.meetings_until,
        repeals=OrderReference(signed_on=repeals.signed_on, number=repeals.number) if repeals else None,
    )
    if repeals is not None:
        check_centre(actor, repeals)
    return _document(session, actor, association, content, now)


def acting_draft(
    session: Session,
    actor: Actor,
    association: Association,
    leader: Named,
    *,
    starts: date,
    ends: date,
    now: datetime,
    reason: str = "",
) -> OrderDocument:
    """The order about an acting leader, both days included."""
    content = Acting(
        officer=_officer(actor, leader),
        starts=starts,
        ends=ends,
        reason=typed_text.line(reason, "reason", 300),
    )
    return _document(session, actor, association, content, now)


def _document(
    session: Session,
    actor: Actor,
    association: Association,
    content: Creation | Appointment | Acting,
    now: datetime,
) -> OrderDocument:
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ORDER_REGISTER, today, association)
    centre = centre_of(session, actor)
    officer = content.leader if isinstance(content, Creation) else content.officer
    return OrderDocument(
        institution=institution_of(session, centre, today),
        regulation=regulation(centre.regulation),
        association=association.genitive,
        content=content,
        acquainted=(officer.name,) if officer else (),
        as_of=now,
    )


def _officer(actor: Actor, named: Named) -> Officer:
    check_centre(actor, named.person)
    accusative = typed_text.line(named.accusative, "accusative", 500, required=True)
    return Officer(name=name_of(named.person), accusative=accusative)


def _members(session: Session, association: Association) -> list[Person]:
    return list(
        session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.centre_id == association.centre_id,
                Membership.association_id == association.id,
                Membership.state == MembershipState.MEMBER,
            )
            .order_by(Person.sort_key)
        )
    )
