"""A course that ends: hidden, over, or followed by next year's copy.

The coordinator says where its groups go on; nothing is done to people and events of the course that is left
(«States»: an association outlives its courses).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.course import Course, GroupLink, LinkState
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import AssociationState
from mmo_lti.services.actor import Actor
from mmo_lti.services.group_link import alive_in_course, end_link, move_to_course
from mmo_lti.services.permission import require
from mmo_lti.services.scope import check_centre, hold, local_today


def links_in(session: Session, actor: Actor, course: Course, now: datetime) -> list[GroupLink]:
    """The course's links that have not ended, lost ones too, oldest first."""
    require(session, actor, Action.COURSE_CONNECT, local_today(session, actor.centre_id, now))
    check_centre(actor, course)
    return list(
        session.scalars(
            select(GroupLink)
            .where(GroupLink.course_id == course.id, GroupLink.state != LinkState.ENDED)
            .options(selectinload(GroupLink.association))
            .order_by(GroupLink.id)
        )
    )


def move_all(session: Session, actor: Actor, course: Course, into: Course, now: datetime) -> list[GroupLink]:
    """Let every association of a course go on in another one; returns the new links.

    A copied course has the groups already: the sync finds them by their numbers, others are made anew. An
    association that has a group there keeps it. Raises `course.same`, `course.not_connected`.
    """
    hold(session, course)
    links = links_in(session, actor, course, now)
    check_centre(actor, into)
    if course.id == into.id:
        raise RuleError("course.same")
    if into.connected_at is None:
        raise RuleError("course.not_connected")
    there = {link.association_id for link in alive_in_course(session, into)}
    fresh = []
    for link in links:
        goes_on = link.association.state is AssociationState.ACTIVE and link.association_id not in there
        if goes_on:
            fresh.append(move_to_course(session, actor, link, into, None, now))
        else:
            end_link(session, actor, link, now)
    return fresh


def end_all(session: Session, actor: Actor, course: Course, now: datetime) -> list[GroupLink]:
    """End every link of a course; its associations go on without a group there."""
    hold(session, course)
    return [end_link(session, actor, link, now) for link in links_in(session, actor, course, now)]
