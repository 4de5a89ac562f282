"""How an association ends: a draft is dropped, an active one closed or merged by order (R5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import AssociationState, MeetingState, MembershipState, Thing, check_move
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import audience, journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.group_link import want_sync
from mmo_lti.services.link import association_path
from mmo_lti.services.meeting_change import cancel_row
from mmo_lti.services.membership_move import STANDING, membership_of, move
from mmo_lti.services.notice import notify_all
from mmo_lti.services.order_paper import Grounds, OrderPaper, check_grounds, write_order
from mmo_lti.services.permission import require
from mmo_lti.services.proposed import propose
from mmo_lti.services.scope import hold, local_today
from mmo_lti.services.term import term_of
from mmo_lti.services.typed_text import words

ENDS = {
    MembershipState.REQUESTED: MembershipState.WITHDRAWN,
    MembershipState.INVITED: MembershipState.WITHDRAWN,
    MembershipState.PROPOSED: MembershipState.REJECTED,
    MembershipState.MEMBER: MembershipState.LEFT,
    MembershipState.SUSPENDED: MembershipState.LEFT,
}
"""What becomes of each standing when the association ends."""


def drop(session: Session, actor: Actor, association: Association, reason: str, now: datetime) -> Association:
    """Drop a draft with a reason (`association.reason` without words); who gathered there is told."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ASSOCIATION_DROP, day, association)
    told = words(reason, "association.reason")
    hold(session, association)
    _change(session, actor, association, AssociationState.DROPPED, "drop_association", now, told)
    association.drop_reason = told
    people = audience.members(session, association)
    _end_memberships(session, actor, association, "dropped", now)
    params = {"association": association.genitive, "reason": told}
    _tell(session, association, people, "membership_ended", association, params, now)
    return association


def close(
    session: Session,
    actor: Actor,
    association: Association,
    paper: OrderPaper,
    grounds: Grounds,
    now: datetime,
) -> Order:
    """Close by order, on the order's date: memberships end, later meetings are cancelled, documents stay.

    The leader's order goes on: protocols of earlier meetings and the report are still theirs to lodge.
    """
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ASSOCIATION_CREATE, day, association)
    grounds = check_grounds(session, actor, grounds)
    hold(session, association)
    order = write_order(session, actor, association, OrderKind.CLOSING, paper, now, grounds=grounds)
    _end(session, actor, association, AssociationState.CLOSED, paper.signed_on, grounds, now)
    return order


def merge(
    session: Session,
    actor: Actor,
    association: Association,
    into: Association,
    paper: OrderPaper,
    grounds: Grounds,
    now: datetime,
) -> Order:
    """Merge into another active association by order; members are *proposed* there until they confirm (R3.3).

    `association.merge_target` where `into` is not active, or the same one.
    """
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ASSOCIATION_CREATE, day, association)
    require(session, actor, Action.ASSOCIATION_CREATE, day, into)
    grounds = check_grounds(session, actor, grounds)
    for one in sorted((association, into), key=lambda one: one.id):
        hold(session, one)
    if into.id == association.id or into.state is not AssociationState.ACTIVE:
        raise RuleError("association.merge_target")
    order = write_order(session, actor, association, OrderKind.MERGER, paper, now, grounds=grounds)
    people = [one.person for one in _standing(session, association)]
    _end(session, actor, association, AssociationState.MERGED, paper.signed_on, grounds, now)
    for person in people:
        if membership_of(session, into, person.id) is None:
            propose(session, actor, into, person, now)
    return order


def _end(
    session: Session,
    actor: Actor,
    association: Association,
    becomes: AssociationState,
    closed_on: date,
    grounds: Grounds,
    now: datetime,
) -> None:
    _change(session, actor, association, becomes, "end_association", now, grounds.ground)
    association.closed_on = closed_on
    association.below_minimum_since = None
    people = audience.members(session, association)
    _cancel_later_meetings(session, actor, association, closed_on, grounds.ground, now)
    _end_memberships(session, actor, association, becomes.value, now)
    want_sync(session, association, now)
    params = {"association": association.genitive, "day": closed_on}
    _tell(session, association, people, "association_closed", association, params, now)


def _change(
    session: Session,
    actor: Actor,
    association: Association,
    becomes: AssociationState,
    action: str,
    now: datetime,
    why: str,
) -> None:
    was = association.state
    association.state = check_move(Thing.ASSOCIATION, was, becomes)
    journal.record(
        session,
        actor,
        action,
        association,
        now,
        old=was.value,
        new=becomes.value,
        association_id=association.id,
        words=why,
    )


def _standing(session: Session, association: Association) -> list[Membership]:
    return [one for one in _open_memberships(session, association) if one.state in STANDING]


def _open_memberships(session: Session, association: Association) -> list[Membership]:
    return list(
        session.scalars(
            select(Membership)
            .where(
                Membership.centre_id == association.centre_id,
                Membership.association_id == association.id,
                Membership.state.in_(list(ENDS)),
            )
            .order_by(Membership.id)
        )
    )


def _end_memberships(
    session: Session, actor: Actor, association: Association, ground: str, now: datetime
) -> None:
    for membership in _open_memberships(session, association):
        move(session, actor, membership, ENDS[membership.state], "end_membership", now, ground=ground)


def _cancel_later_meetings(
    session: Session, actor: Actor, association: Association, closed_on: date, ground: str, now: datetime
) -> None:
    planned = session.scalars(
        select(Meeting).where(
            Meeting.centre_id == association.centre_id,
            Meeting.association_id == association.id,
            Meeting.state == MeetingState.PLANNED,
        )
    ).all()
    for meeting in planned:
        day = term_of(meeting, AcademicYear(meeting.year))
        if day is None or day > closed_on:
            cancel_row(session, actor, meeting, ground, now)


def _tell(
    session: Session,
    association: Association,
    people: list[int],
    kind: str,
    thing: Association,
    params: Mapping[str, object],
    now: datetime,
) -> None:
    notify_all(
        session,
        association.centre_id,
        people,
        kind,
        thing,
        "",
        params,
        association_path(association),
        now,
        association_id=association.id,
    )
