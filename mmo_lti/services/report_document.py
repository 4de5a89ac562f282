"""The report on paper, of what was gathered and of the leader's words (Приложение 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mmo_lti.documents.report import Accepted, ReportDocument, ReportSection, Submitted
from mmo_lti.documents.report_row import from_json
from mmo_lti.models.centre import Centre
from mmo_lti.models.report import Report
from mmo_lti.rules.regulation import regulation
from mmo_lti.rules.report_check import SECTIONS
from mmo_lti.rules.states import ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.document_party import institution_of, printed_leader, signatory
from mmo_lti.services.report_appendix import entry_of
from mmo_lti.services.scope import local_today

_SENT = frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED})


def build(
    session: Session, report: Report, as_of: datetime, gathered: dict[str, Any] | None = None
) -> ReportDocument:
    """What the report says as of a moment; `gathered` stands in for what it was assembled of last."""
    rows = report.gathered if gathered is None else gathered
    centre = session.get_one(Centre, report.centre_id)
    day = local_today(session, report.centre_id, as_of)
    return ReportDocument(
        institution=institution_of(session, centre, day),
        regulation=regulation(centre.regulation),
        association=report.association.genitive,
        year=AcademicYear(report.year),
        leader=printed_leader(session, report.association, day),
        sections=tuple(
            ReportSection(
                rows=tuple(from_json(row) for row in rows.get(str(number)) or []),
                words=str(report.words.get(str(number)) or ""),
            )
            for number in SECTIONS
        ),
        appendices=tuple(entry_of(appendix) for appendix in rows.get("appendices") or []),
        submitted=_submitted(session, report),
        accepted=_accepted(session, report, centre),
        as_of=as_of,
    )


def _submitted(session: Session, report: Report) -> Submitted | None:
    """The mark of the first submission: that one was in time or late (R14.2)."""
    if report.state not in _SENT or report.first_submitted_at is None:
        return None
    return Submitted(
        on=local_today(session, report.centre_id, report.first_submitted_at),
        days_late=report.days_late,
        by_coordinator=bool(report.submitted_for_leader),
    )


def _accepted(session: Session, report: Report, centre: Centre) -> Accepted | None:
    if report.state is not ReportState.ACCEPTED or report.decided_at is None:
        return None
    on = local_today(session, report.centre_id, report.decided_at)
    return Accepted(on=on, by=signatory(session, centre, report.decided_by, on))
