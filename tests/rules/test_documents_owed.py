"""The five documents: present, missing, overdue, not due (R16)."""

from dataclasses import replace
from datetime import date

import pytest

from mmo_lti.rules.document_kind import DocumentKind
from mmo_lti.rules.documents_owed import DocumentFacts, Owed, documents_owed
from mmo_lti.rules.states import PlanState, ReportState
from mmo_lti.rules.terms import PlanFact, ProtocolFact, ReportFact
from tests.rules.ground import SETTINGS

PLAN_DUE = date(2026, 10, 1)
PAST_DUE = date(2026, 6, 20)
FACTS = DocumentFacts(
    has_creation_order=True,
    has_regulation=True,
    plan=PlanFact(PlanState.AGREED, PLAN_DUE, has_agreed=True),
    past_report=ReportFact(ReportState.ACCEPTED, PAST_DUE, date(2026, 6, 15)),
)
HELD = date(2026, 10, 12)
DUE = date(2026, 10, 22)


def stands(today: date, facts: DocumentFacts) -> dict[DocumentKind, Owed]:
    return {document.kind: document.state for document in documents_owed(today, facts, SETTINGS)}


def test_r16_five_documents_in_the_order_of_5_1():
    found = documents_owed(date(2026, 11, 1), FACTS, SETTINGS)
    assert [document.kind for document in found] == [
        DocumentKind.CREATION_ORDER,
        DocumentKind.REGULATION,
        DocumentKind.PLAN,
        DocumentKind.REPORT,
        DocumentKind.PROTOCOL,
    ]
    assert [document.state for document in found] == [Owed.PRESENT] * 4 + [Owed.NOT_DUE]


def test_r16_without_order_or_regulation_the_next_step_is_named():
    facts = replace(FACTS, has_creation_order=False, has_regulation=False)
    order, regulation, *_ = documents_owed(date(2026, 11, 1), facts, SETTINGS)
    assert (order.state, order.next_step) == (Owed.MISSING, "R16.order.register")
    assert (regulation.state, regulation.next_step) == (Owed.MISSING, "R16.regulation.file")


@pytest.mark.parametrize(
    ("today", "plan", "state", "step"),
    [
        (PLAN_DUE, PlanFact(None, PLAN_DUE), Owed.MISSING, "R16.plan.submit"),
        (date(2026, 10, 2), PlanFact(None, PLAN_DUE), Owed.OVERDUE, "R16.plan.submit"),
        (
            date(2026, 11, 1),
            PlanFact(PlanState.SUBMITTED, PLAN_DUE, submitted_on=PLAN_DUE),
            Owed.MISSING,
            "R16.plan.wait",
        ),
        (
            date(2026, 10, 27),
            PlanFact(PlanState.RETURNED, PLAN_DUE, returned_on=date(2026, 10, 20)),
            Owed.MISSING,
            "R16.plan.mend",
        ),
        (
            date(2026, 10, 28),
            PlanFact(PlanState.RETURNED, PLAN_DUE, returned_on=date(2026, 10, 20)),
            Owed.OVERDUE,
            "R16.plan.mend",
        ),
        (date(2027, 8, 25), PlanFact(None, None), Owed.NOT_DUE, None),
    ],
)
def test_r16_1_the_plan(today, plan, state, step):
    found = documents_owed(today, replace(FACTS, plan=plan), SETTINGS)[2]
    assert (found.state, found.next_step) == (state, step)


def test_r16_1_a_new_version_beside_an_agreed_one_leaves_the_plan_present():
    plan = PlanFact(PlanState.DRAFT, PLAN_DUE, has_agreed=True)
    assert stands(date(2027, 3, 1), replace(FACTS, plan=plan))[DocumentKind.PLAN] is Owed.PRESENT


def test_r16_2_in_the_first_year_no_report_of_the_past_year_is_asked():
    report = documents_owed(date(2026, 11, 1), replace(FACTS, past_report=None), SETTINGS)[3]
    assert (report.state, report.next_step) == (Owed.NOT_DUE, "R16.2")


@pytest.mark.parametrize(
    ("report", "state"),
    [
        (ReportFact(ReportState.DRAFT, PAST_DUE), Owed.OVERDUE),
        (ReportFact(ReportState.SUBMITTED, PAST_DUE, date(2026, 7, 1)), Owed.PRESENT),
        (ReportFact(ReportState.RETURNED, PAST_DUE, date(2026, 6, 1), date(2026, 6, 25)), Owed.MISSING),
        (ReportFact(ReportState.NONE, None), Owed.NOT_DUE),
    ],
)
def test_r16_the_report_of_the_past_year(report, state):
    assert stands(date(2026, 11, 1), replace(FACTS, past_report=report))[DocumentKind.REPORT] is state


def test_r16_the_report_of_the_past_year_is_overdue_from_21_june():
    facts = replace(FACTS, past_report=ReportFact(ReportState.DRAFT, PAST_DUE))
    assert stands(PAST_DUE, facts)[DocumentKind.REPORT] is Owed.MISSING
    assert stands(date(2026, 6, 21), facts)[DocumentKind.REPORT] is Owed.OVERDUE


def test_r16_4_of_several_protocols_the_first_term_matters():
    facts = replace(
        FACTS, protocols=[ProtocolFact("2", HELD, date(2026, 12, 1)), ProtocolFact("1", HELD, DUE)]
    )
    found = documents_owed(date(2026, 10, 23), facts, SETTINGS)[4]
    assert (found.state, found.due) == (Owed.OVERDUE, DUE)


@pytest.mark.parametrize(
    ("today", "protocols", "state"),
    [
        (DUE, [], Owed.NOT_DUE),
        (DUE, [ProtocolFact("1", HELD, DUE, lodged=True)], Owed.PRESENT),
        (DUE, [ProtocolFact("1", HELD, DUE)], Owed.MISSING),
        (date(2026, 10, 23), [ProtocolFact("1", HELD, DUE)], Owed.OVERDUE),
        (
            date(2026, 11, 30),
            [ProtocolFact("1", HELD, DUE, lodged=True), ProtocolFact("2", HELD, date(2026, 12, 1))],
            Owed.MISSING,
        ),
        (
            date(2026, 10, 23),
            [ProtocolFact("1", HELD, DUE, returned_on=date(2026, 10, 20))],
            Owed.MISSING,
        ),
    ],
)
def test_r16_4_protocols(today, protocols, state):
    assert stands(today, replace(FACTS, protocols=protocols))[DocumentKind.PROTOCOL] is state
