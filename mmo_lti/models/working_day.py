"""Days that a decree makes free or working: a yearly table that the coordinator edits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class WorkingDayTransfer(Base):
    """One day that differs from the calendar of ТК РФ ст. 112: a working weekend, or a moved day off."""

    __tablename__ = "working_day_transfers"
    __table_args__ = (UniqueConstraint("centre_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    day: Mapped[date]
    working: Mapped[bool]
