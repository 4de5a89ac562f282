"""Which event of which course shows a meeting: an association may have groups in several courses."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mmo_lti.models.base import Base


class MeetingEvent(Base):
    """The Moodle event of a called meeting in one course, as Moodle last answered."""

    __tablename__ = "meeting_events"
    __table_args__ = (UniqueConstraint("meeting_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    event_id: Mapped[int]
