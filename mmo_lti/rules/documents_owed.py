"""The five documents of an association and how each stands (R16, 5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from mmo_lti.rules.document_kind import DocumentKind
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.states import PlanState, ReportState
from mmo_lti.rules.terms import (
    PlanFact,
    ProtocolFact,
    ReportFact,
    plan_overdue_from,
    protocol_term,
    report_overdue_from,
)
from mmo_lti.rules.workdays import NO_TRANSFERS, Transfers


class Owed(StrEnum):
    """How a document stands."""

    PRESENT = "present"
    MISSING = "missing"
    OVERDUE = "overdue"
    NOT_DUE = "not_due"


@dataclass(frozen=True)
class OwedDocument:
    """One of the five; `next_step` is the code of what to do (`R16.plan.submit`), `due` its last day."""

    kind: DocumentKind
    state: Owed
    next_step: str | None = None
    due: date | None = None


@dataclass(frozen=True)
class DocumentFacts:
    """What is known of an association in a year.

    `plan` is the plan of the year, `past_report` the report of the year before (None: none is owed, the first
    year of work), `protocols` one per held meeting of the year.
    """

    has_creation_order: bool
    has_regulation: bool
    plan: PlanFact
    past_report: ReportFact | None
    protocols: Sequence[ProtocolFact] = field(default_factory=tuple)


def documents_owed(
    today: date, facts: DocumentFacts, settings: Settings, transfers: Transfers = NO_TRANSFERS
) -> tuple[OwedDocument, ...]:
    """The five documents in the order of 5.1: order of creation, regulation, plan, past report, protocols."""
    return (
        _one(DocumentKind.CREATION_ORDER, facts.has_creation_order, "R16.order.register"),
        _one(DocumentKind.REGULATION, facts.has_regulation, "R16.regulation.file"),
        _plan(today, facts.plan, settings, transfers),
        _report(today, facts.past_report),
        _protocols(today, facts.protocols, settings, transfers),
    )


def _one(kind: DocumentKind, present: bool, step: str) -> OwedDocument:
    return OwedDocument(kind, Owed.PRESENT) if present else OwedDocument(kind, Owed.MISSING, step)


def _plan(today: date, plan: PlanFact, settings: Settings, transfers: Transfers) -> OwedDocument:
    """R16.1: missing until the expected day, then overdue; what was sent in time is not (R7.7)."""
    kind = DocumentKind.PLAN
    if plan.has_agreed:
        return OwedDocument(kind, Owed.PRESENT)
    if plan.state is PlanState.SUBMITTED:
        return OwedDocument(kind, Owed.MISSING, "R16.plan.wait", plan.due)
    if plan.due is None:
        return OwedDocument(kind, Owed.NOT_DUE)
    overdue_from = plan_overdue_from(plan, settings, transfers)
    late = overdue_from is not None and today >= overdue_from
    step = "R16.plan.mend" if plan.returned_on else "R16.plan.submit"
    return OwedDocument(kind, Owed.OVERDUE if late else Owed.MISSING, step, plan.due)


def _report(today: date, report: ReportFact | None) -> OwedDocument:
    kind = DocumentKind.REPORT
    if report is None or report.due is None:
        return OwedDocument(kind, Owed.NOT_DUE, "R16.2")
    if report.state in (ReportState.SUBMITTED, ReportState.ACCEPTED):
        return OwedDocument(kind, Owed.PRESENT)
    overdue_from = report_overdue_from(report)
    if overdue_from is not None and today >= overdue_from:
        return OwedDocument(kind, Owed.OVERDUE, "R16.report.submit", report.due)
    step = "R16.report.mend" if report.returned_on else "R16.report.submit"
    return OwedDocument(kind, Owed.MISSING, step, report.due)


def _protocols(
    today: date, protocols: Sequence[ProtocolFact], settings: Settings, transfers: Transfers
) -> OwedDocument:
    """R16.4: present when each held meeting has a lodged one; not due before the first meeting."""
    kind = DocumentKind.PROTOCOL
    if not protocols:
        return OwedDocument(kind, Owed.NOT_DUE)
    open_terms = [protocol_term(p, settings, transfers) for p in protocols if not p.lodged]
    if not open_terms:
        return OwedDocument(kind, Owed.PRESENT)
    first = min(open_terms)
    state = Owed.OVERDUE if today > first else Owed.MISSING
    return OwedDocument(kind, state, "R16.protocol.lodge", first)
