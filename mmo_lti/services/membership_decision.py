"""What leader and coordinator decide: requests, invitations, and ends of memberships with a reason (R3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.permission import Circumstance
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.actor import Actor
from mmo_lti.services.leader import leader_id
from mmo_lti.services.link import association_path
from mmo_lti.services.membership_move import STANDING, begin, move
from mmo_lti.services.notice import notify
from mmo_lti.services.permission import may, require
from mmo_lti.services.scope import check_centre, local_today, running_settings
from mmo_lti.services.suspension import of_the_city
from mmo_lti.services.typed_text import words


class RefusalGround(StrEnum):
    """The conditions of 1.3: a request is refused for want of one of them only."""

    NOT_OF_THE_CITY = "not_of_the_city"
    NOT_A_TEACHER = "not_a_teacher"
    OTHER_SUBJECT = "other_subject"


class EndGround(StrEnum):
    """Why a coordinator ends a membership («States»)."""

    DEATH = "death"
    DISMISSAL = "dismissal"
    NO_ACCESS = "no_access"


def invite(
    session: Session, actor: Actor, association: Association, person: Person, now: datetime
) -> Membership:
    """Leader or coordinator invites a teacher, who answers in person; inviting twice is inviting once."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEMBER_INVITE, day, association)
    check_centre(actor, person)
    membership = begin(session, actor, association, person, MembershipState.INVITED, "invite", now)
    _tell(session, membership, "membership_invited", now, stage=membership.asked_at.isoformat())
    return membership


def withdraw_invitation(session: Session, actor: Actor, membership: Membership, now: datetime) -> Membership:
    """Leader or coordinator takes an unanswered invitation back."""
    day = local_today(session, actor.centre_id, now)
    check_centre(actor, membership)
    require(session, actor, Action.MEMBER_INVITE, day, membership.association)
    if membership.state is not MembershipState.INVITED:
        raise RuleError("membership.not_invited")
    return move(session, actor, membership, MembershipState.WITHDRAWN, "withdraw_invitation", now)


def accept_request(session: Session, actor: Actor, membership: Membership, now: datetime) -> Membership:
    """Accept a request: the leader; the coordinator in a draft, without a leader, after `request_days`.

    Nobody decides the own request (`membership.own_request`): that of the leader is the coordinator's.
    Without an organisation of the city and a position it stays requested: R4.1.applicant.
    """
    day = _require_decision(session, actor, membership, now)
    if membership.state is MembershipState.MEMBER:
        return membership
    _check_requested(membership)
    if not of_the_city(session, membership.person, day):
        raise RuleError("R4.1.applicant")
    move(session, actor, membership, MembershipState.MEMBER, "accept_request", now)
    _tell(session, membership, "membership_accepted", now)
    return membership


def refuse_request(
    session: Session,
    actor: Actor,
    membership: Membership,
    ground: RefusalGround,
    reason: str,
    now: datetime,
) -> Membership:
    """Refuse a request for want of a condition of 1.3, in words: `membership.reason` without any."""
    _require_decision(session, actor, membership, now)
    told = words(reason, "membership.reason")
    _check_requested(membership)
    move(
        session,
        actor,
        membership,
        MembershipState.REFUSED,
        "refuse_request",
        now,
        ground=RefusalGround(ground).value,
        reason=told,
    )
    _tell(session, membership, "membership_refused", now, reason=told)
    return membership


def decide_request(
    session: Session,
    actor: Actor,
    membership: Membership,
    accepted: bool,
    now: datetime,
    *,
    ground: RefusalGround | None = None,
    reason: str = "",
) -> Membership:
    """Accept or refuse a request, as one form sends it; `membership.ground` for a refusal without one."""
    if accepted:
        return accept_request(session, actor, membership, now)
    if ground is None:
        _require_decision(session, actor, membership, now)
        raise RuleError("membership.ground")
    return refuse_request(session, actor, membership, ground, reason, now)


