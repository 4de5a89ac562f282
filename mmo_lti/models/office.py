"""Who acts for the centre: coordinators, the director, an acting director (R1)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.base import Base, Named
from mmo_lti.models.person import Person


class OfficeKind(StrEnum):
    """Offices of the centre."""

    COORDINATOR = "coordinator"
    DIRECTOR = "director"
    ACTING_DIRECTOR = "acting_director"


class Office(Base):
    """A person's office with its dates, both days included; `until` is open while it lasts."""

    __tablename__ = "offices"
    __table_args__ = (Index(None, "centre_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[OfficeKind] = mapped_column(Named(OfficeKind))
    since: Mapped[date]
    until: Mapped[date | None]
    appointed_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class CoordinatorInvitation(Base):
    """The one-time code whose redeemer becomes a centre's first coordinator; only its digest is kept."""

    __tablename__ = "coordinator_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    code_digest: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    redeemed_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    redeemed_at: Mapped[datetime | None]
