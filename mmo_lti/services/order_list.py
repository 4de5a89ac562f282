"""Orders as lists: the book of the centre, and what runs in one association."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.association import Association
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.rules.action import Action
from mmo_lti.rules.states import AssociationState
from mmo_lti.services.actor import Actor
from mmo_lti.services.association_list import Card, list_associations
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import local_today, running_settings

BOOK_LIMIT = 100
APPOINTING = (OrderKind.APPOINTMENT, OrderKind.ACTING)


@dataclass(frozen=True)
class BookLine:
    """One registered order and the association it is about."""

    order: Order
    association: Association


@dataclass(frozen=True)
class OrdersOverview:
    """What an order is due for, and the other associations.

    `ready` are drafts that have gathered their `minimum`, `gathering` the other drafts, `led_by_nobody`
    active ones without a leader.
    """

    minimum: int
    ready: list[Card]
    gathering: list[Card]
    led_by_nobody: list[Card]
    others: list[Card]
    ended: list[Card]


def orders_overview(session: Session, actor: Actor, now: datetime) -> OrdersOverview:
    """All associations as the coordinator's orders see them."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ORDER_REGISTER, day)
    minimum = running_settings(session, actor.centre_id, day).min_members
    cards = sorted(
        list_associations(session, actor, "", now, ended=True), key=lambda card: card.association.search_key
    )
    drafts = [one for one in cards if one.association.state is AssociationState.DRAFT]
    active = [one for one in cards if one.association.state is AssociationState.ACTIVE]
    return OrdersOverview(
        minimum=minimum,
        ready=[one for one in drafts if one.count.counted >= minimum],
        gathering=[one for one in drafts if one.count.counted < minimum],
        led_by_nobody=[one for one in active if one.leader is None],
        others=[one for one in active if one.leader is not None],
        ended=[one for one in cards if one not in drafts and one not in active],
    )


def order_book(session: Session, actor: Actor, now: datetime, limit: int = BOOK_LIMIT) -> list[BookLine]:
    """The newest registered orders of the centre."""
    require(session, actor, Action.ORDER_REGISTER, local_today(session, actor.centre_id, now))
    rows = session.execute(
        select(Order, Association)
        .join(Association, Association.id == Order.association_id)
        .where(Order.centre_id == actor.centre_id)
        .options(selectinload(Order.person))
        .order_by(Order.signed_on.desc(), Order.id.desc())
        .limit(limit)
    )
    return [BookLine(row.Order, row.Association) for row in rows]


def running_orders(session: Session, association: Association, now: datetime) -> list[Order]:
    """Orders by which somebody leads or acts today or later."""
    day = local_today(session, association.centre_id, now)
    return list(
        session.scalars(
            select(Order)
            .where(
                Order.centre_id == association.centre_id,
                Order.association_id == association.id,
                Order.kind.in_(APPOINTING),
                or_(Order.until.is_(None), Order.until >= day),
                or_(Order.until.is_(None), Order.until >= Order.since),
            )
            .options(selectinload(Order.person))
            .order_by(Order.since, Order.id)
        )
    )


def find_order(session: Session, association: Association, order_id: int) -> Order:
    """An order of the association; `NotFound` otherwise."""
    found = session.get(Order, order_id)
    if found is None or found.association_id != association.id:
        raise NotFound
    return found
