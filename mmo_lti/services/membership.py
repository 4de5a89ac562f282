"""What a teacher does about the own membership: nobody becomes a member without it (R3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import Fault, RuleError
from mmo_lti.rules.permission import Circumstance
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.actor import Actor
from mmo_lti.services.audience import coordinators
from mmo_lti.services.leader import leader_id
from mmo_lti.services.link import association_path
from mmo_lti.services.membership_move import begin, membership_of, move
from mmo_lti.services.notice import notify_all
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.person import find_person
from mmo_lti.services.scope import check_centre, local_today
from mmo_lti.services.suspension import of_the_city
from mmo_lti.services.warned import Warned

OWN_ACTIONS = {
    MembershipState.INVITED: Action.INVITATION_ANSWER,
    MembershipState.PROPOSED: Action.MEMBERSHIP_CONFIRM,
}
"""What answering for oneself is called, by the state that asks for it."""


def request_to_join(session: Session, actor: Actor, association: Association, now: datetime) -> Membership:
    """The actor asks to become a member; asking twice is asking once.

    Whoever once left, was refused or declined may ask anew.
    """
    person = _self(session, actor)
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.REQUEST_TO_JOIN, day, association, {Circumstance.SELF})
    return begin(session, actor, association, person, MembershipState.REQUESTED, "request_to_join", now)


def withdraw_request(session: Session, actor: Actor, membership: Membership, now: datetime) -> Membership:
    """The actor takes the own request back."""
    _require_own(session, actor, membership, Action.REQUEST_TO_JOIN, now)
    if membership.state is not MembershipState.REQUESTED:
        raise RuleError("membership.not_requested")
    return move(session, actor, membership, MembershipState.WITHDRAWN, "withdraw_request", now)


def accept(session: Session, actor: Actor, membership: Membership, now: datetime) -> Membership:
    """The teacher accepts an invitation, or confirms a proposed membership («Подтверждаю участие в ММО»).

    Denied to anybody else, R3.1; without an organisation of the city and a position it stays as it is, R4.1.
    """
    _require_answer(session, actor, membership, now)
    if membership.state is MembershipState.MEMBER:
        return membership
    _check_asked(membership)
    if not of_the_city(session, membership.person, local_today(session, actor.centre_id, now)):
        raise RuleError("R4.1")
    return move(session, actor, membership, MembershipState.MEMBER, "accept", now)


def decline(session: Session, actor: Actor, membership: Membership, now: datetime) -> Membership:
    """The teacher declines an invitation or a proposed membership; denied to anybody else, R3.1."""
    _require_answer(session, actor, membership, now)
    _check_asked(membership)
    return move(session, actor, membership, MembershipState.DECLINED, "decline", now)


def leave(session: Session, actor: Actor, association: Association, now: datetime) -> Warned[Membership]:
    """The actor leaves the association: always possible and at once (R3).

    A leader who leaves stays the leader until an order, is told so (R3.2), and the coordinators are asked the
    same day.
    """
    person = _self(session, actor)
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.LEAVE, day, association, {Circumstance.SELF})
    membership = membership_of(session, association, person.id)
    if membership is None:
        raise NotFound
    move(session, actor, membership, MembershipState.LEFT, "leave", now, ground="own_act")
    if leader_id(session, association.centre_id, association.id, day) == person.id:
        notify_all(
            session,
            association.centre_id,
            coordinators(session, association.centre_id, day),
            "leader_left",
            membership,
            now.isoformat(),
            {"association": association.genitive},
            association_path(association),
            now,
            association_id=association.id,
        )
        return Warned(membership, (Fault("R3.2"),))
    return Warned(membership)


def _self(session: Session, actor: Actor) -> Person:
    if actor.person_id is None:
        raise NotFound
    return find_person(session, actor.centre_id, actor.person_id)


def _check_asked(membership: Membership) -> None:
    """The own request waits for the leader, a suspension for an organisation: neither is answered here."""
    if membership.state not in OWN_ACTIONS:
        raise RuleError("membership.not_asked")


def _require_answer(session: Session, actor: Actor, membership: Membership, now: datetime) -> None:
    action = OWN_ACTIONS.get(membership.state, Action.INVITATION_ANSWER)
    _require_own(session, actor, membership, action, now)


def _require_own(
    session: Session, actor: Actor, membership: Membership, action: Action, now: datetime
) -> None:
    check_centre(actor, membership)
    given = {Circumstance.SELF} if actor.person_id == membership.person_id else set()
    day = local_today(session, actor.centre_id, now)
    require(session, actor, action, day, membership.association, given)
