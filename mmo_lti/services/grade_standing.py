"""How the grades of an association stand in Moodle's gradebook, as its leader reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.course import Course
from mmo_lti.models.grade import Grade, GradeColumn
from mmo_lti.models.person import Account, Person
from mmo_lti.rules.action import Action
from mmo_lti.services.actor import Actor
from mmo_lti.services.participation import Book, books_of
from mmo_lti.services.permission import require
from mmo_lti.services.scope import check_centre, local_today


class Trouble(StrEnum):
    """Why a column as a whole does not go through."""

    NONE = ""
    CLOSED = "closed"
    """The platform does not let us write into the gradebook; its administrator can."""
    CUT_OFF = "cut_off"
    """The platform or its deployment is switched off on our side."""
    SILENT = "silent"
    """The platform gave no usable answer; it is asked again by itself."""


@dataclass(frozen=True)
class ColumnStanding:
    """One course: grades that arrived, that wait, and the people whose grade the platform refused."""

    course: Course
    arrived: int
    waiting: int
    refused: tuple[Person, ...]
    sent_at: datetime | None
    trouble: Trouble


@dataclass(frozen=True)
class GradeStanding:
    """The switch and what became of the grades, course by course; none: no group in a connected course."""

    on: bool
    columns: tuple[ColumnStanding, ...]

    @property
    def closed(self) -> list[Course]:
        """The courses whose gradebook the platform keeps shut."""
        return [one.course for one in self.columns if one.trouble is Trouble.CLOSED]

    @property
    def open(self) -> bool:
        """Whether there is a gradebook to send to."""
        return len(self.closed) < len(self.columns)

    @property
    def refused(self) -> bool:
        """Whether the platform refused anybody's grade for good."""
        return any(one.refused for one in self.columns)


def standing_of_grades(
    session: Session, actor: Actor, association: Association, now: datetime
) -> GradeStanding:
    """The switch and what was sent, for whoever may switch."""
    check_centre(actor, association)
    require(session, actor, Action.GRADES_SWITCH, local_today(session, actor.centre_id, now), association)
    columns = {
        one.course_id: one
        for one in session.scalars(
            select(GradeColumn).where(
                GradeColumn.centre_id == association.centre_id, GradeColumn.association_id == association.id
            )
        )
    }
    books = books_of(session, association)
    return GradeStanding(
        association.grades_on,
        tuple(_standing(session, book, columns.get(book.course.id)) for book in books),
    )


def _standing(session: Session, book: Book, column: GradeColumn | None) -> ColumnStanding:
    found = session.scalars(select(Grade).where(Grade.column_id == column.id)).all() if column else []
    times = [one.sent_at for one in found if one.sent_at]
    refused = [one.sub for one in found if one.failure]
    return ColumnStanding(
        book.course,
        arrived=len(times),
        waiting=len(found) - len(times) - len(refused),
        refused=tuple(_people(session, book.course.centre_id, refused)),
        sent_at=max(times, default=None),
        trouble=_trouble(book, column),
    )


def _people(session: Session, centre_id: int, subs: Iterable[str]) -> list[Person]:
    query = (
        select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Account.centre_id == centre_id, Account.sub.in_(list(subs)))
        .order_by(Person.sort_key, Person.id)
        .distinct()
    )
    return list(session.scalars(query))


def _trouble(book: Book, column: GradeColumn | None) -> Trouble:
    if not book.opens:
        return Trouble.CLOSED
    if column is None or not column.failure:
        return Trouble.NONE
    if column.failure == "disabled":
        return Trouble.CUT_OFF
    closed = {"not_offered", "scope_not_offered", "scope_not_granted"}
    return Trouble.CLOSED if column.failure in closed else Trouble.SILENT
