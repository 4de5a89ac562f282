"""A login that was begun and waits for the platform's answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class LoginState(Base):
    """What a `state` stands for, kept for ten minutes (security framework 5.1.1.2, 7.3.1).

    Only digests of what the browser holds are kept. `used_at` turns the row into a mark that tells a replayed
    launch from an unknown one.
    """

    __tablename__ = "login_states"
    __table_args__ = (Index(None, "expires_at"),)

    state_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser_digest: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    deployment_id: Mapped[str] = mapped_column(String(255), default="")
    target_link_uri: Mapped[str] = mapped_column(String(2000))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
