"""What the syncs of a course did, newest first, and the groups that were lost there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.course import Course, GroupLink, LinkState
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.sync_run import SyncRun
from mmo_lti.rules.action import Action
from mmo_lti.services import outbox
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import check_centre, local_today

RUNS = 50


def runs_of(
    session: Session, actor: Actor, course: Course, now: datetime, limit: int = RUNS
) -> list[SyncRun]:
    """The last runs of a course, for coordinator and site administrator."""
    require(session, actor, Action.SYNC_HEALTH_SEE, local_today(session, actor.centre_id, now))
    check_centre(actor, course)
    return list(
        session.scalars(
            select(SyncRun).where(SyncRun.course_id == course.id).order_by(SyncRun.id.desc()).limit(limit)
        )
    )


def lost_links(session: Session, actor: Actor, now: datetime) -> list[GroupLink]:
    """Links whose group or course is gone: the coordinator chooses what becomes of them."""
    require(session, actor, Action.COURSE_CONNECT, local_today(session, actor.centre_id, now))
    return list(
        session.scalars(
            select(GroupLink)
            .where(GroupLink.centre_id == actor.centre_id, GroupLink.state == LinkState.LOST)
            .options(selectinload(GroupLink.association), selectinload(GroupLink.course))
            .order_by(GroupLink.id)
        )
    )


def find_link(session: Session, actor: Actor, link_id: int) -> GroupLink:
    """The link of this id; `NotFound` for another centre's."""
    found = session.get(GroupLink, link_id)
    if found is None:
        raise NotFound
    check_centre(actor, found)
    return found


def read_groups(session: Session, actor: Actor, course: Course, now: datetime) -> OutboxRow:
    """Have the groups of a course read again, to choose one from."""
    require(session, actor, Action.COURSE_CONNECT, local_today(session, actor.centre_id, now))
    check_centre(actor, course)
    return outbox.want(session, actor.centre_id, "sync_course", course.id, now, {"groups": True})
