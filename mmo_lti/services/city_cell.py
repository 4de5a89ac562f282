"""One cell of the city's page: how an association stands with one of its duties, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from mmo_lti.rules.pace import Pace, PaceResult
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.states import PlanState, ReportState
from mmo_lti.rules.terms import (
    days_overdue,
    plan_fix_due,
    plan_overdue_from,
    plan_review_due,
    protocol_review_due,
    protocol_term,
    report_overdue_from,
)
from mmo_lti.services import link
from mmo_lti.services.member_count import Count
from mmo_lti.services.pace import pace_from
from mmo_lti.services.year_rows import YearRows


class Mark(IntEnum):
    """How good it is, best first; shown as mark, word and colour together."""

    NOT_DUE = 0
    GOOD = 1
    WAITING = 2
    """The turn is the centre's: a plan to agree, a protocol to review."""
    ATTENTION = 3
    BAD = 4


@dataclass(frozen=True)
class Cell:
    """`code` names the sentence (`city.plan.overdue`), `params` fill it in; `due` is the last day, if any."""

    code: str
    mark: Mark
    path: str
    params: Mapping[str, object] = field(default_factory=dict)
    due: date | None = None


_PACE_MARKS = {
    Pace.NOT_REQUIRED: Mark.NOT_DUE,
    Pace.MET: Mark.GOOD,
    Pace.ON_TRACK: Mark.GOOD,
    Pace.AWAITING_PROTOCOLS: Mark.ATTENTION,
    Pace.MET_LATE: Mark.ATTENTION,
    Pace.BEHIND: Mark.BAD,
    Pace.AT_RISK: Mark.BAD,
    Pace.FAILED: Mark.BAD,
}


def members_cell(rows: YearRows, count: Count, settings: Settings) -> Cell:
    """Members against the minimum (R2.4); people of an adopted association may have yet to confirm (R2.5)."""
    path = f"{link.association_path(rows.association)}/members"
    params = {"count": count.counted, "minimum": settings.min_members, "total": count.total}
    if count.counted >= settings.min_members:
        return Cell("city.members.enough", Mark.GOOD, path, params)
    if rows.association.started_using is not None and count.total >= settings.min_members:
        return Cell("city.members.unconfirmed", Mark.ATTENTION, path, params)
    return Cell("city.members.below", Mark.BAD, path, params)


def plan_cell(rows: YearRows, today: date) -> Cell:
    """The plan of the year (R16.1, R7.7)."""
    path = link.plan_path(rows.association, rows.frame.year.start)
    fact, settings, transfers = rows.plan_fact(), rows.frame.settings, rows.frame.transfers
    if fact.state is PlanState.SUBMITTED and fact.submitted_on is not None:
        due = plan_review_due(fact.submitted_on, settings, transfers)
        return Cell("city.plan.waiting", Mark.WAITING, path, {"since": fact.submitted_on}, due)
    if fact.has_agreed:
        return Cell("city.plan.agreed", Mark.GOOD, path)
    if fact.due is None:
        return Cell("city.plan.not_due", Mark.NOT_DUE, path)
    overdue_from = plan_overdue_from(fact, settings, transfers)
    if overdue_from is not None and today >= overdue_from:
        days = (today - overdue_from).days + 1
        return Cell("city.plan.overdue", Mark.BAD, path, {"days": days}, fact.due)
    if fact.returned_on is not None:
        due = max(fact.due, plan_fix_due(fact.returned_on, settings, transfers))
        return Cell("city.plan.returned", Mark.ATTENTION, path, due=due)
    return Cell("city.plan.missing", Mark.ATTENTION, path, due=fact.due)


def meetings_cell(rows: YearRows, today: date) -> Cell:
    """The pace of meetings (R12)."""
    result = pace_from(rows, today)
    due = next((day for day in rows.duties.checkpoints if day >= today), None)
    path = link.association_path(rows.association)
    return Cell(f"city.pace.{result.state.code}", _PACE_MARKS[result.state], path, _counts(result), due)


def _counts(result: PaceResult) -> dict[str, object]:
    return {
        "held": result.held,
        "counted": result.counted,
        "ahead": result.ahead,
        "expected": result.due,
        "needed": result.needed,
    }


def protocols_cell(rows: YearRows, today: date) -> Cell:
    """Protocols of held meetings: the worst of them decides (R16.4, R13.6)."""
    settings, transfers = rows.frame.settings, rows.frame.transfers
    facts = [fact for _meeting, _protocol, fact in rows.protocol_facts()]
    path = next(_protocol_paths(rows), f"{link.association_path(rows.association)}/documents")
    lodged = sum(fact.lodged for fact in facts)
    params: dict[str, object] = {
        "held": len(facts),
        "lodged": lodged,
        "accepted": sum(fact.accepted for fact in facts),
    }
    if not facts:
        return Cell("city.protocols.none", Mark.NOT_DUE, path, params)
    terms = [protocol_term(fact, settings, transfers) for fact in facts if not fact.lodged]
    late = [term for term in terms if today > term]
    if late:
        params |= {"overdue": len(late), "days": days_overdue(today, min(late))}
        return Cell("city.protocols.overdue", Mark.BAD, path, params, min(late))
    if terms:
        return Cell("city.protocols.due", Mark.ATTENTION, path, params, min(terms))
    reviews = [
        protocol_review_due(fact.lodged_on, settings, transfers)
        for fact in facts
        if not fact.accepted and fact.lodged_on is not None
    ]
    if reviews:
        return Cell("city.protocols.waiting", Mark.WAITING, path, params, min(reviews))
    return Cell("city.protocols.all", Mark.GOOD, path, params)


def _protocol_paths(rows: YearRows) -> Iterator[str]:
    """Where the cell leads: to what is not lodged first, then to what is not accepted."""
    facts = sorted(rows.protocol_facts(), key=lambda found: (found[2].lodged, found[2].accepted))
    for meeting, protocol, fact in facts:
        if not fact.accepted:
            association = rows.association
            yield (
                link.protocol_path(association, protocol)
                if protocol
                else link.meeting_path(association, meeting)
            )


def report_cell(rows: YearRows, today: date) -> Cell:
    """The report of the year (R14)."""
    path = link.report_path(rows.association, rows.frame.year.start)
    fact, settings = rows.report_fact(), rows.frame.settings
    late = rows.report.days_late if rows.report else 0
    if fact.state is ReportState.ACCEPTED:
        return Cell("city.report.accepted", Mark.GOOD, path, {"days_late": late})
    if fact.state is ReportState.SUBMITTED:
        return Cell("city.report.waiting", Mark.WAITING, path, {"days_late": late})
    if fact.due is None:
        return Cell("city.report.not_due", Mark.NOT_DUE, path)
    if fact.returned_on is not None:
        due = rows.report_mend_by()
        return Cell("city.report.returned", Mark.ATTENTION, path, due=due)
    overdue_from = report_overdue_from(fact)
    if overdue_from is not None and today >= overdue_from:
        return Cell("city.report.overdue", Mark.BAD, path, {"days": days_overdue(today, fact.due)}, fact.due)
    soon = (fact.due - today).days <= max(settings.report_reminders)
    return Cell("city.report.due", Mark.ATTENTION if soon else Mark.NOT_DUE, path, due=fact.due)
