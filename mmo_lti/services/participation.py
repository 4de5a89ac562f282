"""Participation in Moodle's gradebook: how many of the year's events each member attended (AGS).

An association's leader switches it on; grades go to every course where the association has a group and the
platform offers its gradebook.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.course import Course, GroupLink
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.meeting import Attendance, AttendanceMark, Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Account
from mmo_lti.rules.action import Action
from mmo_lti.rules.states import AssociationState, MeetingState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import grade, journal, outbox
from mmo_lti.services.actor import Actor
from mmo_lti.services.group_link import ALIVE
from mmo_lti.services.membership_move import STANDING
from mmo_lti.services.moodle_words import grade_name
from mmo_lti.services.permission import require
from mmo_lti.services.scope import check_centre, hold, local_today

KIND = "send_grades"
MAXIMUM = 100.0
"""The best grade: every event attended."""


@dataclass(frozen=True)
class Taken:
    """Events of the year that count for a person, and how many of them they attended."""

    attended: int
    counted: int

    @property
    def grade(self) -> float:
        """The share as a grade of `MAXIMUM`, to one decimal."""
        return round(MAXIMUM * self.attended / self.counted, 1)


@dataclass(frozen=True)
class Book:
    """The gradebook of a course: whether the newest launch let us make a column there and fill it."""

    course: Course
    opens: bool


def switch_grades(session: Session, actor: Actor, association: Association, on: bool, now: datetime) -> None:
    """Send participation to Moodle's gradebook from now on, or no longer; grades that are there stay."""
    check_centre(actor, association)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.GRADES_SWITCH, today, association)
    hold(session, association)
    if association.grades_on == on:
        return
    association.grades_on = on
    state = {True: "on", False: "off"}
    journal.record(
        session,
        actor,
        Action.GRADES_SWITCH,
        association,
        now,
        association_id=association.id,
        old=state[not on],
        new=state[on],
    )
    if on:
        outbox.want(session, association.centre_id, KIND, association.id, now)


def send_again(session: Session, actor: Actor, association: Association, now: datetime) -> None:
    """Send at once what waits, and once more what the platform refused: a role in Moodle was put right."""
    check_centre(actor, association)
    require(session, actor, Action.GRADES_SWITCH, local_today(session, actor.centre_id, now), association)
    if not association.grades_on:
        return
    grade.send_refused_again(session, association.id)
    journal.record(session, actor, "grades_again", association, now, association_id=association.id)
    outbox.want(session, association.centre_id, KIND, association.id, now)


def books_of(session: Session, association: Association) -> list[Book]:
    """The connected courses where the association has a group, in the order of their ids."""
    query = (
        select(Course, CourseService)
        .join(GroupLink, GroupLink.course_id == Course.id)
        .outerjoin(CourseService, CourseService.course_id == Course.id)
        .where(
            GroupLink.centre_id == association.centre_id,
            GroupLink.association_id == association.id,
            GroupLink.state.in_(ALIVE),
            Course.connected_at.is_not(None),
        )
        .order_by(Course.id)
    )
    found = {
        course.id: Book(course, bool(offered and offered.takes_columns))
        for course, offered in session.execute(query)
    }
    return list(found.values())


def participation(session: Session, association: Association, day: date) -> dict[int, Taken]:
    """By person, of the events held in the academic year of a day: on whose list they stood, and came."""
    year = AcademicYear.of(day)
    rows = session.execute(
        select(Attendance.person_id, Attendance.mark)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(
            Meeting.centre_id == association.centre_id,
            Meeting.association_id == association.id,
            Meeting.year == year.start,
            Meeting.state == MeetingState.HELD,
            Attendance.mark.in_([AttendanceMark.PRESENT, AttendanceMark.ABSENT]),
        )
    )
    marks: dict[int, list[AttendanceMark]] = defaultdict(list)
    for person_id, mark in rows:
        marks[person_id].append(mark)
    return {
        person: Taken(sum(mark is AttendanceMark.PRESENT for mark in found), len(found))
        for person, found in marks.items()
    }


def want_grades(session: Session, association_id: int, now: datetime) -> list[int]:
    """Bring the wished grades of the association's members up to date; returns the columns to send.

    Nothing where the switch is off or the association is not at work. The same grades again change nothing.
    """
    association = session.get(Association, association_id)
    if association is None or not association.grades_on or association.state is not AssociationState.ACTIVE:
        return []
    day = local_today(session, association.centre_id, now)
    taken = participation(session, association, day)
    subs = _subs(session, association)
    columns = []
    for course_id in _books(session, association):
        label = grade_name(association)
        column = grade.want_column(
            session, association.centre_id, course_id, association.id, association.uid, label, MAXIMUM
        )
        for person_id, found in taken.items():
            for sub in subs.get(person_id, ()):
                grade.want_grade(session, column, sub, found.grade, now)
        columns.append(column.id)
    return columns


def associations_with_grades(session: Session, centre_id: int) -> list[int]:
    """The associations of a centre whose leaders switched grades on."""
    query = select(Association.id).where(Association.centre_id == centre_id, Association.grades_on.is_(True))
    return list(session.scalars(query.order_by(Association.id)))


def _books(session: Session, association: Association) -> list[int]:
    """Courses where the association has a group and the platform lets us write into its gradebook."""
    return [book.course.id for book in books_of(session, association) if book.opens]


def _subs(session: Session, association: Association) -> dict[int, list[str]]:
    """Accounts of the association's members, by person."""
    rows = session.execute(
        select(Account.person_id, Account.sub)
        .join(Membership, Membership.person_id == Account.person_id)
        .where(
            Membership.centre_id == association.centre_id,
            Membership.association_id == association.id,
            Membership.state.in_(STANDING),
            Account.centre_id == association.centre_id,
        )
        .order_by(Account.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for person_id, sub in rows:
        found[person_id].append(sub)
    return found
