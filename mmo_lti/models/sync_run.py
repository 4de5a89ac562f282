"""What the sync with a Moodle course did, and what it found changed by hand."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.association import Association
from mmo_lti.models.base import Base, Named
from mmo_lti.models.course import Course


class SyncRun(Base):
    """One sync of one course: when, how much it cost, how it ended."""

    __tablename__ = "sync_runs"
    __table_args__ = (Index(None, "course_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    ok: Mapped[bool] = mapped_column(default=False)
    requests: Mapped[int] = mapped_column(default=0)
    milliseconds: Mapped[int] = mapped_column(default=0)
    operations: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(100), default="")
    """Code of the failure or refusal; its sentence is in the catalogue."""
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)

    course: Mapped[Course] = relationship()


class CourseRoster(Base):
    """What the sync of a course believed last: against it a shrunken answer is refused."""

    __tablename__ = "course_rosters"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    enrolled: Mapped[list[Any]] = mapped_column(default=list)
    """Accounts (`sub`) of our members who could enter the course."""
    suspended: Mapped[list[Any]] = mapped_column(default=list)
    """Accounts of our members who could once, and cannot now."""
    read_at: Mapped[datetime | None]
    whole_wanted_at: Mapped[datetime | None]
    """Since when the list of all enrolled is to be read too, by far the dearest answer; none: it need not."""
    confirmed_size: Mapped[int | None]
    """A coordinator confirmed this number once: the next sync may shrink to it."""
    confirmed_scope: Mapped[str] = mapped_column(String(20), default="")
    """What the number counts: `roster`, `members`, `events`."""
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    remembered: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the sync wrote or saw last; its meaning is `moodle_sync`'s."""
    groups: Mapped[list[Any]] = mapped_column(default=list)
    """Groups as last read, to choose from on adoption: `id`, `name`, `idnumber`, `people`."""


class DriftAnswer(StrEnum):
    """The three answers of a coordinator, and the end of a question whose change was undone in Moodle."""

    TAKE_OVER = "take_over"
    PUT_BACK = "put_back"
    IGNORE = "ignore"
    UNDONE = "undone"


class Drift(Base):
    """A change made by hand in Moodle, open until a coordinator answers; the sync's answer names nobody."""

    __tablename__ = "drifts"
    __table_args__ = (Index(None, "centre_id", "answered_at"), Index(None, "association_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    association_id: Mapped[int | None] = mapped_column(ForeignKey("associations.id"))
    kind: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(120))
    """Stable key of the finding: kind, association and subject."""
    subject: Mapped[str] = mapped_column(String(60), default="")
    """What it is about: a Moodle user id, a group id, a meeting's uid."""
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    found_at: Mapped[datetime]
    answer: Mapped[DriftAnswer | None] = mapped_column(Named(DriftAnswer))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    answered_at: Mapped[datetime | None]

    association: Mapped[Association | None] = relationship()
