"""R7: a new plan is offered last year's outlook and what was planned and not done."""

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.plan import Plan
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.rules.states import MeetingState, PlanState, ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import NotFound
from mmo_lti.services.plan_item import remove_item
from mmo_lti.services.plan_offer import not_done, offer, offered_priorities, take_item, take_priority
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.plan import make_plan
from tests.factories.report import make_report

YEAR = AcademicYear(2026)
TODAY = date(2026, 10, 5)


@pytest.fixture
def last(session: Session, association: Association) -> Plan:
    """Last year's plan: its first meeting was held, the second cancelled, of the third nobody said anything."""
    plan = make_plan(session, association, year=2025, state=PlanState.AGREED)
    for item, state in zip(plan.items, (MeetingState.HELD, MeetingState.CANCELLED), strict=False):
        make_meeting(
            session,
            association,
            moment(2026, 1, item.position),
            number=item.position,
            year=2025,
            item_uid=item.uid,
            state=state,
        )
    return plan


@pytest.fixture
def draft(session: Session, association: Association) -> Plan:
    return make_plan(session, association, ())


@pytest.fixture
def outlook(session: Session, association: Association) -> list[str]:
    words = {"9": "- Наставничество\n\n– ФГОС"}
    make_report(session, association, 2025, ReportState.SUBMITTED, words=words)
    return ["Наставничество", "ФГОС"]


def test_last_years_outlook_once_that_report_was_sent(session: Session, association: Association) -> None:
    report = make_report(session, association, 2025, words={"9": "- Наставничество\n\n– ФГОС"})
    assert offered_priorities(session, association, YEAR) == []
    report.state = ReportState.SUBMITTED
    assert offered_priorities(session, association, YEAR) == ["Наставничество", "ФГОС"]


def test_what_was_cancelled_or_never_held(session: Session, association: Association, last: Plan) -> None:
    found = not_done(session, association, YEAR.previous, TODAY)
    assert [(one.item.topic, one.cancelled) for one in found] == [("Тема 2", True), ("Тема 3", False)]


def test_in_may_what_is_still_to_come_is_not_offered(
    session: Session, association: Association, last: Plan
) -> None:
    last.items[2].month = 5
    found = not_done(session, association, YEAR.previous, date(2026, 5, 20))
    assert [one.item.topic for one in found] == ["Тема 2"]


def test_an_offer_is_taken_once_and_then_gone(
    session: Session, leader: Actor, draft: Plan, last: Plan, outlook: list[str], now: datetime
) -> None:
    first, second = outlook
    for _ in range(2):
        take_priority(session, leader, draft, first, now)
        take_item(session, leader, draft, last.items[1].uid, now)
    assert draft.priorities == ["Функциональная грамотность", first]
    [item] = draft.items
    assert (item.topic, item.month, item.day, item.is_meeting) == ("Тема 2", 1, None, True)
    rest = offer(session, draft, TODAY)
    assert rest.priorities == (second,)
    assert [one.item.topic for one in rest.items] == ["Тема 3"]
    remove_item(session, leader, draft, item.uid, now)
    assert len(offer(session, draft, TODAY).items) == 2, "what was dropped may be taken again"


def test_only_what_is_offered_by_who_drafts_and_while_it_is_a_draft(
    session: Session,
    leader: Actor,
    member: Actor,
    draft: Plan,
    last: Plan,
    outlook: list[str],
    now: datetime,
) -> None:
    with pytest.raises(NotFound):
        take_priority(session, leader, draft, "Своё", now)
    with pytest.raises(NotFound):
        take_item(session, leader, draft, last.items[0].uid, now)
    with pytest.raises(Denied):
        take_priority(session, member, draft, outlook[0], now)
    with pytest.raises(Denied):
        take_item(session, member, draft, last.items[1].uid, now)
    draft.state = PlanState.SUBMITTED
    with pytest.raises(RuleError) as refused:
        take_item(session, leader, draft, last.items[1].uid, now)
    assert refused.value.code == "R7.3"


def test_seven_priorities_are_enough(
    session: Session, leader: Actor, draft: Plan, outlook: list[str], now: datetime
) -> None:
    draft.priorities = [str(number) for number in range(7)]
    with pytest.raises(RuleError) as refused:
        take_priority(session, leader, draft, outlook[0], now)
    assert refused.value.code == "plan.priorities_many"
