"""The methodical centre: the tenant, one Moodle platform (R1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class Centre(Base):
    """A methodical centre; it is one platform, known by its `iss`."""

    __tablename__ = "centres"

    id: Mapped[int] = mapped_column(primary_key=True)
    iss: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    city: Mapped[str] = mapped_column(String(100), default="")
    timezone: Mapped[str] = mapped_column(String(50), default="Europe/Moscow")
    regulation: Mapped[str] = mapped_column(String(50), default="ivanovo")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Values of the centre that differ from the defaults of `rules.settings`."""
    created_at: Mapped[datetime]


class YearSettings(Base):
    """The settings a year began with: a later change works forward only."""

    __tablename__ = "year_settings"
    __table_args__ = (UniqueConstraint("centre_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    year: Mapped[int] = mapped_column(Integer)
    values: Mapped[dict[str, Any]]
