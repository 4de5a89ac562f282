"""Who stands on a meeting's list, who will come, who came, and the guests (R11, R13)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Attendance, AttendanceMark, Guest, Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Person, Post
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MeetingState, MembershipState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.meeting_protocol import check_open
from mmo_lti.services.permission import require
from mmo_lti.services.scope import centre_of, check_centre, hold, local_today
from mmo_lti.services.state_change import note
from mmo_lti.services.term import day_of_meeting
from mmo_lti.services.year_settings import settings_for


@dataclass(frozen=True)
class GuestFields:
    """A guest by name and position, as the protocol prints them."""

    name: str
    position: str = ""


def rsvp(session: Session, actor: Actor, meeting: Meeting, coming: bool, now: datetime) -> Attendance:
    """A member says whether they will come, until the meeting begins; `meeting.rsvp_closed` otherwise."""
    check_centre(actor, meeting)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.EVENT_SIGN_UP, today, meeting.association)
    begun = meeting.starts_at is None or meeting.starts_at <= now
    if meeting.state is not MeetingState.PLANNED or meeting.called_at is None or begun:
        raise RuleError("meeting.rsvp_closed")
    hold(session, meeting)
    ensure_list(session, meeting, today)
    row = next((row for row in meeting.attendance if row.person_id == actor.person_id), None)
    if row is None:
        raise RuleError("attendance.not_listed")
    row.mark = AttendanceMark.COMING if coming else AttendanceMark.NOT_COMING
    row.marked_at = now
    note(session, actor, meeting, f"attendance.{row.mark.value}", now)
    return row


def mark(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    present: Collection[int],
    now: datetime,
    *,
    shown: Collection[int] | None = None,
) -> list[Attendance]:
    """Mark who of the list was present (person ids); the others were absent.

    `shown` are those who stood there as present when `present` was ticked: who checked in since then stays.
    Refused: `meeting.not_yet` (day), `attendance.not_listed` (count), `protocol.lodged` (number),
    `meeting.cancelled`.
    """
    check_centre(actor, meeting)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ATTENDANCE_DRAFT, today, meeting.association)
    hold(session, meeting)
    check_day_has_come(session, meeting, today)
    check_open(session, meeting)
    ensure_list(session, meeting, today)
    mark_rows(meeting, present, now, shown)
    note(session, actor, meeting, "attendance.mark", now)
    return meeting.attendance


def set_guests(
    session: Session, actor: Actor, meeting: Meeting, guests: Iterable[GuestFields], now: datetime
) -> list[Guest]:
    """Replace the guests; `guests.not_allowed` where the centre's settings admit none."""
    check_centre(actor, meeting)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ATTENDANCE_DRAFT, today, meeting.association)
    hold(session, meeting)
    check_open(session, meeting)
    rows = [
        Guest(
            centre_id=meeting.centre_id,
            meeting_id=meeting.id,
            name=typed_text.line(guest.name, "guest", 300),
            position=typed_text.line(guest.position, "position", 300),
        )
        for guest in guests
    ]
    rows = [row for row in rows if row.name]
    if rows and not settings_for(session, centre_of(session, actor), meeting.year).guests:
        raise RuleError("guests.not_allowed")
    for old in meeting.guests:
        session.delete(old)
    session.add_all(rows)
    session.flush()
    session.refresh(meeting, ["guests"])
    note(session, actor, meeting, "guests.set", now)
    return meeting.guests


def ensure_list(session: Session, meeting: Meeting, today: date) -> None:
    """Bring the list up to those who belong: who joined is added, who left unmarked goes.

    On the meeting's day and later the list is of those who belonged that day. To the end of the year of its
    adoption, proposed people of an adopted association stand on it as members (R2.5).
    """
    members = belonging(session, meeting, today)
    listed = {row.person_id: row for row in meeting.attendance}
    for person_id, row in listed.items():
        if person_id not in members and row.mark is not AttendanceMark.PRESENT:
            session.delete(row)
    for person_id in sorted(members - set(listed)):
        session.add(
            Attendance(
                centre_id=meeting.centre_id,
                meeting_id=meeting.id,
                person_id=person_id,
                mark=AttendanceMark.INVITED,
            )
        )
    session.flush()
    session.refresh(meeting, ["attendance"])


