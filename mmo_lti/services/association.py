"""Associations: drafts that gather members, the list of the city, renaming (R2, R5)."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.names import search_key
from mmo_lti.rules.states import AssociationState
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.group_link import want_sync
from mmo_lti.services.order_paper import Grounds, OrderPaper, check_grounds, write_order
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import centre_of, hold, local_today
from mmo_lti.services.typed_text import line

NAME_LIMIT = 300
CODE_PREFIX = "MMO-"
LIVING = (AssociationState.DRAFT, AssociationState.ACTIVE)


def create_draft(
    session: Session, actor: Actor, genitive: str, direction: str, grounds: Grounds, now: datetime
) -> Association:
    """The coordinator opens a draft that gathers members; `genitive` is «учителей математики».

    Raises R5.1 for anybody else, R5.initiator, `association.same` (`code`) for a name that a living one has.
    """
    require(session, actor, Action.ASSOCIATION_CREATE, local_today(session, actor.centre_id, now))
    grounds = check_grounds(session, actor, grounds)
    return begin_association(
        session, actor, genitive, direction, grounds, AssociationState.DRAFT, "create_draft", now
    )


def begin_association(
    session: Session,
    actor: Actor,
    genitive: str,
    direction: str,
    grounds: Grounds,
    state: AssociationState,
    action: str,
    now: datetime,
) -> Association:
    """Add an association with the next free code, for a caller that has checked the right."""
    hold(session, centre_of(session, actor))
    genitive = line(genitive, "genitive", NAME_LIMIT, required=True)
    direction = line(direction, "direction", NAME_LIMIT)
    _refuse_same(session, actor.centre_id, genitive)
    association = Association(
        centre_id=actor.centre_id,
        uid=str(uuid4()),
        code=_next_code(session, actor.centre_id),
        genitive=genitive,
        direction=direction,
        search_key=search_key(f"{genitive} {direction}"),
        state=state,
        initiator=grounds.initiator,
        ground=grounds.ground,
        created_at=now,
    )
    session.add(association)
    session.flush()
    journal.record(session, actor, action, association, now, new=state.value, association_id=association.id)
    return association


def rename(
    session: Session,
    actor: Actor,
    association: Association,
    genitive: str,
    direction: str,
    paper: OrderPaper,
    grounds: Grounds,
    now: datetime,
) -> Order:
    """Rename an active association by order; documents keep the name they had, its group gets the new one.

    Refused like `create_draft`, and `association.not_active`.
    """
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ASSOCIATION_CREATE, day, association)
    grounds = check_grounds(session, actor, grounds)
    hold(session, centre_of(session, actor))
    if association.state is not AssociationState.ACTIVE:
        raise RuleError("association.not_active")
    genitive = line(genitive, "genitive", NAME_LIMIT, required=True)
    direction = line(direction, "direction", NAME_LIMIT)
    _refuse_same(session, actor.centre_id, genitive, association)
    order = write_order(session, actor, association, OrderKind.RENAMING, paper, now, grounds=grounds)
    association.genitive, association.direction = genitive, direction
    association.search_key = search_key(f"{genitive} {direction}")
    journal.record(session, actor, "rename_association", association, now, association_id=association.id)
    want_sync(session, association, now)
    return order


def find_association(session: Session, centre_id: int, code: str) -> Association:
    """The association of this code in the centre; `NotFound` otherwise."""
    found = session.scalar(
        select(Association).where(Association.centre_id == centre_id, Association.code == code.upper())
    )
    if found is None:
        raise NotFound
    return found


def _refuse_same(session: Session, centre_id: int, genitive: str, but: Association | None = None) -> None:
    key = search_key(genitive)
    living = session.scalars(
        select(Association).where(Association.centre_id == centre_id, Association.state.in_(LIVING))
    )
    for other in living:
        if other is not but and search_key(other.genitive) == key:
            raise RuleError("association.same", code=other.code)


def _next_code(session: Session, centre_id: int) -> str:
    """`MMO-NN` after the highest number in use; a code is never given twice."""
    codes = session.scalars(select(Association.code).where(Association.centre_id == centre_id))
    numbers = [
        int(code.removeprefix(CODE_PREFIX))
        for code in codes
        if code.startswith(CODE_PREFIX) and code.removeprefix(CODE_PREFIX).isdecimal()
    ]
    return f"{CODE_PREFIX}{max(numbers, default=0) + 1:02}"
