"""What an agreed version brings, and how the next one takes over (R7.6, R11)."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association, AssociationYear
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.plan import Plan
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MeetingState, PlanState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import plan as plans
from mmo_lti.services.actor import Actor
from mmo_lti.services.plan_in_force import in_force
from mmo_lti.services.plan_item import ItemFields, add_item, change_item, edit, remove_item
from tests.factories.plan import make_plan
from tests.services.plan.planned import meetings

YEAR = AcademicYear(2026)


def test_agreeing_plans_the_meetings_keeps_the_priorities_and_wants_the_paper(
    session: Session, agreed: Plan, director: Actor, association: Association
) -> None:
    assert (agreed.state, agreed.agreed_on) == (PlanState.AGREED, date(2026, 10, 5))
    assert [(m.month, m.state, m.called_at, m.number) for m in meetings(session)] == [
        (10, MeetingState.PLANNED, None, 1),
        (1, MeetingState.PLANNED, None, 2),
        (4, MeetingState.PLANNED, None, 3),
    ]
    assert {m.item_uid for m in meetings(session)} == {item.uid for item in agreed.items}
    kept = session.scalars(select(AssociationYear)).one()
    assert kept.priorities == ["Функциональная грамотность"]
    [wanted] = session.scalars(select(OutboxRow).where(OutboxRow.kind == "file_document"))
    assert (wanted.subject_id, wanted.payload) == (agreed.id, {"document": "plan"})


def test_r7_6_an_agreed_version_is_not_edited_a_new_one_is(
    session: Session, leader: Actor, agreed: Plan, association: Association, now: datetime
) -> None:
    with pytest.raises(RuleError) as refused:
        edit(session, leader, agreed, priorities=["Другое"], theme="", now=now)
    assert refused.value.code == "plan.agreed"
    second = plans.start_draft(session, leader, association, YEAR, now)
    assert (second.version, [item.uid for item in second.items]) == (2, [item.uid for item in agreed.items])
    assert in_force(session, association, YEAR) is agreed


def test_r7_6_the_new_version_takes_over_when_it_is_agreed(
    session: Session, leader: Actor, director: Actor, agreed: Plan, association: Association, now: datetime
) -> None:
    called, followed, dropped = meetings(session)
    called.called_at = now
    second = plans.start_draft(session, leader, association, YEAR, now)
    fields = {"form": "заседание", "responsible": "руководитель ММО"}
    change_item(
        session, leader, second, followed.item_uid or "", ItemFields(topic="Новая", month=2, **fields), now
    )
    for gone in (called, dropped):
        remove_item(session, leader, second, gone.item_uid or "", now)
    for month in (3, 5):
        add_item(session, leader, second, ItemFields(topic="Ещё", month=month, **fields), now)
    plans.submit(session, leader, second, now)
    plans.agree(session, director, second, now)
    assert in_force(session, association, YEAR) is second
    assert (called.state, called.item_uid) == (MeetingState.PLANNED, None)  # people were invited to it
    assert (followed.topic, followed.month) == ("Новая", 2)
    assert dropped.state is MeetingState.CANCELLED
    assert [m.month for m in meetings(session)] == [10, 2, 4, 3, 5]


def test_r7_6_a_move_stands_when_a_new_version_keeps_the_line(
    session: Session, leader: Actor, director: Actor, agreed: Plan, association: Association, now: datetime
) -> None:
    moved = meetings(session)[1]
    moved.day, moved.month = date(2027, 2, 10), 2
    second = plans.start_draft(session, leader, association, YEAR, now)
    plans.submit(session, leader, second, now)
    plans.agree(session, director, second, now)
    assert moved.day == date(2027, 2, 10)


def test_an_event_outside_the_plan_becomes_planned_with_its_line(
    session: Session, leader: Actor, director: Actor, association: Association, now: datetime
) -> None:
    plan = make_plan(session, association, months=(1, 4))
    held = Meeting(
        centre_id=association.centre_id,
        association_id=association.id,
        uid="held-before",
        year=2026,
        number=9,
        form="заседание",
        topic="Первое",
        day=date(2026, 9, 20),
        month=9,
        state=MeetingState.HELD,
    )
    session.add(held)
    fields = ItemFields(
        form="заседание", topic="Первое", day=date(2026, 9, 20), responsible="руководитель ММО"
    )
    item = add_item(session, leader, plan, fields, now, meeting=held)
    assert held.item_uid == item.uid
    plans.submit(session, leader, plan, now)
    plans.agree(session, director, plan, now)
    assert len(meetings(session)) == 3
