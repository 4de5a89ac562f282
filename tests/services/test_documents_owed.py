"""The five documents of an association in a year (R16)."""

from datetime import date

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.rules.document_kind import DocumentKind
from mmo_lti.rules.documents_owed import Owed
from mmo_lti.rules.states import MeetingState, PlanState, ProtocolState, ReportState
from mmo_lti.services.documents_owed import documents_of
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.factories.report import make_report

KINDS = [
    DocumentKind.CREATION_ORDER,
    DocumentKind.REGULATION,
    DocumentKind.PLAN,
    DocumentKind.REPORT,
    DocumentKind.PROTOCOL,
]


def states(session: Session, association: Association, today: date) -> list[Owed]:
    found = documents_of(session, association, 2026, today)
    assert [one.document.kind for one in found] == KINDS
    return [one.document.state for one in found]


def test_at_the_beginning_of_a_year(session: Session, association: Association) -> None:
    assert states(session, association, date(2026, 9, 10)) == [
        Owed.PRESENT,
        Owed.PRESENT,
        Owed.MISSING,
        Owed.OVERDUE,
        Owed.NOT_DUE,
    ]


def test_the_first_year_owes_no_report(session: Session, centre: Centre) -> None:
    """R16.2; and its order is not registered yet."""
    young = make_association(session, centre, created_on=date(2026, 9, 1))
    found = documents_of(session, young, 2026, date(2026, 10, 10))
    order, _, _, report, _ = (one.document for one in found)
    assert (order.state, order.next_step) == (Owed.MISSING, "R16.order.register")
    assert (report.state, report.next_step) == (Owed.NOT_DUE, "R16.2")


def test_everything_is_there(session: Session, association: Association) -> None:
    make_plan(session, association, state=PlanState.AGREED)
    make_report(
        session,
        association,
        2025,
        ReportState.ACCEPTED,
        submitted_at=moment(2026, 6, 18),
        first_submitted_at=moment(2026, 6, 18),
    )
    meeting = make_meeting(session, association, moment(2026, 9, 28), state=MeetingState.HELD)
    make_protocol(session, meeting, state=ProtocolState.LODGED)
    assert states(session, association, date(2026, 10, 10)) == [Owed.PRESENT] * 5


def test_a_late_protocol_leads_to_itself(session: Session, association: Association) -> None:
    """R16.4."""
    meeting = make_meeting(session, association, moment(2026, 9, 28), state=MeetingState.HELD)
    make_protocol(session, meeting, due_on=date(2026, 10, 8))
    last = documents_of(session, association, 2026, date(2026, 10, 9))[-1]
    assert (last.document.state, last.document.due) == (Owed.OVERDUE, date(2026, 10, 8))
    assert last.path == "/a/MMO-02/2026-27/protocols/1"


def test_the_report_is_that_of_the_year_before(session: Session, association: Association) -> None:
    report = documents_of(session, association, 2026, date(2026, 10, 9))[3]
    assert report.path == "/a/MMO-02/2025-26/report"
