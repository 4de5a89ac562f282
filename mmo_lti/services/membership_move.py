"""The one way a membership changes its state: move, journal row, sync of the groups, flag below ten."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Helper, Membership
from mmo_lti.models.person import Person
from mmo_lti.models.sync_run import DriftAnswer
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import (
    AssociationState,
    MembershipState,
    Thing,
    check_move,
    check_start,
)
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.attendance import refresh_called
from mmo_lti.services.audience import coordinators
from mmo_lti.services.drift_book import settle_member
from mmo_lti.services.group_link import want_sync
from mmo_lti.services.link import association_path
from mmo_lti.services.member_count import count_members
from mmo_lti.services.notice import notify_all
from mmo_lti.services.scope import hold, local_today, running_settings

STANDING = frozenset({MembershipState.MEMBER, MembershipState.SUSPENDED})
"""States of somebody who belongs."""

OPEN = (AssociationState.DRAFT, AssociationState.ACTIVE)
"""States of an association that people may come to."""


def membership_of(session: Session, association: Association, person_id: int) -> Membership | None:
    """The person's standing in the association, or none ever."""
    return session.scalar(
        select(Membership).where(
            Membership.centre_id == association.centre_id,
            Membership.association_id == association.id,
            Membership.person_id == person_id,
        )
    )


def begin(
    session: Session,
    actor: Actor,
    association: Association,
    person: Person,
    state: MembershipState,
    action: str,
    now: datetime,
) -> Membership:
    """Start a membership, or begin an ended one anew; one already in this state is left as it is.

    Raises `association.ended` where nobody can come any more, `MoveRefused` where the membership has another
    state from which there is no such move.
    """
    if association.state not in OPEN:
        raise RuleError("association.ended")
    found = membership_of(session, association, person.id) or _insert(
        session, actor, association, person, state, action, now
    )
    if found.state is not state:
        found.asked_at = now
        move(session, actor, found, state, action, now)
    return found


def _insert(
    session: Session,
    actor: Actor,
    association: Association,
    person: Person,
    state: MembershipState,
    action: str,
    now: datetime,
) -> Membership:
    membership = Membership(
        centre_id=association.centre_id,
        association_id=association.id,
        person_id=person.id,
        state=check_start(Thing.MEMBERSHIP, state),
        asked_at=now,
        changed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(membership)
    except IntegrityError:  # the same form was sent twice, and the other one was faster
        found = membership_of(session, association, person.id)
        if found is None:
            raise
        return found
    journal.record(session, actor, action, membership, now, new=state.value, association_id=association.id)
    return membership


def move(
    session: Session,
    actor: Actor,
    membership: Membership,
    becomes: MembershipState,
    action: str,
    now: datetime,
    *,
    ground: str = "",
    reason: str = "",
) -> Membership:
    """Move a membership and everything that follows; raises `MoveRefused` without a change."""
    hold(session, membership)
    was = membership.state
    membership.state = check_move(Thing.MEMBERSHIP, was, becomes)
    membership.changed_at = now
    membership.ground, membership.reason = ground, reason
    membership.decided_by = actor.person_id
    association = membership.association
    day = local_today(session, membership.centre_id, now)
    if becomes is MembershipState.MEMBER and was is not MembershipState.SUSPENDED:
        membership.member_since = day
        membership.no_access_since = None
    journal.record(
        session,
        actor,
        action,
        membership,
        now,
        old=was.value,
        new=becomes.value,
        association_id=association.id,
        words=reason,
    )
    if (was in STANDING) is not (becomes in STANDING):
        answer = DriftAnswer.PUT_BACK if becomes in STANDING else DriftAnswer.TAKE_OVER
        settle_member(session, membership, answer, actor.person_id)
    if was in STANDING or becomes in STANDING:
        _end_helping(session, membership, day)
        want_sync(session, association, now)
        refresh_flag(session, association, now)
        refresh_called(session, association, day)
    elif becomes in {MembershipState.REFUSED, MembershipState.REJECTED}:
        want_sync(session, association, now)
    return membership


def _end_helping(session: Session, membership: Membership, today: date) -> None:
    """Whoever leaves helps no more."""
    if membership.state in STANDING:
        return
    session.execute(
        update(Helper)
        .where(
            Helper.centre_id == membership.centre_id,
            Helper.association_id == membership.association_id,
            Helper.person_id == membership.person_id,
            or_(Helper.until.is_(None), Helper.until >= today),
        )
        .values(until=today - timedelta(days=1))
    )


def refresh_flag(session: Session, association: Association, now: datetime) -> None:
    """Raise or lower the flag «fewer than ten» of an active association (R2.4): it is never dissolved for it.

    The day of the fall stays while the flag does; coordinators are told once for each fall. Of an adopted
    association whose people have yet to confirm nobody is told (R2.5).
    """
    if association.state is not AssociationState.ACTIVE:
        return
    day = local_today(session, association.centre_id, now)
    count = count_members(session, association, day)
    minimum = running_settings(session, association.centre_id, day).min_members
    if count.counted >= minimum:
        association.below_minimum_since = None
    elif association.below_minimum_since is None:
        association.below_minimum_since = day
        if association.started_using is None or count.counted + count.proposed < minimum:
            notify_all(
                session,
                association.centre_id,
                coordinators(session, association.centre_id, day),
                "below_minimum",
                association,
                day.isoformat(),
                {"association": association.genitive, "count": count.counted, "minimum": minimum},
                f"{association_path(association)}/members",
                now,
                association_id=association.id,
            )
