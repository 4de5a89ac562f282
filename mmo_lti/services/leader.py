"""Who leads an association on a day: that follows from orders alone (R6)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.order import Order, OrderKind


def leading_order(session: Session, centre_id: int, association_id: int, today: date) -> Order | None:
    """The order by which somebody has the leader's rights today.

    While an order about acting runs, the acting leader alone has them; no order, no leader's rights (R6.1).
    """
    running = session.scalars(
        select(Order)
        .where(
            Order.centre_id == centre_id,
            Order.association_id == association_id,
            Order.kind.in_([OrderKind.APPOINTMENT, OrderKind.ACTING]),
            Order.person_id.is_not(None),
            Order.since <= today,
            or_(Order.until.is_(None), Order.until >= today),
        )
        .order_by(Order.since.desc(), Order.id.desc())
    ).all()
    acting = [order for order in running if order.kind is OrderKind.ACTING]
    return next(iter(acting or running), None)


def leader_id(session: Session, centre_id: int, association_id: int, today: date) -> int | None:
    """Person id of the leader or acting leader, or none."""
    order = leading_order(session, centre_id, association_id, today)
    return order.person_id if order else None


def leader_ids(session: Session, centre_id: int, today: date) -> dict[int, int]:
    """The leader or acting leader of every association of the centre that has one: by association id."""
    running = session.execute(
        select(Order.association_id, Order.kind, Order.person_id)
        .where(
            Order.centre_id == centre_id,
            Order.kind.in_([OrderKind.APPOINTMENT, OrderKind.ACTING]),
            Order.person_id.is_not(None),
            Order.since <= today,
            or_(Order.until.is_(None), Order.until >= today),
        )
        .order_by(Order.since, Order.id)
    ).all()
    found: dict[int, int] = {}
    for wanted in (OrderKind.APPOINTMENT, OrderKind.ACTING):
        found |= {row.association_id: row.person_id for row in running if row.kind is wanted}
    return found
