"""The journal: who did what when, in ids and states only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class JournalEntry(Base):
    """An append-only row. No names, no free text (a salted digest of it): anonymising breaks nothing.

    `seal` chains the rows of a centre; a job seals them in order after they were committed.
    """

    __tablename__ = "journal"
    __table_args__ = (
        Index(None, "centre_id", "id"),
        Index(None, "centre_id", "object_type", "object_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    at: Mapped[datetime]
    actor: Mapped[int | None]
    """Person id; empty for a job of the clock."""
    role: Mapped[str] = mapped_column(String(40), default="")
    action: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int]
    association_id: Mapped[int | None]
    old_state: Mapped[str] = mapped_column(String(40), default="")
    new_state: Mapped[str] = mapped_column(String(40), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    seal_number: Mapped[int | None]
    seal: Mapped[str | None] = mapped_column(String(64))


class JournalHead(Base):
    """The last seal of a centre's chain: rows cut off its end are missed, and two sealers meet here."""

    __tablename__ = "journal_heads"

    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    seal_number: Mapped[int] = mapped_column(default=0)
    seal: Mapped[str] = mapped_column(String(64), default="")
