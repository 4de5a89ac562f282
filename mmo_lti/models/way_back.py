"""Where a person's next launch lands, after a link was opened without a session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class WayBack(Base):
    """One person's mark: a path of ours, for a quarter of an hour. It gives no rights."""

    __tablename__ = "ways_back"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    path: Mapped[str] = mapped_column(String(300))
    until: Mapped[datetime]
