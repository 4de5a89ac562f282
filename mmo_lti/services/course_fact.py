"""What launches say of courses and their services: Moodle's facts, kept for pages and background jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.course import Course
from mmo_lti.models.course_service import CourseService
from mmo_lti.services.launch import Launch
from mmo_lti.services.raced import insert_once


def make_course(session: Session, centre_id: int, context_id: str) -> int:
    """Add a course that nobody has connected; returns its id, also where another launch was faster."""
    made = insert_once(session, Course(centre_id=centre_id, context_id=context_id))
    if made is not None:
        return made.id
    return session.scalars(
        select(Course.id).where(Course.centre_id == centre_id, Course.context_id == context_id)
    ).one()


def offered_services(launch: Launch, deployment_id: int) -> dict[str, Any]:
    """By which deployment background jobs reach the course's services, and where."""
    return {
        "deployment_id": deployment_id,
        "memberships_url": launch.services.memberships_url,
        "lineitems_url": launch.services.lineitems_url,
        "grade_scopes": list(launch.services.grade_scopes),
    }


def make_services(session: Session, course_id: int, offered: dict[str, Any], now: datetime) -> None:
    """Remember a course's services for the first time."""
    insert_once(session, CourseService(course_id=course_id, seen_at=now, **offered))
