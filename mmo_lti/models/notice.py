"""What people are told, each thing at most once (R20)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.base import Base, Named
from mmo_lti.models.person import Person


class NoticeState(StrEnum):
    """`unknown`: the channel timed out; shown, never resent blindly (R20.2).

    `superseded`: out of date before it left.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SUPERSEDED = "superseded"


class Notice(Base):
    """One notice to one person; the key (person, kind, object, stage) is unique."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "object_type", "object_id", "stage"),
        Index(None, "centre_id", "state", "not_before"),
        Index(None, "object_type", "object_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    association_id: Mapped[int | None] = mapped_column(ForeignKey("associations.id"))
    kind: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int]
    stage: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    link: Mapped[str] = mapped_column(String(300), default="")
    """Path in the tool that the notice is about."""
    code: Mapped[str] = mapped_column(String(32), unique=True)
    """CODE of `/go/CODE`."""
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[NoticeState] = mapped_column(Named(NoticeState), default=NoticeState.WAITING)
    channel: Mapped[str] = mapped_column(String(20), default="")
    failure: Mapped[str] = mapped_column(String(100), default="")
    not_before: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    """When a sender took it, in real time, as a lease is: the demo's clock does not shift it."""
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class NoticeMute(Base):
    """A kind of notices that a person switched off; terms of one's own role are never here (R20.1)."""

    __tablename__ = "notice_mutes"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str] = mapped_column(String(60))
    since: Mapped[datetime]
