"""Orders of the institution (R5, R6)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.base import Base, Named
from mmo_lti.models.person import Person
from mmo_lti.models.stored_file import StoredFile


class OrderKind(StrEnum):
    """What an order does."""

    CREATION = "creation"
    APPOINTMENT = "appointment"
    ACTING = "acting"
    RENAMING = "renaming"
    CLOSING = "closing"
    MERGER = "merger"
    RELEASE = "release"
    """Ends a leader's office without naming the next one."""


class Order(Base):
    """A registered order: number and date by hand, as the institution numbers them; its scan where given.

    For appointments `person_id`, `since` and `until` are the leader and the days of office, both included.
    """

    __tablename__ = "orders"
    __table_args__ = (Index(None, "association_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"))
    kind: Mapped[OrderKind] = mapped_column(Named(OrderKind))
    number: Mapped[str] = mapped_column(String(50))
    signed_on: Mapped[date]
    since: Mapped[date]
    until: Mapped[date | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    ends_order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    registered_by: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    registered_at: Mapped[datetime]
    initiator: Mapped[str] = mapped_column(String(300), default="")
    ground: Mapped[str] = mapped_column(String(1000), default="")
    """Who initiated it and why: into the order's preamble (R5)."""

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    scan: Mapped[StoredFile | None] = relationship()
