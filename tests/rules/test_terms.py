"""By when papers are due, and since when they are overdue (R7.7, R13.5, R13.6, R14.2, R16.1)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.states import PlanState, ReportState
from mmo_lti.rules.terms import (
    PlanFact,
    ProtocolFact,
    ReportFact,
    days_overdue,
    plan_overdue_from,
    plan_review_due,
    protocol_due,
    protocol_review_due,
    protocol_term,
    report_fix_due,
    report_overdue_from,
)
from mmo_lti.rules.workdays import Transfers
from mmo_lti.rules.year import AcademicYear
from tests.rules.ground import SETTINGS, YEAR

PLAN_DUE = date(2026, 10, 1)
REPORT_DUE = date(2027, 6, 20)


@pytest.mark.parametrize(
    ("held_on", "due"),
    [
        (date(2027, 4, 12), date(2027, 4, 22)),
        (date(2026, 12, 28), date(2027, 1, 7)),  # calendar days, holidays too
        (date(2027, 6, 10), REPORT_DUE),
        (date(2027, 6, 12), REPORT_DUE),
        (REPORT_DUE, REPORT_DUE),
        (date(2027, 6, 21), date(2027, 7, 1)),
    ],
)
def test_r13_5_ten_days_but_not_after_the_reports_term(held_on, due):
    assert protocol_due(held_on, YEAR, SETTINGS) == due


def test_r13_5_a_meeting_of_late_august_that_opens_the_year_has_its_ten_days():
    assert protocol_due(date(2027, 8, 27), AcademicYear(2027), SETTINGS) == date(2027, 9, 6)


def test_r13_5_after_closing_the_associations_own_report_term_holds():
    assert protocol_due(date(2027, 1, 25), YEAR, SETTINGS, date(2027, 1, 31)) == date(2027, 1, 31)


def test_r13_5_after_a_return_five_working_days():
    fact = ProtocolFact("p", date(2027, 4, 12), date(2027, 4, 22), returned_on=date(2027, 4, 28))
    assert protocol_term(fact, SETTINGS) == date(2027, 5, 5)
    moved = Transfers.of(off=[date(2027, 5, 3)])
    assert protocol_term(fact, SETTINGS, moved) == date(2027, 5, 6)


def test_r13_6_the_coordinator_has_five_working_days():
    assert protocol_review_due(date(2027, 4, 22), SETTINGS) == date(2027, 4, 29)


def test_r7_7_the_director_has_five_working_days():
    assert plan_review_due(date(2026, 10, 1), SETTINGS) == date(2026, 10, 8)


def test_r16_1_a_plan_nobody_sent_is_overdue_the_day_after():
    for state in (None, PlanState.DRAFT):
        assert plan_overdue_from(PlanFact(state, PLAN_DUE), SETTINGS) == date(2026, 10, 2)


@pytest.mark.parametrize(
    "plan",
    [
        PlanFact(PlanState.SUBMITTED, PLAN_DUE, submitted_on=date(2026, 10, 9)),
        PlanFact(PlanState.AGREED, PLAN_DUE, has_agreed=True),
        PlanFact(PlanState.DRAFT, PLAN_DUE, has_agreed=True),  # a new version beside the agreed one
        PlanFact(None, None),
    ],
)
def test_r7_7_a_plan_that_waits_is_agreed_or_is_not_owed_is_not_overdue(plan):
    assert plan_overdue_from(plan, SETTINGS) is None


@pytest.mark.parametrize(
    ("returned", "overdue"),
    [
        (date(2026, 9, 10), date(2026, 10, 2)),  # still before the expected day
        (date(2026, 9, 29), date(2026, 10, 7)),
        (date(2026, 10, 20), date(2026, 10, 28)),
    ],
)
def test_r16_1_a_returned_plan_has_five_working_days(returned, overdue):
    for state in (PlanState.RETURNED, PlanState.DRAFT):
        plan = PlanFact(state, PLAN_DUE, submitted_on=date(2026, 9, 8), returned_on=returned)
        assert plan_overdue_from(plan, SETTINGS) == overdue


def test_r14_a_report_nobody_sent_is_overdue_on_21_june():
    assert report_overdue_from(ReportFact(ReportState.DRAFT, REPORT_DUE)) == date(2027, 6, 21)
    assert report_overdue_from(ReportFact(ReportState.NONE, None)) is None


def test_r14_2_a_report_sent_in_time_and_returned_is_never_overdue():
    report = ReportFact(ReportState.RETURNED, REPORT_DUE, date(2027, 6, 18), date(2027, 6, 24))
    assert report_overdue_from(report) is None
    assert report_fix_due(date(2027, 6, 24), SETTINGS) == date(2027, 7, 1)


def test_days_overdue():
    assert days_overdue(REPORT_DUE, REPORT_DUE) == 0
    assert days_overdue(REPORT_DUE + timedelta(days=3), REPORT_DUE) == 3
    assert days_overdue(REPORT_DUE - timedelta(days=3), REPORT_DUE) == 0


@given(st.dates(YEAR.first_day, YEAR.last_day))
def test_a_protocol_is_never_due_before_its_meeting_nor_later_than_ten_days(held_on):
    due = protocol_due(held_on, YEAR, SETTINGS)
    assert held_on <= due <= held_on + timedelta(days=SETTINGS.protocol_days)
