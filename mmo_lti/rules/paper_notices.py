"""Notices that the terms of plan, protocols and report make due (R7.7, R13.5, R13.6, R14, R16.1)."""

from collections.abc import Iterator
from datetime import date, timedelta

from mmo_lti.rules.notice_due import WEEK, DueKind, NoticeDue, latest_mark, week_of
from mmo_lti.rules.permission import Role
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.states import PlanState, ReportState
from mmo_lti.rules.terms import (
    PlanFact,
    ProtocolFact,
    ReportFact,
    days_overdue,
    plan_overdue_from,
    plan_review_due,
    protocol_fix_due,
    protocol_review_due,
    protocol_term,
    report_fix_due,
    report_overdue_from,
)
from mmo_lti.rules.workdays import Transfers
from mmo_lti.rules.year import AcademicYear

LEADER = frozenset({Role.LEADER})
COORDINATOR = frozenset({Role.COORDINATOR})
LEADER_AND_COORDINATOR = LEADER | COORDINATOR
DIRECTOR = frozenset({Role.DIRECTOR})
MEMBERS = frozenset({Role.MEMBER})

PROPOSAL_MARKS = (14, 3)  # ours
PLAN_MARKS = (7, 1, 0)  # ours
ONE_DAY = timedelta(days=1)


def protocol_notices(
    today: date, fact: ProtocolFact, settings: Settings, transfers: Transfers
) -> Iterator[NoticeDue]:
    """One protocol: to the leader on the day, half-way and on the last day, then weekly; to the reviewer."""
    if fact.lodged:
        if not fact.accepted and fact.lodged_on is not None:
            yield from _review(today, fact, fact.lodged_on, settings, transfers)
        return
    due = protocol_term(fact, settings, transfers)
    if fact.returned_on is not None:
        fix_due = protocol_fix_due(fact.returned_on, settings, transfers)
        yield from _protocol_term(today, fact, fix_due, fact.returned_on, DueKind.PROTOCOL_FIX_DUE)
    else:
        yield from _protocol_term(today, fact, fact.due, fact.held_on, DueKind.PROTOCOL_DUE)
    week = week_of(today, due + timedelta(days=WEEK))
    if week is not None:
        yield NoticeDue(
            DueKind.PROTOCOL_OVERDUE,
            f"{due.isoformat()}-week-{week + 1}",
            LEADER_AND_COORDINATOR,
            {"number": fact.number, "days": days_overdue(today, due)},
            key=fact.key,
        )


def plan_notices(
    today: date,
    year: AcademicYear,
    plan: PlanFact,
    proposals_due: date | None,
    settings: Settings,
    transfers: Transfers,
) -> Iterator[NoticeDue]:
    """The plan of a year: to members about proposals, to the leader about the term, to the director."""
    if plan.state is PlanState.SUBMITTED and plan.submitted_on is not None:
        yield from _waiting(today, year, plan.submitted_on, settings, transfers)
        return
    if plan.has_agreed:
        return
    if proposals_due is not None and plan.returned_on is None:
        mark = latest_mark((proposals_due - today).days, PROPOSAL_MARKS)
        if mark is not None:
            params = {"year": str(year), "due": proposals_due}
            yield NoticeDue(DueKind.PLAN_PROPOSALS, str(mark), MEMBERS, params)
    yield from _plan_term(today, year, plan, settings, transfers)


def report_notices(
    today: date, year: AcademicYear, report: ReportFact, settings: Settings, transfers: Transfers
) -> Iterator[NoticeDue]:
    """The report of a year: reminders to the leader, daily ones when it is overdue, the days to mend it.

    Coordinators and director are told of overdue reports weekly, of the whole city at once
    (`deadlines.reports_overdue`).
    """
    if report.due is None or report.state in (ReportState.SUBMITTED, ReportState.ACCEPTED):
        return
    named: dict[str, object] = {"year": str(year)}
    if report.returned_on is not None:
        due = report_fix_due(report.returned_on, settings, transfers)
        yield from _term(today, report.returned_on, due, DueKind.REPORT_FIX_DUE, named)
        return
    overdue_from = report_overdue_from(report)
    if overdue_from is None:
        return
    if today >= overdue_from:
        days = days_overdue(today, report.due)
        yield NoticeDue(DueKind.REPORT_OVERDUE, f"overdue-{days}", LEADER, {**named, "days": days})
        return
    left = (report.due - today).days
    mark = latest_mark(left, settings.report_reminders)
    if mark is not None:
        params = {**named, "due": report.due, "days": left}
        yield NoticeDue(DueKind.REPORT_DUE, str(mark), LEADER, params, urgent=left == 0)


def _protocol_term(
    today: date, fact: ProtocolFact, due: date, start: date, kind: DueKind
) -> Iterator[NoticeDue]:
    return _term(today, start, due, kind, {"number": fact.number}, key=fact.key)


def _term(
    today: date, start: date, due: date, kind: DueKind, named: dict[str, object], key: str = ""
) -> Iterator[NoticeDue]:
    """On the first day of a term, half-way, and on its last day."""
    left, whole = (due - today).days, (due - start).days
    mark = latest_mark(left, (whole, whole // 2, 0))
    if mark is None:
        return
    stage = "last" if mark == 0 else "half" if mark == whole // 2 else "first"
    params = {**named, "due": due, "days": left}
    yield NoticeDue(kind, f"{due.isoformat()}-{stage}", LEADER, params, key=key, urgent=left == 0)


def _review(
    today: date, fact: ProtocolFact, lodged_on: date, settings: Settings, transfers: Transfers
) -> Iterator[NoticeDue]:
    """The coordinator's own duty, weekly from its first overdue day (R13.6)."""
    due = protocol_review_due(lodged_on, settings, transfers)
    week = week_of(today, due + ONE_DAY)
    if week is not None:
        yield NoticeDue(
            DueKind.PROTOCOL_REVIEW_OVERDUE,
            f"{lodged_on.isoformat()}-week-{week}",
            COORDINATOR,
            {"number": fact.number, "days": days_overdue(today, due)},
            key=fact.key,
        )


def _waiting(
    today: date, year: AcademicYear, since: date, settings: Settings, transfers: Transfers
) -> Iterator[NoticeDue]:
    """The director is reminded after `director_days` working days, then weekly (R7.7)."""
    week = week_of(today, plan_review_due(since, settings, transfers) + ONE_DAY)
    if week is not None:
        params = {"year": str(year), "since": since, "days": (today - since).days}
        yield NoticeDue(DueKind.PLAN_WAITING, f"{since.isoformat()}-week-{week}", DIRECTOR, params)


def _plan_term(
    today: date, year: AcademicYear, plan: PlanFact, settings: Settings, transfers: Transfers
) -> Iterator[NoticeDue]:
    overdue_from = plan_overdue_from(plan, settings, transfers)
    if overdue_from is None:
        return
    last = overdue_from - ONE_DAY
    left = (last - today).days
    named: dict[str, object] = {"year": str(year)}
    params = {**named, "due": last, "days": abs(left)}
    week = week_of(today, overdue_from)
    if week is not None:
        stage = f"{last.isoformat()}-week-{week}"
        yield NoticeDue(DueKind.PLAN_OVERDUE, stage, LEADER_AND_COORDINATOR, params)
    elif plan.returned_on is not None:
        yield from _term(today, plan.returned_on, last, DueKind.PLAN_FIX_DUE, named)
    else:
        mark = latest_mark(left, PLAN_MARKS)
        if mark is not None:
            stage = f"{last.isoformat()}-{mark}"
            yield NoticeDue(DueKind.PLAN_DUE, stage, LEADER, params, urgent=left == 0)
