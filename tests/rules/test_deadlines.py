"""Notices that dates make due about meetings, pace, requests and offices; their stages (R12, R20)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.deadlines import (
    DueKind,
    MeetingDay,
    StandingFacts,
    disposal_due,
    due_notices,
    standing_notices,
)
from mmo_lti.rules.notice_due import latest_mark, week_of
from mmo_lti.rules.pace import Pace, PaceResult
from mmo_lti.rules.states import MeetingState
from tests.rules.ground import SETTINGS
from tests.rules.year_facts import FINE, NO_PLAN, OPEN_REPORT, PROTOCOL, C, D, H, L, M, one, told

# --- Meetings and pace --------------------------------------------------------------------------------------------

MEETING = MeetingDay("3", date(2026, 10, 12), MeetingState.PLANNED, date(2026, 9, 20))


def test_members_and_invited_are_reminded_seven_days_and_one_day_before():
    week = one(date(2026, 10, 5), meetings=[MEETING])
    assert (week.kind, week.stage, set(week.roles), week.invited) == (
        DueKind.MEETING_REMINDER,
        "2026-10-12-7",
        {M},
        True,
    )
    assert told(date(2026, 10, 4), meetings=[MEETING]) == []
    assert told(date(2026, 10, 11), meetings=[MEETING]) == [("meeting_reminder", "2026-10-12-1", {M})]


def test_a_meeting_called_yesterday_for_in_three_days_reminds_only_the_day_before():
    soon = replace(MEETING, called_on=date(2026, 10, 8))
    assert told(date(2026, 10, 9), meetings=[soon]) == []
    assert told(date(2026, 10, 11), meetings=[soon]) == [("meeting_reminder", "2026-10-12-1", {M})]


def test_a_meeting_called_seven_days_before_needs_no_reminder_on_that_day():
    assert told(date(2026, 10, 5), meetings=[replace(MEETING, called_on=date(2026, 10, 5))]) == []


def test_a_meeting_still_unmarked_is_asked_about_weekly():
    stages = [one(date(2026, 10, 12) + timedelta(days=n), meetings=[MEETING]).stage for n in (1, 7, 8, 15)]
    assert stages == [f"2026-10-12-week-{n}" for n in (0, 0, 1, 2)]


def test_a_meeting_that_is_not_called_or_cancelled_reminds_nobody():
    assert told(date(2026, 10, 11), meetings=[replace(MEETING, called_on=None)]) == []
    assert told(date(2026, 10, 11), meetings=[replace(MEETING, state=MeetingState.CANCELLED)]) == []


def test_an_unmarked_meeting_is_asked_about_next_morning():
    assert told(date(2026, 10, 13), meetings=[MEETING]) == [
        ("meeting_unconfirmed", "2026-10-12-week-0", {L, H})
    ]
    assert told(date(2026, 10, 13), meetings=[replace(MEETING, state=MeetingState.HELD)]) == []


def pace_of(state: Pace, held=1, counted=1, ahead=0, due=2) -> PaceResult:
    return PaceResult(state, held, counted, ahead, due, 3)


@pytest.mark.parametrize(
    ("pace", "expected", "params"),
    [
        (
            pace_of(Pace.BEHIND),
            ("pace_behind", "checkpoint-2", {L, C}),
            {"held": 1, "expected": 2, "required": 3},
        ),
        (
            pace_of(Pace.AT_RISK, ahead=1),
            ("pace_at_risk", "checkpoint-2", {L, C}),
            {"found": 2, "required": 3},
        ),
        (
            pace_of(Pace.FAILED, due=3),
            ("pace_failed", "failed", {L, C, D}),
            {"counted": 1, "required": 3, "year": "2026/2027"},
        ),
    ],
)
def test_r12_a_bad_pace_is_told(pace, expected, params):
    today = date(2027, 7, 1)
    assert told(today, pace=pace) == [expected]
    assert one(today, pace=pace).params == params


@pytest.mark.parametrize(
    "state", [Pace.NOT_REQUIRED, Pace.MET, Pace.AWAITING_PROTOCOLS, Pace.ON_TRACK, Pace.MET_LATE]
)
def test_r12_a_good_pace_is_told_nobody(state):
    assert told(date(2027, 4, 1), pace=pace_of(state)) == []


def test_r12_a_closed_year_is_no_longer_told():
    assert told(date(2027, 8, 31), pace=pace_of(Pace.FAILED)) != []
    assert told(date(2027, 9, 1), pace=pace_of(Pace.FAILED)) == []


# --- Standing matters ---------------------------------------------------------------------------------------------

STANDING = StandingFacts(SETTINGS, members=12)


def standing(today: date, **facts) -> list[tuple]:
    found = standing_notices(today, replace(STANDING, **facts))
    return [(notice.kind.value, notice.stage, set(notice.roles), dict(notice.params)) for notice in found]


def test_requests_wait_for_the_leader_and_after_ten_days_for_the_coordinator_too():
    requests = [date(2026, 10, 1), date(2026, 10, 9)]
    assert standing(date(2026, 10, 25), requests=requests)[1] == (
        "requests_overdue",
        "2026-10-09",
        {C},
        {"count": 2, "days": 24},
    )
    assert standing(date(2026, 10, 11), requests=requests) == [
        ("requests_waiting", "2026-10-09", {L}, {"count": 2})
    ]
    assert standing(date(2026, 10, 12), requests=requests) == [
        ("requests_waiting", "2026-10-09", {L}, {"count": 2}),
        ("requests_overdue", "2026-10-01", {C}, {"count": 1, "days": 11}),
    ]


def test_requests_of_a_draft_wait_for_the_coordinator():
    assert standing(date(2026, 10, 30), requests=[date(2026, 10, 1)], leader_decides=False) == [
        ("requests_waiting", "2026-10-01", {C}, {"count": 1})
    ]


def test_r6_3_the_last_day_of_an_acting_leader():
    last = date(2026, 11, 30)
    assert standing(last, acting_until=last) == [("acting_last_day", "2026-11-30", {L, C}, {"until": last})]
    assert standing(last - timedelta(days=1), acting_until=last) == []


def test_r3_2_a_vacant_office_is_told_the_same_day_and_weekly():
    since = date(2026, 11, 2)
    assert standing(since - timedelta(days=1), vacant_since=since) == []
    assert standing(since, vacant_since=since) == [("leader_vacant", "2026-11-02-week-0", {C}, {})]
    assert standing(date(2026, 11, 9), vacant_since=since) == [
        ("leader_vacant", "2026-11-02-week-1", {C}, {})
    ]


def test_r2_4_below_ten_is_told_once():
    expected = [("below_minimum", "2026-11-02", {C}, {"count": 9, "minimum": 10})]
    for today in (date(2026, 11, 2), date(2027, 1, 10)):
        assert standing(today, members=9, below_minimum_since=date(2026, 11, 2)) == expected


def test_r17_documents_due_for_disposal_are_told_the_coordinator():
    last = date(2030, 12, 31)
    assert disposal_due(last, 48, last) is None
    assert disposal_due(date(2031, 1, 1), 0, last) is None
    notice = disposal_due(date(2031, 1, 1), 48, last)
    assert notice is not None
    assert (set(notice.roles), notice.params) == ({C}, {"count": 48, "kept_until": last})


# --- Stages -------------------------------------------------------------------------------------------------------


@given(st.integers(-400, 400), st.lists(st.integers(0, 120)))
def test_the_latest_mark_is_the_nearest_one_reached(days_left, marks):
    mark = latest_mark(days_left, marks)
    if mark is None:
        assert days_left < 0 or all(one < days_left for one in marks)
    else:
        assert mark >= days_left >= 0
        assert not any(days_left <= one < mark for one in marks)


@given(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(0, 400))
def test_a_week_is_counted_from_its_first_day(first, days):
    assert week_of(first + timedelta(days=days), first) == days // 7
    assert week_of(first - timedelta(days=1 + days), first) is None


@given(st.dates(date(2026, 8, 1), date(2027, 12, 31)))
def test_r20_2_asking_again_on_the_same_day_or_after_an_outage_never_gives_two_stages_of_one_thing(today):
    facts = replace(
        FINE,
        plan=NO_PLAN,
        report=OPEN_REPORT,
        protocols=[PROTOCOL, replace(PROTOCOL, key="8", held_on=date(2026, 11, 1), due=date(2026, 11, 11))],
        meetings=[MEETING],
    )
    found = due_notices(today, facts)
    things = [(notice.kind, notice.key) for notice in found]
    assert len(things) == len(set(things))
    assert found == due_notices(today, facts)
