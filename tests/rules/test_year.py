"""The academic year and its days («Dates, computed»)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.year import AcademicYear, DayMonth, month_last_day, years_for
from tests.rules.ground import SETTINGS, YEAR

DAYS = st.dates(date(2001, 1, 1), date(2199, 12, 31))


def test_a_year_runs_from_september_to_august():
    assert YEAR.first_day == date(2026, 9, 1)
    assert YEAR.last_day == date(2027, 8, 31)
    assert date(2027, 8, 31) in YEAR
    assert date(2027, 9, 1) not in YEAR


def test_a_year_is_written_for_people_and_for_addresses():
    assert str(YEAR) == "2026/2027"
    assert YEAR.slug == "2026-27"
    assert AcademicYear(1999).slug == "1999-00"


@pytest.mark.parametrize("written", ["2026/2027", "2026-27", "2026-2027", " 2026/27 ", "2026–2027"])
def test_a_year_is_read_as_it_is_written(written):
    assert AcademicYear.parse(written) == YEAR


@pytest.mark.parametrize(
    "written", ["", "2026", "2026-28", "2026/2026", "2026-2", "год", "2026/2127", "9999-00"]
)
def test_what_is_no_year_is_refused(written):
    with pytest.raises(ValueError, match=r"no academic year|year 10000"):
        AcademicYear.parse(written)


@given(DAYS)
def test_every_day_belongs_to_exactly_one_year(day):
    year = AcademicYear.of(day)
    assert day in year
    assert day not in year.next
    assert day not in year.previous
    assert AcademicYear.parse(year.slug) == AcademicYear.parse(str(year)) == year


@given(DAYS)
def test_years_follow_each_other_without_a_gap(day):
    year = AcademicYear.of(day)
    assert year.next.first_day == year.last_day + timedelta(days=1)
    assert year.next.previous == year
    assert year < year.next


@pytest.mark.parametrize(
    ("what", "day"),
    [
        ("proposals_due", date(2026, 9, 15)),
        ("plan_due", date(2026, 10, 1)),
        ("report_due", date(2027, 6, 20)),
        ("originals_due", date(2027, 6, 30)),
        ("failed_on", date(2027, 7, 1)),
    ],
)
def test_the_table_of_dates_of_2026_2027(what, day):
    assert getattr(SETTINGS, what).in_year(YEAR) == day


def test_checkpoints_and_reminders_of_2026_2027():
    assert [c.in_year(YEAR) for c in SETTINGS.checkpoints] == [
        date(2026, 12, 31),
        date(2027, 3, 31),
        date(2027, 5, 31),
    ]
    due = SETTINGS.report_due.in_year(YEAR)
    assert due.weekday() == 6, "a day off does not move it"
    assert [due - timedelta(days=n) for n in SETTINGS.report_reminders] == [
        date(2027, 5, 21),
        date(2027, 6, 6),
        date(2027, 6, 13),
        date(2027, 6, 17),
        date(2027, 6, 19),
        date(2027, 6, 20),
    ]


def test_days_of_the_year_are_read_and_written():
    assert DayMonth.parse("1.6") == DayMonth(month=6, day=1)
    assert str(DayMonth.parse("1.6")) == "01.06"
    assert DayMonth.parse("31.08").place > DayMonth.parse("1.09").place


@pytest.mark.parametrize("text", ["29.02", "31.04", "00.01", "1.13", "1.x", "x.1", "0106", "", "1.-6", "a.b"])
def test_a_day_that_not_every_year_has_is_refused(text):
    with pytest.raises(ValueError, match=r"no day of a year|day is out of range|month must be in"):
        DayMonth.parse(text)


@pytest.mark.parametrize(
    ("year", "month", "last"),
    [(2026, 10, 31), (2027, 2, 28), (2028, 2, 29), (2026, 12, 31), (2027, 4, 30)],
)
def test_a_month_counts_as_its_last_day(year, month, last):
    assert month_last_day(year, month) == date(year, month, last)


def test_a_meeting_late_in_august_is_offered_the_new_year_first():
    old, new = AcademicYear(2026), AcademicYear(2027)
    assert years_for(date(2027, 8, 14)) == (old,)
    assert years_for(date(2027, 8, 15)) == (new, old)
    assert years_for(date(2027, 8, 31)) == (new, old)
    assert years_for(date(2027, 9, 1)) == (new,)
