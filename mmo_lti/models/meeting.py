"""Meetings and other events, their agenda and who came (R11)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.association import Association
from mmo_lti.models.base import Base, Named
from mmo_lti.models.person import Person
from mmo_lti.rules.activity import Level
from mmo_lti.rules.states import MeetingState


class Meeting(Base):
    """A meeting (заседание), or another event, of one association in one year.

    `called_at` is set by «Пригласить»: from then on the meeting is an event in Moodle (`uid` is its marker,
    `models.meeting_event` what Moodle answered).
    """

    __tablename__ = "meetings"
    __table_args__ = (
        UniqueConstraint("association_id", "year", "number"),
        UniqueConstraint("centre_id", "check_in_code"),
        Index(None, "centre_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"))
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    """In addresses: `/a/CODE/2026-27/meetings/N`; not the protocol's number."""
    is_meeting: Mapped[bool] = mapped_column(default=True)
    for_young: Mapped[bool] = mapped_column(default=False)
    level: Mapped[Level | None] = mapped_column(Named(Level))
    """Of an event that is no meeting: «municipal» and above stand in section 5 of the report."""
    form: Mapped[str] = mapped_column(String(200))
    topic: Mapped[str] = mapped_column(String(300))
    place: Mapped[str] = mapped_column(String(300), default="")
    month: Mapped[int | None]
    day: Mapped[date | None]
    """Local day; kept beside `starts_at` once the hour is fixed, alone before that."""
    starts_at: Mapped[datetime | None]
    minutes: Mapped[int] = mapped_column(default=90)
    state: Mapped[MeetingState] = mapped_column(Named(MeetingState), default=MeetingState.PLANNED)
    called_at: Mapped[datetime | None]
    held_marked_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(1000), default="")
    item_uid: Mapped[str | None] = mapped_column(String(36))
    """Line of the plan; empty: «вне плана»."""
    go_code: Mapped[str | None] = mapped_column(String(32), unique=True)
    """CODE of `/go/CODE` in the QR code for checking in; stays when the meeting moves: it may be printed."""
    check_in_code: Mapped[str | None] = mapped_column(String(6))
    """Six digits that whoever is in the room types; each moment of each meeting has its own."""

    association: Mapped[Association] = relationship()
    agenda: Mapped[list[AgendaItem]] = relationship(back_populates="meeting", order_by="AgendaItem.position")
    attendance: Mapped[list[Attendance]] = relationship(back_populates="meeting")
    guests: Mapped[list[Guest]] = relationship(order_by="Guest.id")
    moves: Mapped[list[MeetingMove]] = relationship(order_by="MeetingMove.id")


class MeetingMove(Base):
    """A move (перенос) within the year: from, to, reason."""

    __tablename__ = "meeting_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    old_starts_at: Mapped[datetime | None]
    new_starts_at: Mapped[datetime]
    old_place: Mapped[str] = mapped_column(String(300), default="")
    new_place: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(String(1000), default="")
    moved_at: Mapped[datetime]


class AgendaItem(Base):
    """A question of the agenda with what was heard and decided about it.

    `wording` begins with «О» or «Об»; votes are empty until somebody counted them.
    """

    __tablename__ = "agenda_items"
    __table_args__ = (UniqueConstraint("meeting_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    position: Mapped[int]
    wording: Mapped[str] = mapped_column(String(500))
    speaker: Mapped[str] = mapped_column(String(300), default="")
    heard: Mapped[str] = mapped_column(Text, default="")
    discussed: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str] = mapped_column(Text, default="")
    responsible: Mapped[str] = mapped_column(String(300), default="")
    due: Mapped[date | None]
    unanimous: Mapped[bool] = mapped_column(default=False)
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    votes_abstained: Mapped[int | None]

    meeting: Mapped[Meeting] = relationship(back_populates="agenda")


class AttendanceMark(StrEnum):
    """What is known of one person and one meeting."""

    INVITED = "invited"
    COMING = "coming"
    NOT_COMING = "not_coming"
    PRESENT = "present"
    ABSENT = "absent"


class Attendance(Base):
    """One person on a meeting's list; the mark in the system and the signature on paper are one presence."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    mark: Mapped[AttendanceMark] = mapped_column(Named(AttendanceMark), default=AttendanceMark.INVITED)
    marked_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    """When the person themselves said that they are there; whether they count says `mark` alone."""

    meeting: Mapped[Meeting] = relationship(back_populates="attendance")
    person: Mapped[Person] = relationship()


class Guest(Base):
    """A guest of a meeting, by name and position; guests do not vote."""

    __tablename__ = "guests"

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    name: Mapped[str] = mapped_column(String(300))
    position: Mapped[str] = mapped_column(String(300), default="")
