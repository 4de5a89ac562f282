"""Signed-in browsers: sessions that began with a launch, and tickets that carry one into a tab of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.base import Base
from mmo_lti.models.course import Course
from mmo_lti.models.person import Account
from mmo_lti.models.registration import Deployment


class WebSession(Base):
    """A browser signed in by a launch; its cookie is a secret without content.

    The flags and groups are what the platform said at the launch; rights follow from our own tables.
    """

    __tablename__ = "web_sessions"
    __table_args__ = (Index(None, "account_id"), Index(None, "expires_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    handle: Mapped[str] = mapped_column(String(16), unique=True)
    """Names the session in addresses and in the cookie's name; no secret."""
    token_digest: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    learner: Mapped[bool] = mapped_column(default=False)
    course_staff: Mapped[bool] = mapped_column(default=False)
    site_administrator: Mapped[bool] = mapped_column(default=False)
    group_ids: Mapped[list[Any]] = mapped_column(default=list)
    """The person's Moodle groups in the course, by `$Moodle.Person.userGroupIds`."""
    resource_link_id: Mapped[str] = mapped_column(String(255), default="")
    locale: Mapped[str] = mapped_column(String(20), default="")
    return_url: Mapped[str] = mapped_column(String(2000), default="")
    deep_link: Mapped[dict[str, Any] | None]
    """The deep linking request that waits for the person's choice; taken out by the answer."""
    deep_link_open: Mapped[bool] = mapped_column(default=False)
    first_party: Mapped[bool] = mapped_column(default=False)
    """In a tab of its own, by a ticket: links and QR codes open with it."""
    device: Mapped[str] = mapped_column(String(100), default="")
    """«This is my device», in words of its browser; empty for an ordinary session."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    idle_seconds: Mapped[int]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    deployment: Mapped[Deployment] = relationship()
    course: Mapped[Course | None] = relationship()


class Ticket(Base):
    """A one-time way from a session inside a frame to one in a tab of its own; its digest is kept."""

    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    web_session_id: Mapped[int] = mapped_column(ForeignKey("web_sessions.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    web_session: Mapped[WebSession] = relationship()
