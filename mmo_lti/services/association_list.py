"""The list of the city's associations, and the public card of one («Who may»)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Membership
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.names import PersonName, search_key
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.actor import Actor
from mmo_lti.services.association import LIVING
from mmo_lti.services.member_count import Count, count_all
from mmo_lti.services.membership_move import STANDING
from mmo_lti.services.permission import require
from mmo_lti.services.person import name_of
from mmo_lti.services.scope import local_today

SHORTEST_STEM = 3
_ENDINGS = "аеийоуыьэюя"


@dataclass(frozen=True)
class Card:
    """What everybody may know of an association, and how the actor stands to it (`mine`)."""

    association: Association
    leader: PersonName | None
    count: Count
    mine: MembershipState | None = None
    leading: bool = False


def list_associations(
    session: Session, actor: Actor, search: str, now: datetime, *, ended: bool = False
) -> list[Card]:
    """Associations whose name or subject holds all words of `search`, the actor's own first, then by name.

    Endings do not matter: «физика» finds «учителей физики».

    Drafts are among them: people may ask to join. `ended` ones only where asked for.
    """
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ASSOCIATIONS_LIST, day)
    query = select(Association).where(Association.centre_id == actor.centre_id)
    if not ended:
        query = query.where(Association.state.in_(LIVING))
    for word in search_key(search).split():
        query = query.where(Association.search_key.contains(_stem(word), autoescape=True))
    cards = _cards(session, actor, query, day)
    return sorted(cards, key=lambda card: (not _own(card), search_key(card.association.genitive)))


def _stem(word: str) -> str:
    stem = word.rstrip(_ENDINGS)
    return stem if len(stem) >= SHORTEST_STEM else word


def own_associations(session: Session, actor: Actor, now: datetime) -> list[Card]:
    """The associations that the actor belongs to, leads, or is asked to join: for the home page."""
    return [card for card in list_associations(session, actor, "", now) if _own(card)]


def card_of(session: Session, actor: Actor, association: Association, now: datetime) -> Card:
    """The public card of one association."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ASSOCIATION_CARD_SEE, day, association)
    (card,) = _cards(session, actor, select(Association).where(Association.id == association.id), day)
    return card


def _cards(session: Session, actor: Actor, query: Select[Association], day: date) -> list[Card]:
    found = session.scalars(query).all()
    counts = count_all(session, actor.centre_id, day)
    leaders = _leaders(session, actor.centre_id, day)
    mine = _own_states(session, actor)
    return [
        Card(
            association=one,
            leader=name_of(leaders[one.id]) if one.id in leaders else None,
            count=counts.get(one.id, Count()),
            mine=mine.get(one.id),
            leading=one.id in leaders and leaders[one.id].id == actor.person_id,
        )
        for one in found
    ]


def _own(card: Card) -> bool:
    asked = {MembershipState.REQUESTED, MembershipState.INVITED, MembershipState.PROPOSED}
    return card.leading or card.mine in STANDING | asked


def _leaders(session: Session, centre_id: int, day: date) -> dict[int, Person]:
    """By association, who has the leader's rights on a day: an acting leader before the leader (R6)."""
    rows = session.execute(
        select(Order, Person)
        .join(Person, Person.id == Order.person_id)
        .where(
            Order.centre_id == centre_id,
            Order.kind.in_([OrderKind.APPOINTMENT, OrderKind.ACTING]),
            Order.since <= day,
            or_(Order.until.is_(None), Order.until >= day),
        )
        .order_by(Order.since, Order.id)
    ).all()
    ranked = sorted(rows, key=lambda row: row[0].kind is OrderKind.ACTING)
    return {order.association_id: person for order, person in ranked}


def _own_states(session: Session, actor: Actor) -> dict[int, MembershipState]:
    rows = session.execute(
        select(Membership.association_id, Membership.state).where(
            Membership.centre_id == actor.centre_id, Membership.person_id == actor.person_id
        )
    )
    return {row.association_id: row.state for row in rows}
