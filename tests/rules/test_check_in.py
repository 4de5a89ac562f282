"""From when to when people may check in to a meeting."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.check_in import check_in_hours

STARTS = datetime(2026, 10, 12, 11, 30, tzinfo=UTC)


def test_people_check_in_from_half_an_hour_before_the_beginning_to_the_end():
    hours = check_in_hours(STARTS, 90)
    assert hours.opens == datetime(2026, 10, 12, 11, 0, tzinfo=UTC)
    assert hours.closes == datetime(2026, 10, 12, 13, 0, tzinfo=UTC)
    tried = [(10, 59, 59), (11, 0, 0), (12, 59, 59), (13, 0, 0)]
    held = [hours.hold(datetime(2026, 10, 12, *clock, tzinfo=UTC)) for clock in tried]
    assert held == [False, True, True, False]


@given(st.integers(1, 720), st.integers(-2000, 2000))
def test_the_hours_hold_throughout_the_meeting_and_never_a_day_away(minutes, off):
    hours = check_in_hours(STARTS, minutes)
    held = hours.hold(STARTS + timedelta(minutes=off))
    assert held is (-30 <= off < minutes)
