"""Who belongs to an association, and who helps its leader."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.association import Association
from mmo_lti.models.base import Base, Named
from mmo_lti.models.person import Person
from mmo_lti.rules.states import MembershipState


class Membership(Base):
    """One person's standing in one association; its past is in the journal."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("association_id", "person_id"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[MembershipState] = mapped_column(Named(MembershipState))
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    member_since: Mapped[date | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    ground: Mapped[str] = mapped_column(String(40), default="")
    """Code of why it was refused or ended; `reason` are the words."""
    no_access_since: Mapped[datetime | None]
    """Suspended or unenrolled in Moodle: a mark beside the state."""
    joined_from_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """Whose it was before two accounts were joined; parting gives it back."""

    association: Mapped[Association] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Helper(Base):
    """A member whom the leader named to prepare documents; never submits."""

    __tablename__ = "helpers"
    __table_args__ = (UniqueConstraint("association_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    since: Mapped[date]
    until: Mapped[date | None]
