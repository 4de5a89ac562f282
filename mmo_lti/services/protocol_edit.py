"""The blocks of a protocol that is being written: who was heard, what was decided, how it was voted (R13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.meeting import AgendaItem, AttendanceMark
from mmo_lti.models.person import Person, Post
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.protocol_check import Votes, unanimous, vote_fault
from mmo_lti.rules.states import ProtocolState
from mmo_lti.services import typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.attendance import members_present
from mmo_lti.services.leader import leader_id
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import check_centre, hold, local_today
from mmo_lti.services.state_change import note

OPEN = frozenset({ProtocolState.DRAFT, ProtocolState.RETURNED})


@dataclass(frozen=True)
class Block:
    """What answers one question of the agenda (`item_id`).

    `decision` may have several lines, one decision each; `discussed` one line for each who spoke. Votes are
    members'; nothing counted leaves them None. `unanimous` takes those in favour for all who voted, and all
    present where no number is given.
    """

    item_id: int
    heard: str = ""
    discussed: str = ""
    decision: str = ""
    responsible: str = ""
    due: date | None = None
    unanimous: bool = False
    votes_for: int | None = None
    votes_against: int | None = None
    votes_abstained: int | None = None


def edit(
    session: Session,
    actor: Actor,
    protocol: Protocol,
    *,
    chair_id: int | None,
    secretary_id: int | None,
    blocks: Sequence[Block],
    now: datetime,
) -> Protocol:
    """Write chair, secretary and the blocks given; other questions stay as they are.

    Refused: `R13.2` (question, in_favour, against, abstained, present) for more votes than members present,
    `R13.3` for one person as both, `protocol.person_unknown` for somebody who was not there,
    `protocol.lodged` (number); `NotFound` for a question of another meeting.
    """
    check_centre(actor, protocol)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.PROTOCOL_DRAFT, today, protocol.association)
    hold(session, protocol)
    if protocol.state not in OPEN:
        raise RuleError("protocol.lodged", number=protocol.number)
    if chair_id is not None and chair_id == secretary_id:
        raise RuleError("R13.3")
    known = signers(session, protocol, today)
    if not {chair_id, secretary_id} - {None} <= known:
        raise RuleError("protocol.person_unknown")
    items = {item.id: item for item in protocol.meeting.agenda}
    if not {block.item_id for block in blocks} <= set(items):
        raise NotFound
    present = members_present(protocol.meeting)
    counted = {block.item_id: _counted(block, present) for block in blocks}
    for item_id, votes in counted.items():
        _check_votes(items[item_id], votes, present)
    for block in blocks:
        _write(items[block.item_id], block, counted[block.item_id])
    protocol.chair_id, protocol.secretary_id = chair_id, secretary_id
    note(session, actor, protocol, "protocol.edit", now)
    session.refresh(protocol, ["chair", "secretary"])
    return protocol


def signers(session: Session, protocol: Protocol, today: date) -> set[int]:
    """Who may be chair or secretary: the members who were not absent, and the leader, member or not."""
    people = {row.person_id for row in protocol.meeting.attendance if row.mark is not AttendanceMark.ABSENT}
    leader = leader_id(session, protocol.centre_id, protocol.association_id, today)
    return people | {each for each in (leader, protocol.chair_id) if each is not None}


def signer_names(session: Session, protocol: Protocol, today: date) -> list[Person]:
    """The same as people, by name, their posts loaded: what a page offers."""
    return list(
        session.scalars(
            select(Person)
            .where(Person.centre_id == protocol.centre_id, Person.id.in_(signers(session, protocol, today)))
            .options(selectinload(Person.posts).selectinload(Post.organisation))
            .order_by(Person.sort_key, Person.id)
        )
    )


def votes_of(item: AgendaItem) -> Votes | None:
    """The votes on a question; None while nothing was counted."""
    if item.votes_for is None:
        return None
    return Votes(item.votes_for, item.votes_against or 0, item.votes_abstained or 0)


def _write(item: AgendaItem, block: Block, votes: Votes | None) -> None:
    item.heard = typed_text.paragraphs(block.heard, "heard")
    item.discussed = typed_text.paragraphs(block.discussed, "discussed")
    item.decision = typed_text.paragraphs(block.decision, "decision")
    item.responsible = typed_text.line(block.responsible, "responsible", 300)
    item.due = block.due
    item.unanimous = block.unanimous
    item.votes_for = votes.in_favour if votes else None
    item.votes_against = votes.against if votes else None
    item.votes_abstained = votes.abstained if votes else None


def _check_votes(item: AgendaItem, votes: Votes | None, present: int) -> None:
    fault = vote_fault(votes, present) if votes else None
    if fault:
        raise RuleError(fault.code, **{"question": item.position} | dict(fault.params))  # type: ignore[arg-type]


def _counted(block: Block, present: int) -> Votes | None:
    if block.unanimous:
        return unanimous(present if block.votes_for is None else block.votes_for)
    given = (block.votes_for, block.votes_against, block.votes_abstained)
    if given == (None, None, None):
        return None
    return Votes(*(number or 0 for number in given))
