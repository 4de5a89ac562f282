"""Wrong codes that people typed: six digits can be tried, so the tries are counted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class CodeTry(Base):
    """One wrong code of one person; kept as long as it counts, and never what was typed."""

    __tablename__ = "code_tries"
    __table_args__ = (Index(None, "centre_id", "tried_at"), Index(None, "person_id", "tried_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    tried_at: Mapped[datetime]
