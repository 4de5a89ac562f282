"""The annual report (R14, R15)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.association import Association
from mmo_lti.models.base import Base, Named
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.states import ReportState


class Report(Base):
    """An association's report of one year: what the system gathered, and the leader's words beside it.

    `gathered` and `words` are kept apart by section (`"1"` … `"9"`): gathering anew never touches words.
    """

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("association_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"))
    year: Mapped[int]
    state: Mapped[ReportState] = mapped_column(Named(ReportState), default=ReportState.NONE)
    previous_state: Mapped[ReportState | None] = mapped_column(Named(ReportState))
    """Where a failed assembling goes back to."""
    gathered: Mapped[dict[str, Any]] = mapped_column(default=dict)
    gathered_at: Mapped[datetime | None]
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    words_seen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By section: keys of the gathered rows that lay before the leader when the words were written."""
    assembling: Mapped[str] = mapped_column(String(36), default="")
    """Names the running assembling: an older one that wakes up late finds another name and stops."""
    assembling_at: Mapped[datetime | None]
    """When it began: the documents it makes carry this moment, so made again they are the same."""
    step: Mapped[str] = mapped_column(String(40), default="")
    steps_done: Mapped[int] = mapped_column(default=0)
    steps_total: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(100), default="")
    submitted_at: Mapped[datetime | None]
    first_submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    submitted_for_leader: Mapped[str] = mapped_column(String(1000), default="")
    days_late: Mapped[int] = mapped_column(default=0)
    returned_at: Mapped[datetime | None]
    fix_due_on: Mapped[date | None]
    fixed_late: Mapped[bool] = mapped_column(default=False)
    """Sent again after the days to mend: still in time, marked (R14.2)."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    decided_at: Mapped[datetime | None]
    remarks: Mapped[str] = mapped_column(Text, default="")
    docx_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    pdf_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    reading_copy_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))

    association: Mapped[Association] = relationship()
    docx: Mapped[StoredFile | None] = relationship(foreign_keys=[docx_id])
    pdf: Mapped[StoredFile | None] = relationship(foreign_keys=[pdf_id])
    reading_copy: Mapped[StoredFile | None] = relationship(foreign_keys=[reading_copy_id])
