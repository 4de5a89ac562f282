"""Background work wanted: a row in the same transaction as the change itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class OutboxRow(Base):
    """One piece of work; durable is this row, never the broker's message.

    A worker claims it by a conditional UPDATE with a lease in real time (`lease_until` is not shifted by the
    demo's clock); a dead worker's lease runs out and the next one takes over.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "done_at", "kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    kind: Mapped[str] = mapped_column(String(40))
    """Names the job: `sync_course`, `assemble_report`, `file_document`, `send_notices`, …"""
    subject_id: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(String(200), default="")
    done_at: Mapped[datetime | None]
    dead: Mapped[bool] = mapped_column(default=False)
    """Given up after the last attempt: shown, can be retried or dropped."""
