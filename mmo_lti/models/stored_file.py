"""Entries of the archive: what a file is, and the hash of its bytes (R16, R17)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class StoredFile(Base):
    """One filed document; the bytes lie in the centre's store under `sha256`, shared by equal files."""

    __tablename__ = "stored_files"
    __table_args__ = (Index(None, "centre_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    association_id: Mapped[int | None] = mapped_column(ForeignKey("associations.id"))
    year: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(40))
    """`order`, `plan`, `protocol`, `protocol_scan`, `report`, …"""
    name: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(300), default="")
    """What an inventory calls it, where the kind does not say enough: the theme of theses."""
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    pages: Mapped[int | None]
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(1000), default="")
