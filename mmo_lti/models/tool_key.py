"""The tool's own signing keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class ToolKey(Base):
    """An RSA key of the tool: published before it signs, and for a while after its follower took over.

    The private part is encrypted at rest; `public` is the JWK as published.
    """

    __tablename__ = "tool_keys"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    public: Mapped[dict[str, Any]]
    sealed_private: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
    signs_from: Mapped[datetime]

    def __repr__(self) -> str:
        """The name alone: the key never gets into a log."""
        return f"ToolKey(kid={self.kid!r})"
