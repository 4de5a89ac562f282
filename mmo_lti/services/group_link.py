"""Links of associations with Moodle groups, with dates: a link outlives its course («States»)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from mmo_lti.models.association import Association
from mmo_lti.models.course import Course, GroupLink, LinkState
from mmo_lti.models.sync_run import DriftAnswer
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import AssociationState
from mmo_lti.services import journal, outbox
from mmo_lti.services.actor import Actor
from mmo_lti.services.drift_book import settle_group
from mmo_lti.services.permission import require
from mmo_lti.services.scope import check_centre, hold, local_today

ALIVE = (LinkState.WANTED, LinkState.LINKED)
"""Links that the sync works on; a lost one waits for the coordinator's choice."""


def links_of(session: Session, association: Association) -> list[GroupLink]:
    """The association's links that have not ended, lost ones too, oldest first."""
    return list(
        session.scalars(
            select(GroupLink)
            .where(
                GroupLink.centre_id == association.centre_id,
                GroupLink.association_id == association.id,
                GroupLink.state != LinkState.ENDED,
            )
            .order_by(GroupLink.id)
        )
    )


def alive_in_course(session: Session, course: Course) -> list[GroupLink]:
    """The links that the sync of a course works on, oldest first."""
    return list(
        session.scalars(
            select(GroupLink)
            .where(
                GroupLink.centre_id == course.centre_id,
                GroupLink.course_id == course.id,
                GroupLink.state.in_(ALIVE),
            )
            .options(joinedload(GroupLink.association))
            .order_by(GroupLink.id)
        )
    )


def want_sync(session: Session, association: Association, now: datetime) -> None:
    """The association's groups are to be brought in line with our rows."""
    for link in links_of(session, association):
        if link.state in ALIVE:
            outbox.want(session, association.centre_id, "sync_course", link.course_id, now)


def link_group(
    session: Session,
    actor: Actor,
    association: Association,
    course: Course,
    group_id: int | None,
    now: datetime,
) -> GroupLink:
    """Give an active association a group in a connected course: the one chosen, or a new one (none).

    See `attach` for what is refused.
    """
    require(session, actor, Action.COURSE_CONNECT, local_today(session, actor.centre_id, now), association)
    return attach(session, actor, association, course, group_id, now)


def attach(
    session: Session,
    actor: Actor,
    association: Association,
    course: Course,
    group_id: int | None,
    now: datetime,
    *,
    adopted: bool = False,
) -> GroupLink:
    """`link_group` for a caller that has checked the right. `adopted`: the group's people are proposed once.

    Raises `association.not_active` (a draft has no group, R2), `course.not_connected`, `group.linked_already`
    for a second group in one course, `group.taken` for another association's.
    """
    check_centre(actor, association, course)
    hold(session, course)
    if association.state is not AssociationState.ACTIVE:
        raise RuleError("association.not_active")
    if course.connected_at is None:
        raise RuleError("course.not_connected")
    for other in alive_in_course(session, course):
        if other.association_id == association.id:
            raise RuleError("group.linked_already")
        if group_id is not None and other.group_id == group_id:
            raise RuleError("group.taken")
    link = GroupLink(
        centre_id=association.centre_id,
        association_id=association.id,
        course_id=course.id,
        group_id=group_id,
        state=LinkState.WANTED if group_id is None else LinkState.LINKED,
        adopted=adopted,
        since=now,
    )
    session.add(link)
    journal.record(
        session, actor, "link_group", link, now, new=link.state.value, association_id=association.id
    )
    outbox.want(session, association.centre_id, "sync_course", course.id, now)
    return link


def end_link(session: Session, actor: Actor, link: GroupLink, now: datetime) -> GroupLink:
    """End a link: the group in Moodle stays as it is, nothing is kept in line there any more."""
    _require_link(session, actor, link, now)
    if link.state is not LinkState.ENDED:
        _end(session, actor, link, now)
    return link


def create_anew(session: Session, actor: Actor, link: GroupLink, now: datetime) -> GroupLink:
    """Make a lost group, its members and its events anew in the same course; `group.not_lost` otherwise."""
    _require_link(session, actor, link, now)
    _check_lost(link)
    if link.course.connected_at is None:
        raise RuleError("course.not_connected")
    link.group_id = None
    link.remembered = {}
    settle_group(session, link, DriftAnswer.PUT_BACK, actor.person_id, now)
    _change(session, actor, link, LinkState.WANTED, "create_group_anew", now)
    outbox.want(session, link.centre_id, "sync_course", link.course_id, now)
    return link


def move_to_course(
    session: Session, actor: Actor, link: GroupLink, course: Course, group_id: int | None, now: datetime
) -> GroupLink:
    """Go on with a group in another course, instead of a lost one or because the course ends.

    The old link ends; `group.ended` when it has already.
    """
    _require_link(session, actor, link, now)
    if link.state is LinkState.ENDED:
        raise RuleError("group.ended")
    fresh = attach(session, actor, link.association, course, group_id, now)
    _end(session, actor, link, now)
    return fresh


def lose_link(session: Session, actor: Actor, link: GroupLink, now: datetime) -> GroupLink:
    """The sync found course or group gone: no operation on members until a coordinator chooses."""
    if link.state in ALIVE:
        _change(session, actor, link, LinkState.LOST, "lose_link", now)
    return link


def _require_link(session: Session, actor: Actor, link: GroupLink, now: datetime) -> None:
    day = local_today(session, actor.centre_id, now)
    check_centre(actor, link)
    require(session, actor, Action.COURSE_CONNECT, day, link.association)
    hold(session, link)


def _check_lost(link: GroupLink) -> None:
    if link.state is not LinkState.LOST:
        raise RuleError("group.not_lost")


def _end(session: Session, actor: Actor, link: GroupLink, now: datetime) -> None:
    _change(session, actor, link, LinkState.ENDED, "end_link", now)
    link.until = now
    settle_group(session, link, DriftAnswer.TAKE_OVER, actor.person_id, now)


def _change(
    session: Session, actor: Actor, link: GroupLink, becomes: LinkState, action: str, now: datetime
) -> None:
    was, link.state = link.state, becomes
    journal.record(
        session,
        actor,
        action,
        link,
        now,
        old=was.value,
        new=becomes.value,
        association_id=link.association_id,
    )
