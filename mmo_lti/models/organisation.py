"""Educational organisations of the city (R4)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class Organisation(Base):
    """A school, kindergarten or other organisation of the coordinator's directory."""

    __tablename__ = "organisations"
    __table_args__ = (UniqueConstraint("centre_id", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    name: Mapped[str] = mapped_column(String(400))
    name_key: Mapped[str] = mapped_column(String(400))
    """The name without quotation marks, case and spacing: two spellings of one school meet here."""
    kind: Mapped[str] = mapped_column(String(50), default="")
    closed_on: Mapped[date | None]
