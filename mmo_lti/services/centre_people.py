"""Who is who in a centre on a day: offices, leaders, helpers, members, requests, in a few statements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.membership import Helper, Membership
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.rules.clocktime import local_day
from mmo_lti.rules.states import AssociationState, MembershipState
from mmo_lti.services import audience, recipient

LEADING = (OrderKind.APPOINTMENT, OrderKind.ACTING)
STANDING = frozenset({MembershipState.MEMBER, MembershipState.SUSPENDED})
_SEEN = (*STANDING, MembershipState.REQUESTED)


@dataclass(frozen=True)
class Leading:
    """Who leads an association: `leader` has the rights today, `last` had them last.

    `acting_until` is the last day of the order by which an acting leader has them today.
    """

    leader: int | None = None
    last: int | None = None
    acting_until: date | None = None
    vacant_since: date | None = None


@dataclass
class Belonging:
    """Who belongs to an association: members (suspended ones too), and the days of open requests."""

    members: list[int] = field(default_factory=list)
    requests: list[date] = field(default_factory=list)


@dataclass(frozen=True)
class CentrePeople:
    """The people of a centre on a day; the mappings are by association id."""

    coordinators: list[int]
    directors: list[int]
    leading: dict[int, Leading]
    helpers: dict[int, list[int]]
    belonging: dict[int, Belonging]

    def leaders_of(self, association: Association) -> list[int]:
        """Who has the leader's duties: the leader, after closing the last one, else the coordinators."""
        leading = self.leading.get(association.id, Leading())
        ended = association.state in (AssociationState.CLOSED, AssociationState.MERGED)
        person = leading.leader or (leading.last if ended else None)
        return self.coordinators if person is None else [person]

    def of(self, association: Association) -> Belonging:
        """Who belongs to the association."""
        return self.belonging.get(association.id, Belonging())


def people_of(session: Session, centre: Centre, today: date) -> CentrePeople:
    """Read the people of a centre as of a local day."""
    return CentrePeople(
        coordinators=audience.coordinators(session, centre.id, today),
        directors=recipient.directors(session, centre.id, today),
        leading=leading_of(session, centre, today),
        helpers=_helpers(session, centre, today),
        belonging=_belonging(session, centre),
    )


def leading_of(session: Session, centre: Centre, today: date) -> dict[int, Leading]:
    """Who leads each association that ever had an order about it, by association id."""
    by_association = defaultdict(list)
    orders = session.scalars(
        select(Order)
        .where(Order.centre_id == centre.id, Order.kind.in_(LEADING), Order.person_id.is_not(None))
        .order_by(Order.since, Order.id)
    )
    for order in orders:
        by_association[order.association_id].append(order)
    return {key: _leading_by(orders, today) for key, orders in by_association.items()}


def _leading_by(orders: list[Order], today: date) -> Leading:
    """While an order about acting runs, the acting leader alone has the rights (R6)."""
    begun = [order for order in orders if order.since <= today]
    running = [order for order in begun if order.until is None or order.until >= today]
    acting = [order for order in running if order.kind is OrderKind.ACTING]
    now = next(reversed(acting or running), None)
    if now is not None:
        until = now.until if now.kind is OrderKind.ACTING else None
        return Leading(now.person_id, now.person_id, acting_until=until)
    if not begun:
        return Leading()
    last = max(begun, key=lambda order: (order.until or today, order.id))
    ended = last.until or today
    return Leading(None, last.person_id, vacant_since=ended + timedelta(days=1))


def _helpers(session: Session, centre: Centre, today: date) -> dict[int, list[int]]:
    found = defaultdict(list)
    rows = session.execute(
        select(Helper.association_id, Helper.person_id).where(
            Helper.centre_id == centre.id,
            Helper.since <= today,
            or_(Helper.until.is_(None), Helper.until >= today),
        )
    )
    for association_id, person_id in rows:
        found[association_id].append(person_id)
    return dict(found)


def _belonging(session: Session, centre: Centre) -> dict[int, Belonging]:
    found: dict[int, Belonging] = defaultdict(Belonging)
    rows = session.execute(
        select(
            Membership.association_id,
            Membership.person_id,
            Membership.state,
            Membership.asked_at,
        ).where(Membership.centre_id == centre.id, Membership.state.in_(_SEEN))
    )
    for row in rows:
        belonging = found[row.association_id]
        if row.state in STANDING:
            belonging.members.append(row.person_id)
        if row.state is MembershipState.REQUESTED:
            belonging.requests.append(local_day(row.asked_at, centre.timezone))
    return dict(found)
