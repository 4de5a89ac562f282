"""The work plan of a year, its items, and members' proposals (R7)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.association import Association
from mmo_lti.models.base import Base, Named
from mmo_lti.models.person import Person
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.states import PlanState


class Plan(Base):
    """One version of an association's plan for a year; version n stays in force until n+1 is agreed."""

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("association_id", "year", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"))
    year: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[PlanState] = mapped_column(Named(PlanState), default=PlanState.DRAFT)
    priorities: Mapped[list[Any]] = mapped_column(default=list)
    """1–7 lines (R9)."""
    theme: Mapped[str] = mapped_column(String(500), default="")
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    submitted_at: Mapped[datetime | None]
    first_submitted_at: Mapped[datetime | None]
    submitted_for_leader: Mapped[str] = mapped_column(String(1000), default="")
    """The coordinator's reason, where the coordinator submitted it for an absent leader."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    decided_at: Mapped[datetime | None]
    agreed_on: Mapped[date | None]
    remarks: Mapped[str] = mapped_column(Text, default="")
    registered: Mapped[bool] = mapped_column(default=False)
    """Agreed on paper before the tool and registered by the coordinator (R2.5)."""
    docx_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    pdf_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    """The paper of a registered plan."""

    association: Mapped[Association] = relationship()
    docx: Mapped[StoredFile | None] = relationship(foreign_keys=[docx_id])
    pdf: Mapped[StoredFile | None] = relationship(foreign_keys=[pdf_id])
    scan: Mapped[StoredFile | None] = relationship(foreign_keys=[scan_id])
    items: Mapped[list[PlanItem]] = relationship(back_populates="plan", order_by="PlanItem.position")


class PlanItem(Base):
    """One line of a plan: a month is enough to agree, the day may be fixed later.

    `uid` stays the same from version to version and names the line in meetings.
    """

    __tablename__ = "plan_items"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    uid: Mapped[str] = mapped_column(String(36))
    position: Mapped[int]
    form: Mapped[str] = mapped_column(String(200))
    is_meeting: Mapped[bool] = mapped_column(default=False)
    """Called a заседание, whatever its form (R11)."""
    for_young: Mapped[bool] = mapped_column(default=False)
    """For young specialists: section 7 of the report takes it (R15)."""
    topic: Mapped[str] = mapped_column(String(300), default="")
    month: Mapped[int | None]
    day: Mapped[date | None]
    place: Mapped[str] = mapped_column(String(300), default="")
    responsible: Mapped[str] = mapped_column(String(300), default="")
    result: Mapped[str] = mapped_column(String(300), default="")

    plan: Mapped[Plan] = relationship(back_populates="items")


class ProposalState(StrEnum):
    """What became of a member's proposal."""

    OPEN = "open"
    TAKEN = "taken"
    MERGED = "merged"
    DECLINED = "declined"


class Proposal(Base):
    """A member's proposal for the plan of a year, with the leader's answer."""

    __tablename__ = "proposals"
    __table_args__ = (Index(None, "association_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"))
    year: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    form: Mapped[str] = mapped_column(String(200), default="")
    topic: Mapped[str] = mapped_column(String(300))
    month: Mapped[int | None]
    state: Mapped[ProposalState] = mapped_column(Named(ProposalState), default=ProposalState.OPEN)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    item_uid: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
