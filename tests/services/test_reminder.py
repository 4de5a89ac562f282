"""The coordinator reminds leaders by hand: each duty once a day, by the digest, not twice with the clock."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.notice import Notice, NoticeState
from mmo_lti.models.person import Person
from mmo_lti.rules.errors import Denied
from mmo_lti.rules.states import AssociationState, MeetingState, PlanState, ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.actor import Actor
from mmo_lti.services.deadline import run_deadlines
from mmo_lti.services.reminder import Reminded, goes_out_at, remind, to_remind
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.plan import make_plan
from tests.factories.report import make_report

YEAR = AcademicYear(2026)


def duties(session: Session, actor: Actor, now: datetime, year: AcademicYear = YEAR) -> list[str]:
    """What the only association may be reminded of."""
    return [one.duty for row in to_remind(session, actor, year, now) for one in row.fresh]


def sent(session: Session) -> list[Notice]:
    return list(session.scalars(select(Notice).where(Notice.kind.startswith("reminded")).order_by(Notice.id)))


def test_only_a_coordinator_reminds(
    session: Session, association: Association, leader: Actor, director: Actor, now: datetime
) -> None:
    for actor in (leader, director):
        with pytest.raises(Denied):
            to_remind(session, actor, YEAR, now)
        with pytest.raises(Denied):
            remind(session, actor, YEAR, [association.id], now)


def test_who_is_behind_and_with_what(
    session: Session, association: Association, coordinator: Actor, leader_person: Person, now: datetime
) -> None:
    """On 5 October the plan is overdue and no meeting is in sight."""
    [row] = to_remind(session, coordinator, YEAR, now)
    assert (row.genitive, row.leader) == ("учителей математики", leader_person)
    assert [(one.duty, one.cell.code) for one in row.behind] == [
        ("plan", "city.plan.overdue"),
        ("meetings", "city.pace.at_risk"),
    ]
    make_plan(session, association, state=PlanState.AGREED)
    for month in (10, 1, 4):
        make_meeting(session, association, moment(2026 + (month < 9), month, 20))
    assert to_remind(session, coordinator, YEAR, now) == []


def test_each_duty_is_told_once_a_day_and_journalled(
    session: Session, association: Association, coordinator: Actor, leader_person: Person, now: datetime
) -> None:
    assert remind(session, coordinator, YEAR, [association.id], now) == Reminded(1, 2)
    assert remind(session, coordinator, YEAR, [association.id], now + timedelta(hours=3)) == Reminded(0, 0)
    assert [(one.kind, one.person_id, one.link) for one in sent(session)] == [
        ("reminded_plan", leader_person.id, "/a/MMO-02/2026-27/plan"),
        ("reminded_meetings", leader_person.id, "/a/MMO-02"),
    ]
    assert {one.not_before for one in sent(session)} == {goes_out_at(session, coordinator, now)}
    entries = session.scalars(select(JournalEntry).where(JournalEntry.action == "remind")).all()
    assert [(one.actor, one.new_state) for one in entries] == [
        (coordinator.person_id, "plan"),
        (coordinator.person_id, "meetings"),
    ]
    assert remind(session, coordinator, YEAR, [association.id], now + timedelta(days=1)) == Reminded(1, 2)


def test_what_the_clock_told_this_morning_is_not_told_again(
    session: Session, centre: Centre, association: Association, coordinator: Actor, now: datetime
) -> None:
    run_deadlines(session, centre, moment(2026, 10, 2, 3))
    assert duties(session, coordinator, moment(2026, 10, 2, 9)) == []
    assert remind(session, coordinator, YEAR, [association.id], moment(2026, 10, 2, 9)) == Reminded(0, 0)
    assert duties(session, coordinator, moment(2026, 10, 3, 9)) == ["plan", "meetings"]


def test_what_the_clock_set_aside_was_not_told(
    session: Session, centre: Centre, association: Association, coordinator: Actor
) -> None:
    run_deadlines(session, centre, moment(2026, 10, 2, 3))
    for notice in session.scalars(select(Notice)):
        notice.state = NoticeState.SUPERSEDED
    session.flush()
    assert duties(session, coordinator, moment(2026, 10, 2, 9)) == ["plan", "meetings"]


def test_nobody_is_told_who_was_not_chosen_or_leads_nothing(
    session: Session, centre: Centre, association: Association, coordinator: Actor, now: datetime
) -> None:
    vacant = make_association(session, centre, "учителей физики", code="MMO-07")
    rows = to_remind(session, coordinator, YEAR, now)
    assert [(row.genitive, row.leader is None) for row in rows] == [
        ("учителей математики", False),
        ("учителей физики", True),
    ]
    assert remind(session, coordinator, YEAR, [vacant.id, 4000], now) == Reminded(0, 0)
    assert sent(session) == []


def test_protocols_and_the_report_of_a_year_that_is_over(
    session: Session, association: Association, coordinator: Actor
) -> None:
    september = moment(2027, 9, 6)
    make_meeting(session, association, moment(2027, 5, 12), state=MeetingState.HELD, year=2026)
    make_report(session, association, 2026, ReportState.DRAFT)
    assert duties(session, coordinator, september) == ["protocols", "report"], "no plan any more"
    remind(session, coordinator, YEAR, [association.id], september)
    told = {one.kind: one.params for one in sent(session)}
    assert told["reminded_protocols"]["count"] == 1
    assert told["reminded_report"]["days"] == (date(2027, 9, 6) - date(2027, 6, 20)).days


def test_after_closing_the_last_leader_answers(
    session: Session, association: Association, coordinator: Actor, leader_person: Person
) -> None:
    association.state, association.closed_on = AssociationState.CLOSED, date(2027, 6, 1)
    make_report(session, association, 2026, ReportState.DRAFT)
    [row] = to_remind(session, coordinator, YEAR, moment(2027, 8, 20))
    assert (row.leader, [one.duty for one in row.behind]) == (leader_person, ["report"])
