"""Services that the platform offers for a course: names and roles, grades."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base

LINEITEM_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


class CourseService(Base):
    """Addresses that the newest launch named for a course, and the registration whose keys open them.

    Empty addresses: the platform does not offer the service, the feature is off.
    """

    __tablename__ = "course_services"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"))
    memberships_url: Mapped[str] = mapped_column(String(2000), default="")
    lineitems_url: Mapped[str] = mapped_column(String(2000), default="")
    grade_scopes: Mapped[list[Any]] = mapped_column(default=list)
    seen_at: Mapped[datetime]

    @property
    def takes_columns(self) -> bool:
        """Whether columns of the gradebook may be made and filled, not only read (AGS 3.1)."""
        return bool(self.lineitems_url) and {LINEITEM_SCOPE, SCORE_SCOPE} <= set(self.grade_scopes)


class AccessToken(Base):
    """A token for a registration's services, shared by all processes; encrypted at rest.

    Times are the machine's.
    """

    __tablename__ = "access_tokens"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    scopes: Mapped[str] = mapped_column(String(500), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text, default="")
    good_until: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
