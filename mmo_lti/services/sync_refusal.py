"""Answers of Moodle refused since the last believed one, and which of them a coordinator confirmed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.course import Course
from mmo_lti.models.sync_run import CourseRoster, SyncRun

CONFIRMED = "confirmed"
"""Among the `params` of a refused run: a coordinator confirmed its number."""


def refused_runs(session: Session, course: Course) -> Sequence[SyncRun]:
    """Refused runs after the last believed answer, oldest first; runs that broke off do not end them."""
    read_at = select(CourseRoster.read_at).where(CourseRoster.course_id == course.id).scalar_subquery()
    scope = SyncRun.params["scope"].as_string()
    # An answer believed in spite of a failure is known by its moment, which a refused run may share.
    believed = select(func.max(SyncRun.id)).where(
        SyncRun.course_id == course.id,
        or_(SyncRun.ok.is_(True), and_(SyncRun.finished_at == read_at, scope.is_(None))),
    )
    return session.scalars(
        select(SyncRun)
        .where(
            SyncRun.course_id == course.id,
            SyncRun.id > func.coalesce(believed.scalar_subquery(), 0),
            scope.is_not(None),
        )
        .order_by(SyncRun.id)
    ).all()


def confirmed_numbers(session: Session, course: Course) -> dict[str, int]:
    """What was confirmed, by scope: one course may have to be confirmed in several respects."""
    runs = refused_runs(session, course)
    return {run.params["scope"]: run.params["now"] for run in runs if run.params.get(CONFIRMED)}
