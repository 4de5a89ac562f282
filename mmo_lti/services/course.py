"""Connected courses: the tool reads names there and keeps the groups of associations («Who may»)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.course import Course
from mmo_lti.models.sync_run import CourseRoster
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import journal, outbox
from mmo_lti.services.actor import Actor
from mmo_lti.services.group_link import alive_in_course
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import check_centre, local_today


def connect_course(session: Session, actor: Actor, course: Course, now: datetime) -> Course:
    """A coordinator connects the course; connecting twice changes nothing."""
    require(session, actor, Action.COURSE_CONNECT, local_today(session, actor.centre_id, now))
    check_centre(actor, course)
    if course.connected_at is None:
        course.connected_at, course.connected_by = now, actor.person_id
        journal.record(session, actor, "connect_course", course, now, new="connected")
        outbox.want(session, course.centre_id, "sync_course", course.id, now)
    return course


def disconnect_course(session: Session, actor: Actor, course: Course, now: datetime) -> Course:
    """Take a connection back; `course.has_groups` while associations have groups there."""
    require(session, actor, Action.COURSE_CONNECT, local_today(session, actor.centre_id, now))
    check_centre(actor, course)
    if alive_in_course(session, course):
        raise RuleError("course.has_groups")
    if course.connected_at is not None:
        course.connected_at = course.connected_by = None
        journal.record(session, actor, "disconnect_course", course, now, old="connected")
    return course


def find_course(session: Session, centre_id: int, course_id: int) -> Course:
    """The course of this id; `NotFound` for another centre's."""
    found = session.get(Course, course_id)
    if found is None or found.centre_id != centre_id:
        raise NotFound
    return found


def connected_courses(session: Session, actor: Actor, now: datetime) -> list[Course]:
    """The connected courses, for the coordinator to choose from."""
    require(session, actor, Action.COURSE_CONNECT, local_today(session, actor.centre_id, now))
    return list(
        session.scalars(
            select(Course)
            .where(Course.centre_id == actor.centre_id, Course.connected_at.is_not(None))
            .order_by(Course.title, Course.id)
        )
    )


def groups_of_course(session: Session, actor: Actor, course: Course, now: datetime) -> list[dict[str, Any]]:
    """The groups of the course as last read, for adoption: `id`, `name`, `idnumber`, `people`, `taken`.

    Empty before the first sync; `taken` marks groups that belong to an association.
    """
    require(session, actor, Action.COURSE_CONNECT, local_today(session, actor.centre_id, now))
    check_centre(actor, course)
    roster = session.get(CourseRoster, course.id)
    taken = {link.group_id for link in alive_in_course(session, course)}
    groups = roster.groups if roster is not None else []
    return [{**group, "taken": group["id"] in taken} for group in groups]
