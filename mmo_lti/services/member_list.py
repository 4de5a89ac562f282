"""The members of an association and the requests to it, as those who may see them do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Helper, Membership
from mmo_lti.models.person import Person, Post
from mmo_lti.rules.action import Action
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.actor import Actor
from mmo_lti.services.membership_decision import may_decide, request_term
from mmo_lti.services.membership_move import STANDING
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import local_today


@dataclass(frozen=True)
class OpenRequest:
    """A request that waits; from the day after `leader_until` the coordinator may decide it too.

    `decides`: the actor may, today.
    """

    membership: Membership
    leader_until: date
    days: int
    decides: bool


def members_of(session: Session, actor: Actor, association: Association, now: datetime) -> list[Membership]:
    """Members, suspended ones too, in order of names; persons with posts and organisations are loaded."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEMBERS_SEE, day, association)
    return _in_states(session, association, STANDING)


def requests_of(session: Session, actor: Actor, association: Association, now: datetime) -> list[OpenRequest]:
    """Open requests, the oldest first; for the leader and the coordinator."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEMBER_INVITE, day, association)
    found = _in_states(session, association, {MembershipState.REQUESTED})
    return [
        OpenRequest(
            one,
            leader_until=request_term(session, one),
            days=(day - local_today(session, one.centre_id, one.asked_at)).days,
            decides=may_decide(session, actor, one, now),
        )
        for one in sorted(found, key=lambda one: (one.asked_at, one.id))
    ]


def unanswered_of(
    session: Session, actor: Actor, association: Association, now: datetime
) -> list[Membership]:
    """Invited and proposed people who have not answered; for the leader and the coordinator."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEMBER_INVITE, day, association)
    return _in_states(session, association, {MembershipState.INVITED, MembershipState.PROPOSED})


def helpers_of(session: Session, association: Association, today: date) -> list[Person]:
    """Who helps the leader today, in order of names."""
    return list(
        session.scalars(
            select(Person)
            .join(Helper, Helper.person_id == Person.id)
            .where(
                Helper.centre_id == association.centre_id,
                Helper.association_id == association.id,
                Helper.since <= today,
                or_(Helper.until.is_(None), Helper.until >= today),
            )
            .order_by(Person.sort_key)
        )
    )


def _in_states(
    session: Session, association: Association, states: Collection[MembershipState]
) -> list[Membership]:
    return list(
        session.scalars(
            select(Membership)
            .join(Membership.person)
            .options(
                contains_eager(Membership.person).selectinload(Person.posts).selectinload(Post.organisation)
            )
            .where(
                Membership.centre_id == association.centre_id,
                Membership.association_id == association.id,
                Membership.state.in_(list(states)),
            )
            .order_by(Person.sort_key, Membership.id)
        )
    )


def find_membership(session: Session, association: Association, membership_id: int) -> Membership:
    """A membership of this association by its id; `NotFound` otherwise."""
    found = session.get(Membership, membership_id)
    if found is None or found.association_id != association.id:
        raise NotFound
    return found


def standing_of(
    session: Session, association: Association, people: Collection[int]
) -> dict[int, MembershipState]:
    """How these people (ids) stand to the association, as far as they ever did."""
    rows = session.execute(
        select(Membership.person_id, Membership.state).where(
            Membership.centre_id == association.centre_id,
            Membership.association_id == association.id,
            Membership.person_id.in_(people),
        )
    )
    return {row.person_id: row.state for row in rows}
