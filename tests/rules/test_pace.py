"""The pace of meetings: the table of the rules row by row, and its two properties (R11, R12)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.duties import duties
from mmo_lti.rules.pace import MeetingFact, Pace, PaceResult, as_of, pace
from mmo_lti.rules.states import MeetingState
from tests.rules.ground import SETTINGS, YEAR

PLANNED, HELD, CANCELLED = MeetingState.PLANNED, MeetingState.HELD, MeetingState.CANCELLED
OWED = duties(YEAR, SETTINGS)


def held(day: date, lodged: date | None = None) -> MeetingFact:
    """A held meeting, its protocol lodged on a day and never returned."""
    return MeetingFact(day, HELD, lodged is not None, lodged, lodged)


def planned(*days: date) -> list[MeetingFact]:
    return [MeetingFact(day, PLANNED) for day in days]


def look(today: date, *meetings: MeetingFact, owed=OWED) -> tuple[int, int, int, Pace]:
    found = pace(today, owed, meetings, SETTINGS)
    return found.held, found.counted, found.ahead, found.state


OCTOBER = held(date(2026, 10, 12), date(2026, 10, 20))
MARCH = held(date(2027, 3, 10), date(2027, 3, 15))
MAY = held(date(2027, 5, 20))
BY_MONTH = planned(date(2026, 10, 31), date(2027, 2, 28), date(2027, 4, 30))


def test_row_15_september_nothing_at_all():
    assert look(date(2026, 9, 15)) == (0, 0, 0, Pace.ON_TRACK)


def test_row_1_october_two_ahead():
    two = planned(date(2026, 11, 10), date(2027, 4, 10))
    assert look(date(2026, 10, 1), *two) == (0, 0, 2, Pace.AT_RISK)


def test_row_1_october_three_by_month():
    assert look(date(2026, 10, 1), *BY_MONTH) == (0, 0, 3, Pace.ON_TRACK)


@pytest.mark.parametrize(
    ("first", "ahead", "state"),
    [
        (date(2026, 10, 12), 3, Pace.ON_TRACK),  # today
        (date(2026, 10, 9), 3, Pace.ON_TRACK),  # three days past, unmarked
        (date(2026, 10, 8), 2, Pace.AT_RISK),  # four
    ],
)
def test_row_12_october_the_first_of_three(first, ahead, state):
    meetings = planned(first, date(2027, 2, 10), date(2027, 4, 10))
    assert look(date(2026, 10, 12), *meetings) == (0, 0, ahead, state)


@pytest.mark.parametrize(
    ("today", "state"), [(date(2026, 12, 31), Pace.ON_TRACK), (date(2027, 1, 1), Pace.BEHIND)]
)
def test_row_turn_of_the_year_none_held_three_ahead(today, state):
    meetings = planned(date(2027, 1, 20), date(2027, 3, 10), date(2027, 5, 12))
    assert look(today, *meetings) == (0, 0, 3, state)


def test_row_1_april_two_counted_one_ahead():
    assert look(date(2027, 4, 1), OCTOBER, MARCH, *planned(date(2027, 5, 12))) == (2, 2, 1, Pace.ON_TRACK)


def test_row_1_april_one_counted_two_ahead():
    two = planned(date(2027, 4, 12), date(2027, 5, 12))
    assert look(date(2027, 4, 1), OCTOBER, *two) == (1, 1, 2, Pace.BEHIND)


def test_row_1_april_two_counted_none_ahead():
    assert look(date(2027, 4, 1), OCTOBER, MARCH) == (2, 2, 0, Pace.AT_RISK)


def test_row_1_june_the_third_on_10_june():
    assert look(date(2027, 6, 1), OCTOBER, MARCH, *planned(date(2027, 6, 10))) == (2, 2, 1, Pace.BEHIND)


def test_row_1_june_no_third():
    assert look(date(2027, 6, 1), OCTOBER, MARCH) == (2, 2, 0, Pace.AT_RISK)


def test_row_15_june_the_third_without_a_protocol():
    assert look(date(2027, 6, 15), OCTOBER, MARCH, MAY) == (3, 2, 0, Pace.AWAITING_PROTOCOLS)


@pytest.mark.parametrize(
    ("today", "state"), [(date(2027, 6, 30), Pace.AWAITING_PROTOCOLS), (date(2027, 7, 1), Pace.FAILED)]
)
def test_row_turn_of_june_the_third_without_a_protocol(today, state):
    assert look(today, OCTOBER, MARCH, MAY) == (3, 2, 0, state)


@pytest.mark.parametrize(
    ("today", "counted", "state"),
    [
        (date(2027, 6, 23), 3, Pace.MET),
        (date(2027, 6, 24), 2, Pace.AWAITING_PROTOCOLS),
        (date(2027, 7, 1), 2, Pace.AWAITING_PROTOCOLS),
        (date(2027, 7, 2), 2, Pace.FAILED),
    ],
)
def test_row_the_third_lodged_17_june_returned_24_june(today, counted, state):
    lodged, returned = date(2027, 6, 17), date(2027, 6, 24)
    third = as_of(MeetingFact(date(2027, 5, 20), HELD, False, lodged, lodged, returned), today)
    assert look(today, OCTOBER, MARCH, third) == (3, counted, 0, state)


def test_row_20_august_the_last_lodged_10_august():
    third = held(date(2027, 5, 20), date(2027, 8, 10))
    assert look(date(2027, 8, 20), OCTOBER, MARCH, third) == (3, 3, 0, Pace.MET_LATE)


def test_not_required_where_no_meeting_is():
    owed = duties(YEAR, SETTINGS, created_on=date(2027, 6, 10))
    assert look(date(2027, 7, 20), owed=owed)[3] is Pace.NOT_REQUIRED


def test_the_numbers_come_with_the_state():
    meetings = [OCTOBER, *planned(date(2027, 4, 12), date(2027, 5, 12))]
    assert pace(date(2027, 4, 1), OWED, meetings, SETTINGS) == PaceResult(
        Pace.BEHIND, 1, 1, 2, due=2, needed=3
    )
    assert Pace.AT_RISK.code == "at_risk"


def test_r11_1_three_held_two_lodged_counts_two():
    assert look(date(2027, 6, 1), OCTOBER, MARCH, MAY)[:2] == (3, 2)


def test_r11_3_two_meetings_on_one_day_count_with_a_protocol_each():
    assert look(date(2026, 10, 25), OCTOBER, OCTOBER)[:2] == (2, 2)


def test_a_meeting_held_today_counts_as_held():
    assert look(date(2026, 10, 12), held(date(2026, 10, 12)))[0] == 1


@pytest.mark.parametrize(
    ("lodged", "state"), [(date(2027, 6, 30), Pace.MET), (date(2027, 7, 1), Pace.MET_LATE)]
)
def test_the_last_day_of_a_timely_lodging_is_30_june(lodged, state):
    assert look(date(2027, 7, 5), OCTOBER, MARCH, held(date(2027, 6, 2), lodged))[3] is state


def test_r11_4_cancelled_unconfirmed_and_future_ones_do_not_count():
    others = [
        MeetingFact(date(2026, 10, 12), CANCELLED),
        MeetingFact(date(2026, 10, 13), PLANNED),
        MeetingFact(date(2027, 3, 1), PLANNED),
        MeetingFact(date(2027, 3, 2), CANCELLED),
    ]
    assert look(date(2026, 11, 1), *others)[:3] == (0, 0, 1)


def test_r11_5_lodged_returned_lodged_again_counts_stops_counts_and_stays_timely():
    first, back, again = date(2027, 6, 17), date(2027, 6, 24), date(2027, 7, 5)
    lodged = MeetingFact(date(2027, 5, 20), HELD, True, first, first)
    returned = MeetingFact(date(2027, 5, 20), HELD, False, first, first, back)
    mended = MeetingFact(date(2027, 5, 20), HELD, True, first, again, back)
    assert look(date(2027, 6, 20), OCTOBER, MARCH, lodged)[1:] == (3, 0, Pace.MET)
    assert look(date(2027, 6, 25), OCTOBER, MARCH, returned)[1:] == (2, 0, Pace.AWAITING_PROTOCOLS)
    assert look(date(2027, 7, 6), OCTOBER, MARCH, mended)[1:] == (3, 0, Pace.MET), "the first lodging stands"


def test_a_meeting_after_the_reports_term_lies_too_far_ahead():
    assert look(date(2027, 6, 1), OCTOBER, MARCH, *planned(date(2027, 6, 21)))[2:] == (0, Pace.AT_RISK)
    assert look(date(2027, 6, 1), OCTOBER, MARCH, *planned(date(2027, 6, 20)))[2:] == (1, Pace.BEHIND)


def test_a_late_joiner_is_not_watched_for_thirty_days():
    owed = duties(YEAR, SETTINGS, created_on=date(2027, 1, 15))
    assert look(date(2027, 2, 13), owed=owed)[3] is Pace.ON_TRACK
    assert look(date(2027, 2, 14), owed=owed)[3] is Pace.AT_RISK


def test_a_failed_year_may_be_mended_until_31_august_and_not_later():
    in_august = held(date(2027, 5, 20), date(2027, 8, 31))
    in_september = held(date(2027, 5, 20), date(2027, 9, 1))
    assert look(date(2027, 9, 10), OCTOBER, MARCH, in_august)[3] is Pace.MET_LATE
    assert look(date(2027, 9, 10), OCTOBER, MARCH, in_september)[3] is Pace.FAILED


def test_a_return_after_the_year_changes_no_closed_year():
    third = MeetingFact(
        date(2027, 5, 20), HELD, False, date(2027, 5, 25), date(2027, 5, 25), date(2027, 9, 3)
    )
    assert look(date(2027, 10, 1), OCTOBER, MARCH, third)[3] is Pace.MET


def test_mended_after_the_year_a_return_within_it_stands():
    third = MeetingFact(date(2027, 5, 20), HELD, True, date(2027, 5, 25), date(2027, 9, 5), date(2027, 8, 10))
    assert look(date(2027, 10, 1), OCTOBER, MARCH, third)[3] is Pace.FAILED


# --- The two properties -------------------------------------------------------------------------------------------

TODAYS = st.dates(date(2026, 8, 15), date(2027, 10, 31))


@st.composite
def facts(draw, until: date) -> MeetingFact:
    """A meeting as it may stand at the end of a day: nothing of it lies after that day but a plan."""
    state = draw(st.sampled_from(MeetingState))
    if state is not HELD:
        return MeetingFact(draw(st.dates(date(2026, 8, 20), date(2027, 8, 31))), state)
    day = draw(st.dates(date(2026, 8, 15), until))
    lodged = draw(st.none() | st.dates(day, until))
    if lodged is None:
        return MeetingFact(day, HELD)
    returned = draw(st.none() | st.dates(lodged, until))
    if returned is None:
        return MeetingFact(day, HELD, True, lodged, lodged)
    again = draw(st.none() | st.dates(returned, until))
    return MeetingFact(day, HELD, again is not None, lodged, again or lodged, returned)


@st.composite
def situations(draw) -> tuple:
    today = draw(TODAYS)
    created = draw(st.none() | st.dates(date(2026, 9, 1), date(2027, 8, 31)))
    closed = draw(st.none() | st.dates(date(2026, 9, 1), date(2027, 8, 31)))
    meetings = draw(st.lists(facts(today), max_size=6))
    return today, duties(YEAR, SETTINGS, created_on=created, closed_on=closed), meetings


@given(st.data())
def test_adding_a_held_meeting_never_makes_the_state_worse(data):
    today, owed, meetings = data.draw(situations())
    one_more = data.draw(facts(today).filter(lambda fact: fact.state is HELD))
    before = pace(today, owed, meetings, SETTINGS).state
    after = pace(today, owed, [*meetings, one_more], SETTINGS).state
    assert after <= before


@given(situations(), st.integers(0, 400))
def test_moving_today_forward_never_makes_the_state_better(situation, days):
    today, owed, meetings = situation
    before = pace(today, owed, meetings, SETTINGS).state
    after = pace(today + timedelta(days=days), owed, meetings, SETTINGS).state
    assert after >= before


@given(situations())
def test_counts_never_exceed_what_is_there(situation):
    today, owed, meetings = situation
    found = pace(today, owed, meetings, SETTINGS)
    assert 0 <= found.counted <= found.held <= len(meetings)
    assert found.held + found.ahead <= len(meetings)
    assert 0 <= found.due <= found.needed
    assert (found.state is Pace.NOT_REQUIRED) == (found.needed == 0)


@given(situations())
def test_what_has_not_happened_yet_is_undone_without_a_trace(situation):
    today, _, meetings = situation
    assert [as_of(fact, today) for fact in meetings] == meetings
