"""How the tool reaches a centre's Moodle by web services."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class MoodleAccess(Base):
    """Address and token of the web services; the token is encrypted at rest and never shown."""

    __tablename__ = "moodle_access"

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"), unique=True)
    url: Mapped[str] = mapped_column(String(255))
    sealed_token: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