def expected(session: Session, meeting: Meeting, today: date) -> list[Attendance]:
    """The list by name, people's posts loaded: before the meeting as `ensure_list` would bring it up.

    Nothing is written; once the meeting was held, or cancelled, the list is what it is.
    """
    listed = {row.person_id: row for row in meeting.attendance}
    kept = set(listed)
    if meeting.state is MeetingState.PLANNED:
        kept = {one for one, row in listed.items() if row.mark is AttendanceMark.PRESENT}
        kept |= belonging(session, meeting, today)
    people = session.scalars(
        select(Person)
        .where(Person.centre_id == meeting.centre_id, Person.id.in_(kept))
        .options(selectinload(Person.posts).selectinload(Post.organisation))
        .order_by(Person.sort_key, Person.id)
    )
    return [
        listed.get(person.id)
        or Attendance(
            centre_id=meeting.centre_id, person_id=person.id, person=person, mark=AttendanceMark.INVITED
        )
        for person in people
    ]


def refresh_called(session: Session, association: Association, today: date) -> list[Meeting]:
    """Bring the lists of called meetings that lie ahead up to who belongs now; those meetings."""
    called = session.scalars(
        select(Meeting).where(
            Meeting.centre_id == association.centre_id,
            Meeting.association_id == association.id,
            Meeting.state == MeetingState.PLANNED,
            Meeting.called_at.is_not(None),
            Meeting.day >= today,
        )
    ).all()
    for meeting in called:
        ensure_list(session, meeting, today)
    return list(called)


def mark_rows(
    meeting: Meeting, present: Collection[int], now: datetime, shown: Collection[int] | None = None
) -> None:
    """Set the marks of a list; `attendance.not_listed` (count) for people who do not stand on it.

    With `shown` (see `mark`) only what was changed on the form counts; the rest is as it became meanwhile.
    """
    unknown = set(present) - {row.person_id for row in meeting.attendance}
    if unknown:
        raise RuleError("attendance.not_listed", count=len(unknown))
    for row in meeting.attendance:
        came = row.person_id in present
        if shown is not None and came == (row.person_id in shown):
            came = row.mark is AttendanceMark.PRESENT
        set_mark(row, AttendanceMark.PRESENT if came else AttendanceMark.ABSENT, now)


def set_mark(row: Attendance, becomes: AttendanceMark, now: datetime) -> None:
    """Give a line its mark; one that it has keeps its moment."""
    if row.mark is not becomes:
        row.mark, row.marked_at = becomes, now


def check_day_has_come(session: Session, meeting: Meeting, today: date) -> date:
    """The meeting's day, today or past; else `meeting.not_yet` (day), `.when_missing`, `.cancelled`."""
    if meeting.state is MeetingState.CANCELLED:
        raise RuleError("meeting.cancelled")
    day = day_of_meeting(session, meeting)
    if day is None:
        raise RuleError("meeting.when_missing")
    if day > today:
        raise RuleError("meeting.not_yet", day=day)
    return day


def members_present(meeting: Meeting) -> int:
    """How many members were there; guests are apart (R13.2)."""
    return sum(row.mark is AttendanceMark.PRESENT for row in meeting.attendance)


def belonging(session: Session, meeting: Meeting, today: date, *, only: int | None = None) -> set[int]:
    """Ids of the people whom the meeting's list has, see `ensure_list`; `only` asks for one of them."""
    day = min(today, day_of_meeting(session, meeting) or today)
    adopted = meeting.association.started_using
    first_year = adopted is not None and AcademicYear.of(adopted).start == meeting.year
    query = select(Membership.person_id, Membership.state, Membership.member_since).where(
        Membership.centre_id == meeting.centre_id,
        Membership.association_id == meeting.association_id,
    )
    if only is not None:
        query = query.where(Membership.person_id == only)
    found = set()
    for person_id, state, since in session.execute(query).all():
        if state in {MembershipState.MEMBER, MembershipState.SUSPENDED}:
            if first_year or since is None or since <= day:
                found.add(person_id)
        elif state is MembershipState.PROPOSED and first_year:
            found.add(person_id)
    return found
