"""Two accounts of one person are joined by the coordinator, and can be parted again (R2.3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.membership import Membership
from mmo_lti.models.office import Office
from mmo_lti.models.order import Order
from mmo_lti.models.person import Account, Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MembershipState
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.group_link import want_sync
from mmo_lti.services.membership_move import membership_of, refresh_flag
from mmo_lti.services.permission import require
from mmo_lti.services.scope import check_centre, hold, local_today

SET_ASIDE = "joined:"
"""Ground of a membership that its twin covers; the state to give back follows."""


def join_people(session: Session, actor: Actor, person: Person, into: Person, now: datetime) -> Person:
    """Join `person` to `into`: accounts and memberships of both are one person's from now on.

    Where both stand in one association, `into`'s membership holds. Who has an office or leads is not given
    up (`person.holds_office`): join the other way round.
    """
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ACCOUNTS_JOIN, day)
    check_centre(actor, person, into)
    for one in (person, into):
        hold(session, one)
    if person.id == into.id or person.joined_into_id is not None or into.joined_into_id is not None:
        raise RuleError("person.joined_already")
    if _holds_office(session, person):
        raise RuleError("person.holds_office")
    person.joined_into_id = into.id
    for account in session.scalars(select(Account).where(Account.person_id == person.id)):
        account.person_id, account.joined_from_id = into.id, person.id
    for membership in _memberships(session, person.id):
        if membership_of(session, membership.association, into.id) is None:
            membership.person_id, membership.joined_from_id = into.id, person.id
        else:
            membership.ground = SET_ASIDE + membership.state.value
            membership.state = MembershipState.WITHDRAWN
        _settle(session, membership, now)
    journal.record(session, actor, "join_people", person, now, new="joined")
    return into


def part_people(session: Session, actor: Actor, person: Person, now: datetime) -> Person:
    """Part what `join_people` joined: `person` has the own accounts and memberships again."""
    require(session, actor, Action.ACCOUNTS_JOIN, local_today(session, actor.centre_id, now))
    check_centre(actor, person)
    hold(session, person)
    if person.joined_into_id is None:
        raise RuleError("person.not_joined")
    person.joined_into_id = None
    for account in session.scalars(select(Account).where(Account.joined_from_id == person.id)):
        account.person_id, account.joined_from_id = person.id, None
    moved = select(Membership).where(Membership.joined_from_id == person.id)
    for membership in session.scalars(moved).all():
        membership.person_id, membership.joined_from_id = person.id, None
        _settle(session, membership, now)
    for membership in _memberships(session, person.id):
        if membership.ground.startswith(SET_ASIDE):
            membership.state = MembershipState(membership.ground.removeprefix(SET_ASIDE))
            membership.ground = ""
            _settle(session, membership, now)
    journal.record(session, actor, "part_people", person, now, old="joined")
    return person


def joined_to(session: Session, actor: Actor, person: Person, now: datetime) -> list[Person]:
    """Who was joined to a person and may be parted again; for the coordinator."""
    require(session, actor, Action.ACCOUNTS_JOIN, local_today(session, actor.centre_id, now))
    check_centre(actor, person)
    joined = select(Person).where(Person.centre_id == actor.centre_id, Person.joined_into_id == person.id)
    return list(session.scalars(joined.order_by(Person.sort_key, Person.id)))


def _memberships(session: Session, person_id: int) -> list[Membership]:
    return list(
        session.scalars(select(Membership).where(Membership.person_id == person_id).order_by(Membership.id))
    )


def _settle(session: Session, membership: Membership, now: datetime) -> None:
    session.flush()
    want_sync(session, membership.association, now)
    refresh_flag(session, membership.association, now)


def _holds_office(session: Session, person: Person) -> bool:
    office = select(Office.id).where(Office.centre_id == person.centre_id, Office.person_id == person.id)
    order = select(Order.id).where(Order.centre_id == person.centre_id, Order.person_id == person.id)
    return any(session.scalar(query.limit(1)) is not None for query in (office, order))
