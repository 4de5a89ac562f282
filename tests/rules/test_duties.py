"""What a year asks of an association that began or ended within it (R2.5, R12, R14, R16.2)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.duties import duties, first_year
from mmo_lti.rules.year import AcademicYear
from tests.rules.ground import SETTINGS, YEAR

IN_THE_YEAR = st.dates(YEAR.first_day, YEAR.last_day)


def test_a_whole_year():
    owed = duties(YEAR, SETTINGS, created_on=date(2020, 3, 1))
    assert owed.needed == 3
    assert owed.checkpoints == (date(2026, 12, 31), date(2027, 3, 31), date(2027, 5, 31))
    assert owed.pace_from == owed.plan_due == date(2026, 10, 1)
    assert owed.proposals_due == date(2026, 9, 15)
    assert owed.report_due is not None
    assert owed.report_due == date(2027, 6, 20)
    assert owed.failed_on == date(2027, 7, 1)
    assert owed.originals_due == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("order", "needed"),
    [
        (date(2026, 9, 1), 3),
        (date(2026, 12, 31), 3),
        (date(2027, 1, 1), 2),
        (date(2027, 1, 15), 2),
        (date(2027, 3, 31), 2),
        (date(2027, 5, 31), 1),
        (date(2027, 6, 1), 0),
        (date(2027, 8, 31), 0),
    ],
)
def test_r12_created_in_mid_year_the_checkpoints_not_yet_past_count(order, needed):
    assert duties(YEAR, SETTINGS, created_on=order).needed == needed


def test_r12_created_in_mid_year_has_thirty_days_for_the_plan_and_fourteen_for_proposals():
    owed = duties(YEAR, SETTINGS, created_on=date(2027, 1, 15))
    assert owed.plan_due == owed.pace_from == date(2027, 2, 14)
    assert owed.proposals_due == date(2027, 1, 29)
    assert owed.report_due == date(2027, 6, 20)


def test_r12_created_in_early_september_keeps_the_later_days():
    owed = duties(YEAR, SETTINGS, created_on=date(2026, 9, 1))
    assert owed.plan_due == date(2026, 10, 1)
    assert owed.proposals_due == date(2026, 9, 15)


def test_r12_created_after_the_last_checkpoint_owes_no_meeting_and_no_report():
    owed = duties(YEAR, SETTINGS, created_on=date(2027, 6, 1))
    assert owed.needed == 0
    assert owed.report_due is None
    assert owed.plan_due == date(2027, 7, 1)
    assert duties(YEAR, SETTINGS, created_on=date(2027, 8, 1)).plan_due == date(2027, 8, 31)
    assert duties(YEAR, SETTINGS, created_on=date(2027, 8, 2)).plan_due is None


def test_nothing_is_owed_before_the_first_year():
    owed = duties(YEAR.previous, SETTINGS, created_on=date(2027, 1, 15))
    assert (owed.needed, owed.report_due, owed.plan_due) == (0, None, None)
    assert first_year(date(2027, 1, 15)) == YEAR


@pytest.mark.parametrize(
    ("closed", "needed", "report_due"),
    [
        (date(2026, 11, 1), 0, None),
        (date(2026, 12, 31), 0, None),
        (date(2027, 1, 1), 1, date(2027, 1, 31)),
        (date(2027, 4, 1), 2, date(2027, 5, 1)),
        (date(2027, 6, 1), 3, date(2027, 6, 20)),
        (date(2027, 8, 1), 3, date(2027, 6, 20)),
    ],
)
def test_r12_closed_in_mid_year_the_checkpoints_past_count_and_the_report_has_thirty_days(
    closed, needed, report_due
):
    owed = duties(YEAR, SETTINGS, closed_on=closed)
    assert (owed.needed, owed.report_due) == (needed, report_due)


def test_closed_before_or_after_the_year():
    assert duties(YEAR, SETTINGS, closed_on=date(2026, 8, 1)).needed == 0
    assert duties(YEAR, SETTINGS, closed_on=date(2026, 8, 1)).plan_due is None
    after = duties(YEAR, SETTINGS, closed_on=date(2027, 10, 1))
    assert (after.needed, after.report_due) == (3, date(2027, 6, 20))


def test_created_and_closed_within_one_year():
    owed = duties(YEAR, SETTINGS, created_on=date(2027, 1, 15), closed_on=date(2027, 4, 10))
    assert owed.checkpoints == (date(2027, 3, 31),)
    assert owed.report_due == date(2027, 5, 10)


def test_r2_5_an_adopted_one_has_thirty_days_from_its_adoption():
    owed = duties(YEAR, SETTINGS, created_on=date(2019, 9, 2), adopted_on=date(2026, 11, 10))
    assert owed.plan_due == owed.pace_from == date(2026, 12, 10)
    assert owed.needed == 3, "its first year was that of its order"
    assert owed.report_due == date(2027, 6, 20)


def test_r2_5_reports_are_owed_only_from_the_adoption():
    adopted = date(2026, 11, 10)
    past = duties(YEAR.previous, SETTINGS, created_on=date(2019, 9, 2), adopted_on=adopted)
    assert (past.needed, past.report_due, past.plan_due) == (0, None, None)
    late = duties(YEAR, SETTINGS, created_on=date(2019, 9, 2), adopted_on=date(2027, 6, 21))
    assert late.report_due is None
    assert duties(YEAR, SETTINGS, adopted_on=date(2027, 8, 31)).needed == 3
    last_day = duties(YEAR, SETTINGS, created_on=date(2019, 9, 2), adopted_on=date(2027, 6, 20))
    assert last_day.report_due == date(2027, 6, 20)


@given(IN_THE_YEAR)
def test_whenever_created_no_term_is_shorter_than_its_grace(order):
    owed = duties(YEAR, SETTINGS, created_on=order)
    assert (owed.pace_from - order).days >= 30 or owed.pace_from >= date(2026, 10, 1)
    assert owed.plan_due is None or owed.plan_due in YEAR
    assert (owed.report_due is not None) == (owed.needed > 0)
    assert all(day >= order for day in owed.checkpoints)


@given(IN_THE_YEAR)
def test_closing_asks_for_nothing_that_was_still_ahead(closed):
    owed = duties(YEAR, SETTINGS, closed_on=closed)
    assert all(day < closed for day in owed.checkpoints)
    assert owed.report_due is None or owed.report_due <= date(2027, 6, 20)
    assert duties(AcademicYear(2027), SETTINGS, closed_on=closed).needed == 0
