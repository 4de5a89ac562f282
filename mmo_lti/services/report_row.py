"""The row of a report: one per association and year, begun once, taken up again after a return."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.report import Report
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.actor import Actor
from mmo_lti.services.state_change import change_state

SENT = frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED})
"""States in which rows and words are frozen."""


def report_of(session: Session, association: Association, year: AcademicYear) -> Report | None:
    """The report of a year, or none begun."""
    return session.scalar(
        select(Report).where(
            Report.centre_id == association.centre_id,
            Report.association_id == association.id,
            Report.year == year.start,
        )
    )


def ensure_report(session: Session, association: Association, year: AcademicYear, today: date) -> Report:
    """The row of a year's report; `report.too_early` (year, since) before its year has begun."""
    if today < year.first_day:
        raise RuleError("report.too_early", year=str(year), since=year.first_day)
    found = report_of(session, association, year)
    if found is not None:
        return found
    report = Report(
        centre_id=association.centre_id,
        association_id=association.id,
        year=year.start,
        state=ReportState.NONE,
        gathered={},
        words={},
        words_seen={},
    )
    try:
        with session.begin_nested():
            session.add(report)
    except IntegrityError:  # two people began it at once, and the other one was faster
        found = report_of(session, association, year)
        if found is None:
            raise
        return found
    return report


def reopen(session: Session, actor: Actor, report: Report, now: datetime) -> None:
    """A returned report becomes a draft again before anything in it changes."""
    if report.state is ReportState.RETURNED:
        change_state(session, actor, report, ReportState.DRAFT, "report.take_up", now)
