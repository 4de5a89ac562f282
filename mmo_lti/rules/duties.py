"""What an association owes in one academic year, and by when (R2.5, R7, R12, R14, «Dates, computed»)."""

from dataclasses import dataclass
from datetime import date, timedelta

from mmo_lti.rules.settings import Settings
from mmo_lti.rules.year import AcademicYear

DAYS_TO_PLAN = 30  # ours: after the order of creation, or the adoption
DAYS_TO_PROPOSE = 14  # ours: after the order of creation
DAYS_TO_REPORT_AFTER_CLOSING = 30  # ours


@dataclass(frozen=True)
class Duties:
    """The duties of one association in one year. A day that is None is not owed this year."""

    year: AcademicYear
    needed: int  # meetings, *n* of R12
    checkpoints: tuple[date, ...]
    pace_from: date
    failed_on: date
    meetings_until: date  # a meeting planned after it does not help the year's pace
    proposals_due: date | None
    plan_due: date | None
    report_due: date | None
    originals_due: date


def duties(
    year: AcademicYear,
    settings: Settings,
    *,
    created_on: date | None = None,
    adopted_on: date | None = None,
    closed_on: date | None = None,
) -> Duties:
    """The duties of an association in a year.

    `created_on` is the day of the order of creation, `adopted_on` the day of adoption of one older than
    the tool, `closed_on` the day on which closing or merging takes effect. All checkpoints not yet past on
    the day of the order count; after closing, those that were past on that day.
    """
    start = created_on or year.first_day
    days = tuple(day for point in settings.checkpoints if (day := point.in_year(year)) >= start)
    if closed_on is not None:
        days = tuple(day for day in days if day < closed_on)
    if adopted_on is not None and adopted_on > year.last_day:
        days = ()
    settling = max((d for d in (created_on, adopted_on) if d is not None), default=None)
    return Duties(
        year=year,
        needed=len(days),
        checkpoints=days,
        pace_from=_not_before(settings.pace_from.in_year(year), settling, DAYS_TO_PLAN),
        failed_on=settings.failed_on.in_year(year),
        meetings_until=settings.report_due.in_year(year),
        proposals_due=_within(
            year, closed_on, _not_before(settings.proposals_due.in_year(year), created_on, DAYS_TO_PROPOSE)
        ),
        plan_due=_within(
            year, closed_on, _not_before(settings.plan_due.in_year(year), settling, DAYS_TO_PLAN)
        ),
        report_due=_report_due(year, settings, len(days), adopted_on, closed_on),
        originals_due=settings.originals_due.in_year(year),
    )


def first_year(created_on: date) -> AcademicYear:
    """The first year of an association: that of its order, adopted or not (R2.5, R16.2)."""
    return AcademicYear.of(created_on)


def _not_before(day: date, since: date | None, grace: int) -> date:
    return day if since is None else max(day, since + timedelta(days=grace))


def _within(year: AcademicYear, closed_on: date | None, day: date) -> date | None:
    """A term that falls after the year or after the end of the association is not owed."""
    last = year.last_day if closed_on is None else min(year.last_day, closed_on)
    return day if day <= last else None


def _report_due(
    year: AcademicYear, settings: Settings, needed: int, adopted_on: date | None, closed_on: date | None
) -> date | None:
    due = settings.report_due.in_year(year)
    if needed == 0:
        return None
    if adopted_on is not None and due < adopted_on:
        return None
    if closed_on is not None:
        due = min(due, closed_on + timedelta(days=DAYS_TO_REPORT_AFTER_CLOSING))
    return due
