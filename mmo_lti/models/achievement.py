"""What members achieved in a year: feeds sections 3–7 of the report (R19)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.base import Base
from mmo_lti.models.person import Person


class Achievement(Base):
    """An achievement kept by the person; `kind` and `level` are words of `rules.activity`."""

    __tablename__ = "achievements"
    __table_args__ = (Index(None, "association_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(500))
    level: Mapped[str] = mapped_column(String(40), default="")
    result: Mapped[str] = mapped_column(String(300), default="")
    where: Mapped[str] = mapped_column(String(300), default="")
    part: Mapped[str] = mapped_column(String(40), default="")
    """Of an open event: took part in it, or held it (`rules.activity.OpenEventPart`)."""
    publisher: Mapped[str] = mapped_column(String(40), default="")
    """Of a publication: where it appeared (`rules.activity.Publisher`)."""
    address: Mapped[str] = mapped_column(String(500), default="")
    """Of a publication on a site."""
    day: Mapped[date]
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
