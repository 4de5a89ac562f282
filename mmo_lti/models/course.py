"""Courses of Moodle and their links to associations: a link outlives its course."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.association import Association
from mmo_lti.models.base import Base, Named


class Course(Base):
    """A course from which the tool was launched; `connected_at` is empty until a coordinator connects it."""

    __tablename__ = "courses"
    __table_args__ = (UniqueConstraint("centre_id", "context_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    context_id: Mapped[str] = mapped_column(String(255))
    """The `context.id` claim, in Moodle the course id of the web services."""
    title: Mapped[str] = mapped_column(String(300), default="")
    connected_at: Mapped[datetime | None]
    connected_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    resource_link_id: Mapped[str] = mapped_column(String(255), default="")
    """The activity by which people come back, `mod/lti/view.php?l=`: one that learners reach, if any came."""
    link_reached_at: Mapped[datetime | None]
    """When a learner came by it, to the day; empty where none ever did."""


class LinkState(StrEnum):
    """How a link of an association with a Moodle group stands."""

    WANTED = "wanted"
    LINKED = "linked"
    LOST = "lost"
    ENDED = "ended"


class GroupLink(Base):
    """Association ↔ group of a course, with dates; `group_id` is empty until Moodle made the group.

    `remembered` is what the sync wrote or believed last: its meaning is `moodle_sync`'s.
    """

    __tablename__ = "group_links"
    __table_args__ = (Index(None, "course_id", "state"), Index(None, "association_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    group_id: Mapped[int | None]
    state: Mapped[LinkState] = mapped_column(Named(LinkState), default=LinkState.WANTED)
    adopted: Mapped[bool] = mapped_column(default=False)
    """The group existed before: its people are read once as proposed members."""
    people_read_at: Mapped[datetime | None]
    remembered: Mapped[dict[str, Any]] = mapped_column(default=dict)
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    association: Mapped[Association] = relationship()
    course: Mapped[Course] = relationship()
