"""Suspended memberships: who has no organisation of the city stays, but does not count (R4.2)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.membership import Membership
from mmo_lti.models.organisation import Organisation
from mmo_lti.models.person import Person, Post
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.actor import Actor
from mmo_lti.services.audience import leader_or_coordinators
from mmo_lti.services.link import association_path
from mmo_lti.services.membership_move import move
from mmo_lti.services.notice import notify_all
from mmo_lti.services.permission import require
from mmo_lti.services.scope import check_centre, local_today
from mmo_lti.services.typed_text import words


def of_the_city(session: Session, person: Person, today: date) -> bool:
    """Whether the person has a position and an open organisation of the city: without them R4.1 holds."""
    session.flush()
    employed = session.scalar(
        select(
            exists().where(
                Post.person_id == person.id,
                Post.organisation_id == Organisation.id,
                or_(Organisation.closed_on.is_(None), Organisation.closed_on > today),
            )
        )
    )
    return bool(employed and person.position)


def follow_post(session: Session, actor: Actor, person: Person, now: datetime) -> list[Membership]:
    """Suspend or restore the person's memberships after a change of posts; returns those that moved."""
    here = of_the_city(session, person, local_today(session, person.centre_id, now))
    was = MembershipState.SUSPENDED if here else MembershipState.MEMBER
    found = session.scalars(
        select(Membership).where(
            Membership.centre_id == person.centre_id,
            Membership.person_id == person.id,
            Membership.state == was,
        )
    ).all()
    for membership in found:
        if here:
            move(session, actor, membership, MembershipState.MEMBER, "restore", now)
        else:
            _suspend(session, actor, membership, "", now)
    return list(found)


def suspend(session: Session, actor: Actor, membership: Membership, reason: str, now: datetime) -> Membership:
    """Suspend a member who moved out of the city; the coordinator's act, the leader is asked (R4.2).

    `membership.reason` without words; suspended twice, they are suspended once.
    """
    require(session, actor, Action.PEOPLE_EDIT, local_today(session, actor.centre_id, now))
    check_centre(actor, membership)
    told = words(reason, "membership.reason")
    if membership.state is MembershipState.SUSPENDED:
        return membership
    return _suspend(session, actor, membership, told, now)


def restore(session: Session, actor: Actor, membership: Membership, now: datetime) -> Membership:
    """Take a suspension back, once; the coordinator's act. `R4.1.applicant` without a post in the city."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.PEOPLE_EDIT, day)
    check_centre(actor, membership)
    if membership.state is MembershipState.MEMBER:
        return membership
    if not of_the_city(session, membership.person, day):
        raise RuleError("R4.1.applicant")
    return move(session, actor, membership, MembershipState.MEMBER, "restore", now)


def _suspend(
    session: Session, actor: Actor, membership: Membership, reason: str, now: datetime
) -> Membership:
    move(session, actor, membership, MembershipState.SUSPENDED, "suspend", now, reason=reason)
    association = membership.association
    day = local_today(session, association.centre_id, now)
    notify_all(
        session,
        association.centre_id,
        leader_or_coordinators(session, association, day),
        "member_suspended",
        membership,
        now.isoformat(),
        {"association": association.genitive},
        f"{association_path(association)}/members",
        now,
        association_id=association.id,
    )
    return membership
