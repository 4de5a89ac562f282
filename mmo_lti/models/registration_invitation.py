"""The operator's approval of a platform that is to be connected."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class RegistrationInvitation(Base):
    """A one-time secret inside a registration address, good for one registration (R1); its digest is kept."""

    __tablename__ = "registration_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When it was spent; without a registration: since when one is under way."""
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"))
