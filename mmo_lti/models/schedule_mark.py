"""When each piece of the schedule last ran for a centre or a course."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class ScheduleMark(Base):
    """Last run of `entry` for a centre, in the product's time: a missed or doubled tick changes nothing."""

    __tablename__ = "schedule_marks"

    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    entry: Mapped[str] = mapped_column(String(40), primary_key=True)
    last_at: Mapped[datetime]
