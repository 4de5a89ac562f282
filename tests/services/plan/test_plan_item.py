"""The lines of a plan that is being drafted (R7, R9, R10)."""

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.plan import Plan
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import plan as plans
from mmo_lti.services.actor import Actor
from mmo_lti.services.meeting import from_item
from mmo_lti.services.permission import NotFound
from mmo_lti.services.plan_item import ItemFields, add_item, change_item, edit, remove_item
from tests.factories.meeting import make_meeting
from tests.factories.plan import make_plan

YEAR = AcademicYear(2026)


@pytest.fixture
def draft(session: Session, association: Association) -> Plan:
    return make_plan(session, association)


def test_priorities_and_theme_are_cleaned_and_kept(
    session: Session, leader: Actor, draft: Plan, now: datetime
) -> None:
    edit(
        session, leader, draft, priorities=["  Наставничество ", "", "ФГОС"], theme="Тема\u0007 года", now=now
    )
    assert (draft.priorities, draft.theme) == (["Наставничество", "ФГОС"], "Тема года")
    with pytest.raises(RuleError) as refused:
        edit(session, leader, draft, priorities=[str(n) for n in range(8)], theme="", now=now)
    assert refused.value.code == "plan.priorities_many"


def test_lines_are_added_changed_moved_and_removed(
    session: Session, leader: Actor, association: Association, now: datetime
) -> None:
    plan = plans.start_draft(session, leader, association, YEAR, now)
    first = add_item(session, leader, plan, ItemFields(form="заседание", topic="А", month=10), now)
    second = add_item(session, leader, plan, ItemFields(form="мастер-класс", topic="Б", month=11), now)
    change_item(
        session, leader, plan, second.uid, ItemFields(form="мастер-класс", day=date(2026, 11, 12)), now
    )
    assert (first.is_meeting, second.is_meeting, second.month, second.day) == (
        True,
        False,
        11,
        date(2026, 11, 12),
    )
    remove_item(session, leader, plan, first.uid, now)
    assert [(item.uid, item.position) for item in plan.items] == [(second.uid, 1)]


def test_a_form_sent_twice_adds_one_line(
    session: Session, leader: Actor, association: Association, now: datetime
) -> None:
    plan = plans.start_draft(session, leader, association, YEAR, now)
    fields = ItemFields(form="заседание", topic="А", month=10)
    once = add_item(session, leader, plan, fields, now, form_key="a1b2")
    again = add_item(session, leader, plan, fields, now, form_key="a1b2")
    assert once is again
    assert len(plan.items) == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (ItemFields(form="пикник", month=10), "form.unknown"),
        (ItemFields(form=" ", month=10), "text.missing"),
        (ItemFields(form="заседание", topic="ф" * 301), "text.too_long"),
        (ItemFields(form="заседание", month=13), "plan.month_unknown"),
        (ItemFields(form="заседание", day=date(2027, 9, 1)), "plan.day_outside_year"),
        (ItemFields(form="мастер-класс", day=date(2026, 8, 28)), "plan.day_outside_year"),
    ],
)
def test_a_line_that_does_not_fit_is_refused(
    session: Session, leader: Actor, draft: Plan, fields: ItemFields, code: str, now: datetime
) -> None:
    with pytest.raises(RuleError) as refused:
        add_item(session, leader, draft, fields, now)
    assert refused.value.code == code
    assert len(draft.items) == 3


def test_a_meeting_may_open_the_year_in_late_august(
    session: Session, leader: Actor, draft: Plan, now: datetime
) -> None:
    item = add_item(session, leader, draft, ItemFields(form="заседание", day=date(2026, 8, 28)), now)
    assert item.day == date(2026, 8, 28)


def test_a_line_that_is_no_meeting_gets_its_event_once(
    session: Session, leader: Actor, director: Actor, draft: Plan, association: Association, now: datetime
) -> None:
    fields = ItemFields(form="мастер-класс", topic="Урок", month=11, responsible="члены ММО")
    item = add_item(session, leader, draft, fields, now)
    plans.submit(session, leader, draft, now)
    plans.agree(session, director, draft, now)
    event = from_item(session, leader, association, YEAR, item.uid, now)
    assert (event.is_meeting, event.topic, event.month, event.item_uid) == (False, "Урок", 11, item.uid)
    assert from_item(session, leader, association, YEAR, item.uid, now) is event
    with pytest.raises(NotFound):
        from_item(session, leader, association, YEAR, "нет такой", now)


def test_a_meeting_is_outside_the_plan_again_when_its_line_goes_before_agreement(
    session: Session, leader: Actor, draft: Plan, association: Association, now: datetime
) -> None:
    meeting = make_meeting(session, association)
    item = add_item(session, leader, draft, ItemFields(form="заседание", month=10), now, meeting=meeting)
    remove_item(session, leader, draft, item.uid, now)
    assert meeting.item_uid is None
