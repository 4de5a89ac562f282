"""Local days, ends of terms, working days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.clocktime import late_days, local_day, start_of_day
from mmo_lti.rules.workdays import NO_TRANSFERS, Transfers, add_working_days, is_working_day

MOSCOW = "Europe/Moscow"
DUE = date(2027, 6, 20)


def test_a_local_day_is_not_the_day_in_utc():
    assert local_day(datetime(2027, 6, 20, 20, 59, 59, tzinfo=UTC), MOSCOW) == DUE
    assert local_day(datetime(2027, 6, 20, 21, 0, 0, tzinfo=UTC), MOSCOW) == date(2027, 6, 21)
    assert local_day(datetime(2027, 6, 20, 21, 0, 0, tzinfo=UTC), "Europe/Kaliningrad") == DUE


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        local_day(datetime(2027, 6, 20, tzinfo=UTC).replace(tzinfo=None), MOSCOW)


def test_a_day_begins_at_local_midnight():
    assert start_of_day(DUE, MOSCOW).astimezone(UTC) == datetime(2027, 6, 19, 21, 0, tzinfo=UTC)


def test_r14_1_the_last_second_is_in_time_and_the_next_is_late_by_a_day():
    last = datetime(2027, 6, 20, 23, 59, 59, tzinfo=ZoneInfo(MOSCOW))
    assert late_days(last, DUE, MOSCOW) == 0
    assert late_days(last + timedelta(seconds=1), DUE, MOSCOW) == 1
    assert late_days(last - timedelta(days=40), DUE, MOSCOW) == 0
    assert late_days(last + timedelta(days=3), DUE, MOSCOW) == 3


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 9, 1), True),
        (date(2026, 9, 5), False),  # Saturday
        (date(2026, 11, 4), False),
        (date(2027, 1, 8), False),
        (date(2027, 1, 11), True),
        (date(2027, 2, 23), False),
        (date(2027, 3, 8), False),
        (date(2027, 6, 12), False),
        (date(2027, 12, 31), True),
    ],
)
def test_working_days_of_the_labour_code(day, working):
    assert is_working_day(day) is working


def test_five_working_days_after_a_return():
    assert add_working_days(date(2027, 6, 24), 5) == date(2027, 7, 1)
    assert add_working_days(date(2026, 12, 30), 1) == date(2026, 12, 31)
    assert add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 11), "over the January holidays"
    assert add_working_days(date(2026, 9, 5), 0) == date(2026, 9, 5)


def test_transfers_of_a_decree_win():
    transfers = Transfers.of(off=[date(2026, 12, 31)], working=[date(2027, 1, 9)])
    assert add_working_days(date(2026, 12, 30), 1, transfers) == date(2027, 1, 9)
    with pytest.raises(ValueError, match="both off and working"):
        Transfers.of(off=[DUE], working=[DUE])


def test_a_term_cannot_go_backwards():
    with pytest.raises(ValueError, match="-1 working days"):
        add_working_days(DUE, -1)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(1, 40))
def test_a_term_in_working_days_ends_on_one_and_counts_exactly(day, n):
    end = add_working_days(day, n)
    assert is_working_day(end)
    passed = [day + timedelta(days=i) for i in range(1, (end - day).days + 1)]
    assert sum(is_working_day(d, NO_TRANSFERS) for d in passed) == n
