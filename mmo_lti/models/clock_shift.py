"""The demo's shift of the clock."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class ClockShift(Base):
    """One row (id 1): seconds by which the demo is ahead of the real time. Refused outside demo mode."""

    __tablename__ = "clock_shift"

    id: Mapped[int] = mapped_column(primary_key=True)
    seconds: Mapped[int] = mapped_column(default=0)
