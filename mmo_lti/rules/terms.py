"""By when single papers are due, and since when they are overdue (R7.7, R13.5, R13.6, R14, R16.1).

A term's day is its last: what comes by 23:59:59 local is in time (`clocktime.late_days`), and a state
changes at 00:00 of the next day. Terms «in working days» do not count the day they start on.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from mmo_lti.rules.settings import Settings
from mmo_lti.rules.states import PlanState, ReportState
from mmo_lti.rules.workdays import NO_TRANSFERS, Transfers, add_working_days
from mmo_lti.rules.year import AcademicYear


@dataclass(frozen=True)
class PlanFact:
    """The plan of a year: its newest version's state, and whether an earlier version is in force.

    `due` is the year's day (`duties.plan_due`), `submitted_on` the day of the last submission.
    """

    state: PlanState | None  # None: no draft yet
    due: date | None
    has_agreed: bool = False
    submitted_on: date | None = None
    returned_on: date | None = None


@dataclass(frozen=True)
class ProtocolFact:
    """The protocol of one held meeting; `due` comes from `protocol_due`, `key` names it in notices."""

    key: str
    held_on: date
    due: date
    number: int | None = None
    lodged: bool = False  # lodged or accepted, not returned, now
    accepted: bool = False
    lodged_on: date | None = None  # the last lodging
    returned_on: date | None = None  # the last return, while it is returned


@dataclass(frozen=True)
class ReportFact:
    """The report of a year. `due` is `duties.report_due`; None where none is owed."""

    state: ReportState
    due: date | None
    first_submitted_on: date | None = None
    returned_on: date | None = None  # the last return, while it is not sent again


def protocol_due(
    held_on: date, year: AcademicYear, settings: Settings, report_due: date | None = None
) -> date:
    """The last day for lodging the protocol of a meeting: `protocol_days` calendar days after it.

    Not after the report's term (of the association, else of the year) for a meeting held up to that term.
    """
    due = held_on + timedelta(days=settings.protocol_days)
    report = report_due or settings.report_due.in_year(year)
    return min(due, report) if held_on <= report else due


def protocol_fix_due(returned_on: date, settings: Settings, transfers: Transfers = NO_TRANSFERS) -> date:
    """The last day for lodging a returned protocol again."""
    return add_working_days(returned_on, settings.protocol_fix_days, transfers)


def protocol_term(fact: ProtocolFact, settings: Settings, transfers: Transfers = NO_TRANSFERS) -> date:
    """The last day that matters now: of mending if the protocol was returned, else of the first lodging."""
    if fact.returned_on is not None and not fact.lodged:
        return protocol_fix_due(fact.returned_on, settings, transfers)
    return fact.due


def protocol_review_due(lodged_on: date, settings: Settings, transfers: Transfers = NO_TRANSFERS) -> date:
    """The last day for the coordinator's review (R13.6)."""
    return add_working_days(lodged_on, settings.protocol_review_days, transfers)


def plan_review_due(submitted_on: date, settings: Settings, transfers: Transfers = NO_TRANSFERS) -> date:
    """The last day for the director before a reminder (R7.7)."""
    return add_working_days(submitted_on, settings.director_days, transfers)


def plan_fix_due(returned_on: date, settings: Settings, transfers: Transfers = NO_TRANSFERS) -> date:
    """The last day for sending a returned plan again (R16.1)."""
    return add_working_days(returned_on, settings.plan_fix_days, transfers)


def report_fix_due(returned_on: date, settings: Settings, transfers: Transfers = NO_TRANSFERS) -> date:
    """The last day for mending a returned report (R14.2); later is still in time, marked as mended late."""
    return add_working_days(returned_on, settings.report_fix_days, transfers)


def plan_overdue_from(plan: PlanFact, settings: Settings, transfers: Transfers = NO_TRANSFERS) -> date | None:
    """The first day on which a plan is overdue; None while it waits for the director, is agreed or not owed.

    A returned plan has its days to mend, though never less time than the expected day gives (R16.1).
    """
    if plan.due is None or plan.has_agreed or plan.state in (PlanState.SUBMITTED, PlanState.AGREED):
        return None
    last = plan.due
    if plan.returned_on is not None:
        last = max(last, plan_fix_due(plan.returned_on, settings, transfers))
    return last + timedelta(days=1)


def report_overdue_from(report: ReportFact) -> date | None:
    """The first day on which a report is overdue; None once it was sent for the first time, or is not owed.

    A report sent in time and returned later never becomes overdue (R14.2).
    """
    if report.due is None or report.first_submitted_on is not None:
        return None
    return report.due + timedelta(days=1)


def days_overdue(today: date, last_day: date) -> int:
    """By how many days a term is over; 0 up to its last day."""
    return max(0, (today - last_day).days)


def request_overdue(requested_on: date, today: date, settings: Settings) -> bool:
    """Whether a request to join has waited `request_days` and falls to the coordinator too (membership)."""
    return (today - requested_on).days > settings.request_days


def no_access_passed(without_access_since: date, today: date, settings: Settings) -> bool:
    """Whether a member without access has stopped counting: `no_access_days` have passed."""
    return (today - without_access_since).days > settings.no_access_days
