"""What a new plan is offered: the outlook of last year's report as priorities (R7)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.rules.names import clean
from mmo_lti.rules.plan_check import MOST_PRIORITIES
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.report_row import SENT, report_of

OUTLOOK = "9"
"""Section of the report with the outlook on the new year."""


def offered_priorities(session: Session, association: Association, year: AcademicYear) -> list[str]:
    """Up to seven lines of section 9 of last year's report, once that was sent; the leader chooses."""
    report = report_of(session, association, year.previous)
    if report is None or report.state not in SENT:
        return []
    lines = (clean(line).text.strip("-–—•* ") for line in str(report.words.get(OUTLOOK) or "").splitlines())
    return [line for line in lines if line][:MOST_PRIORITIES]