def end_membership(
    session: Session, actor: Actor, membership: Membership, ground: EndGround, reason: str, now: datetime
) -> Membership:
    """The coordinator ends a membership: death, dismissal, or no access to Moodle for `no_access_days`.

    `membership.no_access_term` says until when the last must wait (`until`, none without the mark).
    """
    day = local_today(session, actor.centre_id, now)
    check_centre(actor, membership)
    require(session, actor, Action.MEMBERSHIP_END, day, membership.association)
    told = words(reason, "membership.reason")
    if membership.state not in STANDING:
        raise RuleError("membership.not_standing")
    if ground is EndGround.NO_ACCESS:
        _check_term(session, membership, day)
    move(
        session,
        actor,
        membership,
        MembershipState.LEFT,
        "end_membership",
        now,
        ground=EndGround(ground).value,
        reason=told,
    )
    if ground is not EndGround.DEATH:
        _tell(session, membership, "membership_ended", now, reason=told)
    return membership


def reject_proposed(
    session: Session, actor: Actor, membership: Membership, reason: str, now: datetime
) -> Membership:
    """A named coordinator rejects a proposed person, who then does not belong in the group either."""
    day = local_today(session, actor.centre_id, now)
    check_centre(actor, membership)
    require(session, actor, Action.MEMBERSHIP_END, day, membership.association)
    told = words(reason, "membership.reason")
    if membership.state is not MembershipState.PROPOSED:
        raise RuleError("membership.not_proposed")
    return move(session, actor, membership, MembershipState.REJECTED, "reject_proposed", now, reason=told)


def request_term(session: Session, membership: Membership) -> date:
    """The last day on which the leader alone decides; from the next one the coordinator may."""
    asked = local_today(session, membership.centre_id, membership.asked_at)
    days = running_settings(session, membership.centre_id, asked).request_days
    return asked + timedelta(days=days)


def may_decide(session: Session, actor: Actor, membership: Membership, now: datetime) -> bool:
    """Whether the actor may decide this request today; nobody decides the own one."""
    day = local_today(session, actor.centre_id, now)
    given = _circumstances(session, membership, day)
    listed = may(session, actor, Action.REQUEST_DECIDE, day, membership.association, given)
    return listed and actor.person_id != membership.person_id


def _circumstances(session: Session, membership: Membership, day: date) -> set[Circumstance]:
    """A late request is the coordinator's too; that of the leader is the coordinator's alone."""
    association = membership.association
    given = {Circumstance.REQUEST_OVERDUE} if request_term(session, membership) < day else set()
    if leader_id(session, association.centre_id, association.id, day) == membership.person_id:
        given.add(Circumstance.NO_LEADER)
    return given


def _require_decision(session: Session, actor: Actor, membership: Membership, now: datetime) -> date:
    day = local_today(session, actor.centre_id, now)
    check_centre(actor, membership)
    given = _circumstances(session, membership, day)
    require(session, actor, Action.REQUEST_DECIDE, day, membership.association, given)
    if actor.person_id == membership.person_id:
        raise RuleError("membership.own_request")
    return day


def _check_requested(membership: Membership) -> None:
    if membership.state is not MembershipState.REQUESTED:
        raise RuleError("membership.not_requested")


def _check_term(session: Session, membership: Membership, today: date) -> None:
    if membership.no_access_since is None:
        raise RuleError("membership.no_access_term", until=None)
    since = local_today(session, membership.centre_id, membership.no_access_since)
    days = running_settings(session, membership.centre_id, today).no_access_days
    until = since + timedelta(days=days)
    if today <= until:
        raise RuleError("membership.no_access_term", until=until)


def _tell(
    session: Session, membership: Membership, kind: str, now: datetime, *, stage: str = "", **params: str
) -> None:
    association = membership.association
    notify(
        session,
        membership.centre_id,
        membership.person_id,
        kind,
        membership,
        stage or now.isoformat(),
        {"association": association.genitive, **params},
        association_path(association),
        now,
        association_id=association.id,
    )
