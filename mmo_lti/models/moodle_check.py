"""What the last examination of a centre's Moodle found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class MoodleCheck(Base):
    """One finding of an examination: a code with what its sentence needs; only the newest are kept."""

    __tablename__ = "moodle_checks"
    __table_args__ = (Index(None, "centre_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    checked_at: Mapped[datetime]
    level: Mapped[str] = mapped_column(String(20))
    """`ok`, `note`, `warning` or `failure`."""
    code: Mapped[str] = mapped_column(String(100))
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Also `function` and `capabilities`: what is missing, by Moodle's names."""

    @property
    def ok(self) -> bool:
        """Whether nothing has to be done about it."""
        return self.level in {"ok", "note"}

    @property
    def severity(self) -> int:
        """Sorts what has to be mended first."""
        return ("failure", "warning", "note", "ok").index(self.level)
