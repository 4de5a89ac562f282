from typing import Any

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.report import Report
from mmo_lti.rules.states import ReportState


def make_report(
    session: Session,
    association: Association,
    year: int = 2026,
    state: ReportState = ReportState.DRAFT,
    **fields: Any,
) -> Report:
    """The association's report of a year."""
    report = Report(
        centre_id=association.centre_id,
        association_id=association.id,
        year=year,
        state=state,
        **({"gathered": {}, "words": {}} | fields),
    )
    session.add(report)
    session.flush()
    return report
