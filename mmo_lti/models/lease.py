"""Who holds a thing that only one worker may work on at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class Lease(Base):
    """A named hold that runs out by itself in real time: a dead worker holds nothing for long."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(100))
    until: Mapped[datetime]
