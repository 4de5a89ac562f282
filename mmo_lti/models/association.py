"""The municipal methodical association (ММО)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base, Named
from mmo_lti.rules.states import AssociationState


class Association(Base):
    """An association; `genitive` is the whole name as the forms print it («учителей математики»)."""

    __tablename__ = "associations"
    __table_args__ = (UniqueConstraint("centre_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    """Stable id, the `idnumber` of its Moodle group."""
    code: Mapped[str] = mapped_column(String(20))
    """In addresses: `/a/MMO-02`."""
    genitive: Mapped[str] = mapped_column(String(300))
    direction: Mapped[str] = mapped_column(String(300), default="")
    search_key: Mapped[str] = mapped_column(String(700), default="")
    state: Mapped[AssociationState] = mapped_column(Named(AssociationState), default=AssociationState.DRAFT)
    initiator: Mapped[str] = mapped_column(String(300), default="")
    ground: Mapped[str] = mapped_column(String(1000), default="")
    created_on: Mapped[date | None]
    """Day of the order of creation."""
    started_using: Mapped[date | None]
    """For an adopted association the day of adoption: reports are owed from then on (R2.5)."""
    closed_on: Mapped[date | None]
    drop_reason: Mapped[str] = mapped_column(String(1000), default="")
    below_minimum_since: Mapped[date | None]
    grades_on: Mapped[bool] = mapped_column(default=False)
    """Participation goes to Moodle's gradebook: the leader's switch."""
    created_at: Mapped[datetime]


class AssociationYear(Base):
    """What the leader sets for one academic year (R9)."""

    __tablename__ = "association_years"
    __table_args__ = (UniqueConstraint("association_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"))
    year: Mapped[int]
    priorities: Mapped[list[Any]] = mapped_column(default=list)
    theme: Mapped[str] = mapped_column(String(500), default="")
    closed_pace: Mapped[str | None] = mapped_column(String(40))
    """State of the pace when the year was closed; later lodgings don't change it."""
