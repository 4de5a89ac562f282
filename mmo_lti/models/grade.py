"""Participation in Moodle's gradebook: a column of a course, and what stands in it for each person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.base import Base


class GradeColumn(Base):
    """A line item (AGS 3.2) that an association wants in a course; no `url` until the platform made it."""

    __tablename__ = "grade_columns"
    __table_args__ = (UniqueConstraint("course_id", "resource_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"))
    resource_id: Mapped[str] = mapped_column(String(255))
    """Ours: finds the line item again after a crash between «made» and «address stored»."""
    label: Mapped[str] = mapped_column(String(300))
    maximum: Mapped[float]
    url: Mapped[str] = mapped_column(String(2000), default="")
    asked_at: Mapped[datetime | None]
    """Since when a process finds or makes the line item, in the machine's time."""
    failure: Mapped[str] = mapped_column(String(100), default="")
    """Why the column as a whole could not be sent last time; what one person's grade met stands there."""


class Grade(Base):
    """What a person's grade should be; `sent_at` is empty until the platform took it.

    `at` grows strictly for a person and column: the platform keeps the newest (AGS 3.4.9).
    """

    __tablename__ = "grades"
    __table_args__ = (UniqueConstraint("column_id", "sub"), Index(None, "column_id", "sent_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    column_id: Mapped[int] = mapped_column(ForeignKey("grade_columns.id"))
    sub: Mapped[str] = mapped_column(String(255))
    given: Mapped[float]
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(String(100), default="")

    column: Mapped[GradeColumn] = relationship()
