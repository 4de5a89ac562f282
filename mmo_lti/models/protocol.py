"""The protocol that fixes a meeting (R13)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.association import Association
from mmo_lti.models.base import Base, Named
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.person import Person
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.states import ProtocolState


class Protocol(Base):
    """A protocol; its number is given once per association and year, a void one and a correction keep it.

    `frozen` is what the paper said when it was lodged: later changes of names do not reach it.
    """

    __tablename__ = "protocols"
    __table_args__ = (
        UniqueConstraint("association_id", "year", "number", "version"),
        Index(None, "meeting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    year: Mapped[int]
    number: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    """2 and more: a correction beside an accepted one, under the same number."""
    state: Mapped[ProtocolState] = mapped_column(Named(ProtocolState), default=ProtocolState.DRAFT)
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    secretary_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    due_on: Mapped[date]
    first_lodged_at: Mapped[datetime | None]
    lodged_at: Mapped[datetime | None]
    lodged_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    lodged_for_leader: Mapped[str] = mapped_column(String(1000), default="")
    """The coordinator's reason, where the coordinator lodged it for an absent leader."""
    returned_at: Mapped[datetime | None]
    fix_due_on: Mapped[date | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    decided_at: Mapped[datetime | None]
    remarks: Mapped[str] = mapped_column(Text, default="")
    void_reason: Mapped[str] = mapped_column(String(1000), default="")
    registered: Mapped[bool] = mapped_column(default=False)
    frozen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    docx_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    pdf_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    created_at: Mapped[datetime]

    association: Mapped[Association] = relationship()
    meeting: Mapped[Meeting] = relationship()
    chair: Mapped[Person | None] = relationship(foreign_keys=[chair_id])
    secretary: Mapped[Person | None] = relationship(foreign_keys=[secretary_id])
    docx: Mapped[StoredFile | None] = relationship(foreign_keys=[docx_id])
    pdf: Mapped[StoredFile | None] = relationship(foreign_keys=[pdf_id])
    scan: Mapped[StoredFile | None] = relationship(foreign_keys=[scan_id])
