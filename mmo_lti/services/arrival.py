"""Who may go on from a launch: people of connected courses; coordinator and director from any («Who may»)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.office import OfficeKind
from mmo_lti.services import clock
from mmo_lti.services.actor import Actor
from mmo_lti.services.invitation import has_coordinator
from mmo_lti.services.permission import offices_of


@dataclass(frozen=True)
class Arrival:
    """How an actor stands to the course of the launch."""

    course: Course | None
    coordinator: bool
    officer: bool
    """Coordinator, director or acting director: works from any course."""
    centre_has_coordinator: bool

    @property
    def connected(self) -> bool:
        """Whether a coordinator connected the course."""
        return self.course is not None and self.course.connected_at is not None

    @property
    def admitted(self) -> bool:
        """Whether the pages of the centre open."""
        return self.connected or self.officer


def arrival_of(session: Session, actor: Actor, now: datetime) -> Arrival:
    """Look up what the page about the course shows, and whether the others open."""
    course = session.get(Course, actor.course_id) if actor.course_id is not None else None
    centre = session.get_one(Centre, actor.centre_id)
    kinds = (
        offices_of(session, centre.id, actor.person_id, clock.today(centre, now))
        if actor.person_id is not None
        else frozenset()
    )
    return Arrival(
        course=course,
        coordinator=OfficeKind.COORDINATOR in kinds,
        officer=bool(kinds),
        centre_has_coordinator=has_coordinator(session, centre, now),
    )


def is_admitted(session: Session, actor: Actor, now: datetime) -> bool:
    """Whether the pages of the centre open to the actor; a connected course needs one look only."""
    course = session.get(Course, actor.course_id) if actor.course_id is not None else None
    if course is not None and course.connected_at is not None:
        return True
    return arrival_of(session, actor, now).admitted
