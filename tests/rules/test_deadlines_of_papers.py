"""Notices that the terms of report, protocols and plan make due (R7.7, R13.5, R13.6, R14, R16.1)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mmo_lti.rules.deadlines import DueKind, due_notices, reports_overdue
from mmo_lti.rules.states import PlanState, ReportState
from mmo_lti.rules.terms import PlanFact, ProtocolFact, ReportFact
from tests.rules.year_facts import FINE, NO_PLAN, OPEN_REPORT, PROTOCOL, REPORT_DUE, C, D, L, M, one, told


def test_nothing_is_due_where_all_is_fine():
    assert told(date(2027, 6, 20)) == []


# --- Report -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2027, 5, 21), "30"),
        (date(2027, 6, 6), "14"),
        (date(2027, 6, 13), "7"),
        (date(2027, 6, 17), "3"),
        (date(2027, 6, 19), "1"),
        (date(2027, 6, 20), "0"),
    ],
)
def test_r14_the_leader_is_reminded_six_times(today, stage):
    assert told(today, report=OPEN_REPORT) == [("report_due", stage, {L})]


def test_r14_no_reminder_before_the_first_day():
    assert told(date(2027, 5, 20), report=OPEN_REPORT) == []


def test_r20_2_after_an_outage_only_the_latest_stage():
    notice = one(date(2027, 6, 16), report=OPEN_REPORT)
    assert (notice.stage, notice.params["days"], notice.params["due"]) == ("7", 4, REPORT_DUE)


def test_r20_the_last_day_is_urgent():
    assert one(REPORT_DUE, report=OPEN_REPORT).urgent
    assert not one(date(2027, 6, 19), report=OPEN_REPORT).urgent


def test_r14_overdue_the_leader_is_told_daily():
    assert told(date(2027, 6, 21), report=OPEN_REPORT) == [("report_overdue", "overdue-1", {L})]
    assert told(date(2027, 6, 22), report=OPEN_REPORT) == [("report_overdue", "overdue-2", {L})]
    assert told(date(2027, 9, 10), report=OPEN_REPORT) == [("report_overdue", "overdue-82", {L})]


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2027, 6, 21), "2026/2027-week-0"),
        (date(2027, 6, 27), "2026/2027-week-0"),
        (date(2027, 6, 28), "2026/2027-week-1"),
        (date(2027, 7, 5), "2026/2027-week-2"),
    ],
)
def test_r14_overdue_coordinator_and_director_are_told_weekly(today, stage):
    reports = [OPEN_REPORT] * 5 + [FINE.report] * 35
    notice = reports_overdue(today, "2026/2027", reports)
    assert notice is not None
    assert (notice.stage, set(notice.roles)) == (stage, {C, D})
    assert notice.params == {"year": "2026/2027", "count": 5, "total": 40}


def test_r14_weeks_are_counted_from_the_first_report_overdue():
    closed_in_mid_year = ReportFact(ReportState.NONE, date(2027, 6, 10))
    notice = reports_overdue(date(2027, 6, 21), "2026/2027", [OPEN_REPORT, closed_in_mid_year])
    assert notice is not None
    assert notice.stage == "2026/2027-week-1"


def test_r14_no_weekly_notice_while_none_is_overdue():
    assert reports_overdue(REPORT_DUE, "2026/2027", [OPEN_REPORT]) is None
    assert reports_overdue(date(2027, 7, 1), "2026/2027", [FINE.report]) is None


def test_r14_2_a_returned_report_reminds_of_the_days_to_mend_and_is_never_overdue():
    back = ReportFact(ReportState.RETURNED, REPORT_DUE, date(2027, 6, 18), date(2027, 6, 24))
    assert told(date(2027, 6, 24), report=back) == [("report_fix_due", "2027-07-01-first", {L})]
    assert told(date(2027, 6, 28), report=back) == [("report_fix_due", "2027-07-01-half", {L})]
    last = one(date(2027, 7, 1), report=back)
    assert (last.stage, last.urgent, last.params["days"]) == ("2027-07-01-last", True, 0)
    assert told(date(2027, 7, 2), report=back) == []


def test_a_report_sent_late_is_no_longer_overdue():
    assert (
        told(date(2027, 7, 1), report=ReportFact(ReportState.SUBMITTED, REPORT_DUE, date(2027, 6, 30))) == []
    )
    assert told(date(2027, 7, 1), report=ReportFact(ReportState.NONE, None)) == []


# --- Protocols ----------------------------------------------------------------------------------------------------

HELD, DUE = PROTOCOL.held_on, PROTOCOL.due


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (HELD, "2027-04-22-first"),
        (date(2027, 4, 16), "2027-04-22-first"),
        (date(2027, 4, 17), "2027-04-22-half"),
        (DUE, "2027-04-22-last"),
    ],
)
def test_r13_5_the_day_of_the_meeting_half_way_and_the_last_day(today, stage):
    assert told(today, protocols=[PROTOCOL]) == [("protocol_due", stage, {L})]


def test_r13_5_half_way_five_days_are_left():
    notice = one(date(2027, 4, 17), protocols=[PROTOCOL])
    assert notice.params == {"number": 2, "due": DUE, "days": 5}
    assert notice.key == "7"


def test_r13_5_then_weekly_with_the_coordinator_in_copy():
    assert told(date(2027, 4, 28), protocols=[PROTOCOL]) == []
    first = one(date(2027, 4, 29), protocols=[PROTOCOL])
    assert (first.kind, set(first.roles), first.params["days"]) == (DueKind.PROTOCOL_OVERDUE, {L, C}, 7)
    stages = [one(DUE + timedelta(days=n), protocols=[PROTOCOL]).stage for n in (7, 13, 14, 21)]
    assert stages == [f"2027-04-22-week-{n}" for n in (1, 1, 2, 3)]


def test_r13_5_a_protocol_due_on_the_day_of_its_meeting_gives_one_notice():
    same_day = ProtocolFact("8", REPORT_DUE, REPORT_DUE, number=3)
    assert told(REPORT_DUE, protocols=[same_day]) == [("protocol_due", "2027-06-20-last", {L})]


def test_a_lodged_protocol_asks_nothing_of_the_leader():
    lodged = replace(PROTOCOL, lodged=True, lodged_on=date(2027, 4, 20))
    assert told(date(2027, 4, 27), protocols=[lodged]) == []


def test_r13_6_a_review_that_waits_is_the_coordinators_own_duty():
    lodged = replace(PROTOCOL, lodged=True, lodged_on=date(2027, 4, 20))
    assert told(date(2027, 4, 28), protocols=[lodged]) == [
        ("protocol_review_overdue", "2027-04-20-week-0", {C})
    ]
    assert told(date(2027, 5, 5), protocols=[lodged]) == [
        ("protocol_review_overdue", "2027-04-20-week-1", {C})
    ]
    assert told(date(2027, 5, 5), protocols=[replace(lodged, accepted=True)]) == []


def test_r13_5_a_returned_protocol_has_its_own_days():
    back = replace(PROTOCOL, lodged_on=date(2027, 4, 20), returned_on=date(2027, 4, 21))
    assert told(date(2027, 4, 21), protocols=[back]) == [("protocol_fix_due", "2027-04-28-first", {L})]
    assert told(date(2027, 4, 28), protocols=[back]) == [("protocol_fix_due", "2027-04-28-last", {L})]
    assert told(date(2027, 5, 5), protocols=[back]) == [("protocol_overdue", "2027-04-28-week-1", {L, C})]


# --- Plan ---------------------------------------------------------------------------------------------------------


def test_members_are_asked_for_proposals():
    notice = one(date(2026, 9, 1), plan=NO_PLAN)
    assert (notice.kind, set(notice.roles)) == (DueKind.PLAN_PROPOSALS, {M})
    assert notice.params == {"year": "2026/2027", "due": date(2026, 9, 15)}
    assert told(date(2026, 9, 12), plan=NO_PLAN) == [("plan_proposals", "3", {M})]
    assert told(date(2026, 9, 16), plan=NO_PLAN) == []


def test_r16_1_the_leader_is_reminded_of_the_plan_and_then_the_coordinator_hears():
    assert told(date(2026, 9, 24), plan=NO_PLAN) == [("plan_due", "2026-10-01-7", {L})]
    assert one(date(2026, 10, 1), plan=NO_PLAN).urgent
    assert told(date(2026, 10, 2), plan=NO_PLAN) == [("plan_overdue", "2026-10-01-week-0", {L, C})]
    assert told(date(2026, 10, 9), plan=NO_PLAN) == [("plan_overdue", "2026-10-01-week-1", {L, C})]
    assert one(date(2026, 10, 9), plan=NO_PLAN).params["days"] == 8


def test_r16_1_a_returned_plan_reminds_of_the_days_to_mend():
    back = PlanFact(PlanState.RETURNED, date(2026, 10, 1), returned_on=date(2026, 10, 20))
    assert told(date(2026, 10, 20), plan=back) == [("plan_fix_due", "2026-10-27-first", {L})]
    assert told(date(2026, 10, 27), plan=back) == [("plan_fix_due", "2026-10-27-last", {L})]
    assert told(date(2026, 10, 28), plan=back) == [("plan_overdue", "2026-10-27-week-0", {L, C})]


def test_members_are_not_asked_for_proposals_to_a_plan_that_was_sent_once():
    back = PlanFact(PlanState.RETURNED, date(2026, 10, 1), returned_on=date(2026, 9, 8))
    assert told(date(2026, 9, 13), plan=back) == [("plan_fix_due", "2026-10-01-first", {L})]
    sent = PlanFact(PlanState.SUBMITTED, date(2026, 10, 1), submitted_on=date(2026, 9, 8))
    assert told(date(2026, 9, 12), plan=sent) == []


def test_no_plan_is_asked_for_where_none_is_owed():
    assert told(date(2027, 8, 20), plan=PlanFact(None, None)) == []


def test_r7_7_a_plan_that_waits_reminds_the_director_and_nobody_else():
    sent = PlanFact(PlanState.SUBMITTED, date(2026, 10, 1), submitted_on=date(2026, 9, 28))
    assert told(date(2026, 10, 5), plan=sent) == []
    notice = one(date(2026, 10, 6), plan=sent)
    assert (notice.kind, set(notice.roles)) == (DueKind.PLAN_WAITING, {D})
    assert notice.params == {"year": "2026/2027", "since": date(2026, 9, 28), "days": 8}


def test_an_unagreed_plan_ends_with_its_year():
    assert told(date(2027, 8, 31), plan=NO_PLAN) != []
    assert told(date(2027, 9, 1), plan=NO_PLAN) == []


def test_a_clock_that_ticks_daily_sends_each_stage_of_a_forgotten_report_once():
    days = [date(2027, 5, 1) + timedelta(days=n) for n in range(62)]
    keys = {(n.kind, n.stage) for day in days for n in due_notices(day, replace(FINE, report=OPEN_REPORT))}
    assert len([key for key in keys if key[0] is DueKind.REPORT_DUE]) == 6
    assert len([key for key in keys if key[0] is DueKind.REPORT_OVERDUE]) == 11  # 21 June … 1 July
