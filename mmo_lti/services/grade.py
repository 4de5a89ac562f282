"""Participation for Moodle's gradebook: what is wanted, and what was sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from mmo_lti.models.grade import Grade, GradeColumn

ASKING = timedelta(seconds=60)
"""After this time a process that makes a line item has died."""
TICK = timedelta(seconds=1)
"""By how much a person's grades in a column are apart: Moodle keeps whole seconds, and refuses the second
grade of one second with the same answer as an older grade (409)."""


def want_column(
    session: Session,
    centre_id: int,
    course_id: int,
    association_id: int,
    uid: str,
    label: str,
    maximum: float,
) -> GradeColumn:
    """The column of an association in a course; `uid` is the association's stable id."""
    if maximum <= 0:
        raise ValueError("the best grade must be more than nothing")
    resource_id = f"mmo-{uid}"
    column = session.scalar(
        select(GradeColumn).where(GradeColumn.course_id == course_id, GradeColumn.resource_id == resource_id)
    )
    if column is None:
        column = GradeColumn(
            centre_id=centre_id,
            course_id=course_id,
            association_id=association_id,
            resource_id=resource_id,
            label=label,
            maximum=maximum,
        )
        session.add(column)
        session.flush()
    return column


def want_grade(session: Session, column: GradeColumn, sub: str, given: float, now: datetime) -> Grade:
    """Note what a person's grade should be; the same grade again sends nothing."""
    if given < 0:
        raise ValueError("a grade is not negative")
    grade = session.scalar(select(Grade).where(Grade.column_id == column.id, Grade.sub == sub))
    if grade is None:
        grade = Grade(centre_id=column.centre_id, column=column, sub=sub, given=given, at=now)
        session.add(grade)
    elif grade.given != given:
        grade.given = given
        grade.at = max(now, grade.at + TICK)
        grade.sent_at = None
        grade.failure = ""
    session.flush()
    return grade


def waiting(session: Session, column: GradeColumn) -> list[Grade]:
    """Grades that the platform has not taken yet and has not finally refused."""
    query = (
        select(Grade)
        .where(Grade.column_id == column.id, Grade.sent_at.is_(None), Grade.failure == "")
        .order_by(Grade.id)
    )
    return list(session.scalars(query))


def mark_sent(session: Session, grade_id: int, at: datetime, now: datetime, failure: str = "") -> None:
    """Note the platform's answer to the grade of the moment `at`; one that changed meanwhile still waits."""
    session.execute(
        update(Grade)
        .where(Grade.id == grade_id, Grade.at == at, Grade.sent_at.is_(None))
        .values(sent_at=None if failure else now, failure=failure)
    )


def mark_column(session: Session, column_id: int, failure: str) -> None:
    """Note why the whole column could not be sent; an empty word that it could."""
    session.execute(
        update(GradeColumn)
        .where(GradeColumn.id == column_id, GradeColumn.failure != failure)
        .values(failure=failure)
    )


def forget_line_item(session: Session, column_id: int) -> None:
    """The platform has the line item no more: the next one is empty, so that all grades wait again."""
    session.execute(update(GradeColumn).where(GradeColumn.id == column_id).values(url="", asked_at=None))
    session.execute(update(Grade).where(Grade.column_id == column_id).values(sent_at=None, failure=""))


def send_refused_again(session: Session, association_id: int) -> None:
    """Let the grades of an association wait again that the platform refused for good."""
    columns = select(GradeColumn.id).where(GradeColumn.association_id == association_id)
    session.execute(update(Grade).where(Grade.column_id.in_(columns), Grade.failure != "").values(failure=""))


def claim_column(session: Session, column_id: int, moment: datetime) -> bool:
    """Whether this process finds or makes the column's line item now; of several at once one does."""
    taken = session.execute(
        update(GradeColumn)
        .where(
            GradeColumn.id == column_id,
            GradeColumn.url == "",
            or_(GradeColumn.asked_at.is_(None), GradeColumn.asked_at <= moment - ASKING),
        )
        .values(asked_at=moment)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def keep_column(session: Session, column_id: int, url: str) -> None:
    """Store the line item's address; an empty one gives the claim back."""
    session.execute(update(GradeColumn).where(GradeColumn.id == column_id).values(url=url, asked_at=None))
