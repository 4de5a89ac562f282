"""Why somebody may not: the case of the rules whose sentence helps most, instead of a bare «denied»."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Membership
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import Denied
from mmo_lti.rules.permission import Circumstance, Role, allowed
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.actor import Actor

CASES: dict[Action, str] = {
    Action.INVITATION_ANSWER: "R3.1",
    Action.MEMBERSHIP_CONFIRM: "R3.1",
    Action.ASSOCIATION_CREATE: "R5.1",
    Action.ASSOCIATION_ADOPT: "R5.1",
    Action.ASSOCIATION_DROP: "R5.1",
}
"""Actions whose denial is a case of its own."""


def denial(
    session: Session,
    actor: Actor,
    action: Action,
    today: date,
    association: Association | None,
    circumstances: Iterable[Circumstance],
) -> Denied:
    """The refusal of an action that `services.permission` did not find allowed.

    Where the leader might, an acting leader whose term is over reads R6.3, and somebody of an association
    without a leader R6.1.
    """
    given = frozenset(circumstances)
    if action in CASES:
        return Denied(CASES[action], action=action.value)
    if association is None or actor.person_id is None or not allowed(action, {Role.LEADER}, given):
        return Denied("denied", action=action.value)
    term = _last_term(session, association, actor.person_id, today)
    if term is not None:
        return Denied("R6.3", action=action.value, until=term)
    if Circumstance.NO_LEADER in given and _belongs(session, association, actor.person_id):
        return Denied("R6.1", action=action.value)
    return Denied("denied", action=action.value)


def _last_term(session: Session, association: Association, person_id: int, today: date) -> date | None:
    """The last day on which the person was the acting leader, if that is over."""
    return session.scalar(
        select(Order.until)
        .where(
            Order.centre_id == association.centre_id,
            Order.association_id == association.id,
            Order.kind == OrderKind.ACTING,
            Order.person_id == person_id,
            Order.until < today,
        )
        .order_by(Order.until.desc())
        .limit(1)
    )


def _belongs(session: Session, association: Association, person_id: int) -> bool:
    """Whether the person is a member, or named in an order that has not begun."""
    membership = session.scalar(
        select(Membership.id).where(
            Membership.centre_id == association.centre_id,
            Membership.association_id == association.id,
            Membership.person_id == person_id,
            Membership.state == MembershipState.MEMBER,
        )
    )
    if membership is not None:
        return True
    order = session.scalar(
        select(Order.id).where(
            Order.centre_id == association.centre_id,
            Order.association_id == association.id,
            Order.person_id == person_id,
        )
    )
    return order is not None
