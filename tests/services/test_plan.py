"""The plan of a year from draft to agreement, by the cases of R7."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association, AssociationYear
from mmo_lti.models.centre import Centre
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.notice import Notice
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Person
from mmo_lti.models.plan import Plan
from mmo_lti.rules.errors import Denied, MoveRefused, RuleError
from mmo_lti.rules.states import AssociationState, MeetingState, PlanState, ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import plan as plans
from mmo_lti.services.actor import Actor
from mmo_lti.services.meeting import from_item
from mmo_lti.services.permission import NotFound
from mmo_lti.services.plan_faults import warnings
from mmo_lti.services.plan_in_force import in_force
from mmo_lti.services.plan_item import ItemFields, add_item, change_item, edit, remove_item, reorder
from mmo_lti.services.plan_offer import offered_priorities
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper
from tests.factories.moment import moment
from tests.factories.office import make_office
from tests.factories.person import actor_of, make_person
from tests.factories.plan import make_plan
from tests.factories.report import make_report

YEAR = AcademicYear(2026)


def notices(session: Session, kind: str) -> list[Notice]:
    return list(session.scalars(select(Notice).where(Notice.kind == kind)))


def meetings(session: Session) -> list[Meeting]:
    return list(session.scalars(select(Meeting).order_by(Meeting.number)))


@pytest.fixture
def draft(session: Session, association: Association) -> Plan:
    return make_plan(session, association)


@pytest.fixture
def submitted(session: Session, leader: Actor, draft: Plan, director: Actor, now: datetime) -> Plan:
    return plans.submit(session, leader, draft, now).thing


@pytest.fixture
def agreed(session: Session, director: Actor, submitted: Plan, now: datetime) -> Plan:
    return plans.agree(session, director, submitted, now)


def test_a_draft_is_started_once_however_often_it_is_asked_for(
    session: Session, leader: Actor, association: Association, now: datetime
) -> None:
    first = plans.start_draft(session, leader, association, YEAR, now)
    assert (first.version, first.state) == (1, PlanState.DRAFT)
    assert plans.start_draft(session, leader, association, YEAR, now) is first


def test_a_helper_drafts_but_never_submits(
    session: Session, association: Association, teachers: list[Person], now: datetime
) -> None:
    make_helper(session, association, teachers[3])
    helper = actor_of(teachers[3])
    plan = plans.start_draft(session, helper, association, YEAR, now)
    with pytest.raises(Denied):
        plans.submit(session, helper, plan, now)


def test_a_member_does_not_draft(
    session: Session, member: Actor, association: Association, now: datetime
) -> None:
    with pytest.raises(Denied):
        plans.start_draft(session, member, association, YEAR, now)


@pytest.mark.parametrize(
    ("day", "code"),
    [(moment(2027, 4, 30), "plan.too_early"), (moment(2028, 9, 1), "plan.year_over")],
)
def test_next_years_plan_may_be_drafted_from_1_may_until_its_year_ends(
    session: Session, leader: Actor, association: Association, day: datetime, code: str
) -> None:
    with pytest.raises(RuleError) as refused:
        plans.start_draft(session, leader, association, AcademicYear(2027), day)
    assert refused.value.code == code
    assert (
        plans.start_draft(session, leader, association, AcademicYear(2027), moment(2027, 5, 1)).year == 2027
    )


def test_only_an_active_association_has_a_plan(
    session: Session, coordinator: Actor, centre: Centre, now: datetime
) -> None:
    gathering = make_association(session, centre, state=AssociationState.DRAFT)
    with pytest.raises(RuleError) as refused:
        plans.start_draft(session, coordinator, gathering, YEAR, now)
    assert refused.value.code == "association.not_active"


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
    reorder(session, leader, plan, [second.uid, first.uid], now)
    assert [item.uid for item in plan.items] == [second.uid, first.uid]
    remove_item(session, leader, plan, second.uid, now)
    assert [(item.uid, item.position) for item in plan.items] == [(first.uid, 1)]


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


def test_r7_1_all_faults_are_named_at_once(
    session: Session, leader: Actor, association: Association, now: datetime
) -> None:
    plan = make_plan(session, association, months=(10, 1), priorities=[])
    add_item(session, leader, plan, ItemFields(form="мастер-класс", topic="Урок"), now)
    with pytest.raises(RuleError) as refused:
        plans.submit(session, leader, plan, now)
    assert refused.value.code == "R7.1"
    assert {fault.code: dict(fault.params) for fault in refused.value.faults} == {
        "R7.1.meetings": {"count": 2, "needed": 3},
        "R7.1.priorities": {"count": 0, "at_most": 7},
        "R7.1.term": {"items": (3,)},
        "R7.1.responsible": {"items": (3,)},
    }
    assert plan.state is PlanState.DRAFT


def test_r7_2_without_proposals_it_is_sent_with_a_warning_that_the_director_sees_too(
    session: Session, leader: Actor, draft: Plan, director: Actor, now: datetime
) -> None:
    sent = plans.submit(session, leader, draft, now)
    assert [fault.code for fault in sent.warnings] == ["R7.2"]
    assert [fault.code for fault in warnings(session, draft)] == ["R7.2"]
    assert draft.state is PlanState.SUBMITTED
    [notice] = notices(session, "plan_submitted")
    assert notice.person_id == director.person_id
    assert notice.link == "/a/MMO-02/2026-27/plan"


def test_a_plan_sent_twice_is_sent_once(
    session: Session, leader: Actor, submitted: Plan, now: datetime
) -> None:
    plans.submit(session, leader, submitted, now)
    sent = session.scalars(select(JournalEntry).where(JournalEntry.action == "plan.submit")).all()
    assert len(sent) == 1
    assert (sent[0].old_state, sent[0].new_state) == ("draft", "submitted")


def test_r7_3_a_submitted_plan_is_not_changed_until_it_is_withdrawn(
    session: Session, leader: Actor, submitted: Plan, now: datetime
) -> None:
    with pytest.raises(RuleError) as refused:
        edit(session, leader, submitted, priorities=["Другое"], theme="", now=now)
    assert refused.value.code == "R7.3"
    plans.withdraw(session, leader, submitted, now)
    edit(session, leader, submitted, priorities=["Другое"], theme="", now=now)
    assert (submitted.state, submitted.priorities) == (PlanState.DRAFT, ["Другое"])


def test_r7_3_the_leader_does_not_agree_the_plan(
    session: Session, leader: Actor, submitted: Plan, now: datetime
) -> None:
    with pytest.raises(Denied) as refused:
        plans.agree(session, leader, submitted, now)
    assert (refused.value.code, refused.value.params["centre"]) == ("R7.3.director", "МБУ МЦ")


def test_r7_4_the_director_does_not_return_without_words(
    session: Session, director: Actor, leader: Actor, submitted: Plan, now: datetime
) -> None:
    with pytest.raises(RuleError) as refused:
        plans.return_plan(session, director, submitted, " … ", now)
    assert refused.value.code == "R7.4"
    plans.return_plan(session, director, submitted, "Уточните сроки", now)
    assert (submitted.state, submitted.remarks) == (PlanState.RETURNED, "Уточните сроки")
    [notice] = notices(session, "plan_returned")
    assert (notice.person_id, notice.urgent) == (leader.person_id, True)
    assert notice.params["due"] == "2026-10-12"  # five working days after 5 October


def test_a_returned_plan_is_mended_and_sent_again(
    session: Session, director: Actor, leader: Actor, submitted: Plan, now: datetime
) -> None:
    plans.return_plan(session, director, submitted, "Уточните сроки", now)
    edit(session, leader, submitted, priorities=["ФГОС"], theme="", now=now)
    assert (submitted.state, submitted.remarks) == (PlanState.DRAFT, "Уточните сроки")
    plans.submit(session, leader, submitted, now)
    assert (submitted.state, submitted.remarks) == (PlanState.SUBMITTED, "")


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


def test_r7_5_the_director_acts_twice_one_act_one_stamp(
    session: Session, director: Actor, agreed: Plan, now: datetime
) -> None:
    with pytest.raises(RuleError) as refused:
        plans.agree(session, director, agreed, moment(2026, 10, 5, 9, 1))
    assert (refused.value.code, refused.value.params["at"]) == ("R7.5", now)
    with pytest.raises(RuleError):
        plans.return_plan(session, director, agreed, "Поздно", now)
    assert agreed.decided_at == now
    assert len(meetings(session)) == 3


def test_r7_5_leader_and_director_are_one_person_the_acting_director_agrees(
    session: Session,
    centre: Centre,
    leader_person: Person,
    leader: Actor,
    draft: Plan,
    now: datetime,
) -> None:
    make_office(session, leader_person, OfficeKind.DIRECTOR)
    plans.submit(session, leader, draft, now)
    with pytest.raises(Denied):
        plans.agree(session, leader, draft, now)
    acting = make_person(session, centre, "Замещалова", employed=False)
    make_office(session, acting, OfficeKind.ACTING_DIRECTOR)
    assert plans.agree(session, actor_of(acting), draft, now).state is PlanState.AGREED


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


def test_the_coordinator_submits_for_an_absent_leader_with_a_reason(
    session: Session, coordinator: Actor, director: Actor, draft: Plan, now: datetime
) -> None:
    with pytest.raises(Denied):
        plans.submit(session, coordinator, draft, now)
    plans.submit(session, coordinator, draft, now, reason="Руководитель в отпуске")
    assert draft.submitted_for_leader == "Руководитель в отпуске"


def test_an_unagreed_version_ends_with_its_year(
    session: Session, director: Actor, submitted: Plan, now: datetime
) -> None:
    with pytest.raises(RuleError) as refused:
        plans.agree(session, director, submitted, moment(2027, 9, 1))
    assert refused.value.code == "plan.year_over"


def test_withdrawing_is_over_once_the_director_acted(
    session: Session, leader: Actor, agreed: Plan, now: datetime
) -> None:
    with pytest.raises(MoveRefused):
        plans.withdraw(session, leader, agreed, now)


def test_a_plan_of_another_centre_is_not_told_apart_from_none(
    session: Session, other_centre: Centre, submitted: Plan, now: datetime
) -> None:
    stranger = make_person(session, other_centre, "Чужой", employed=False)
    make_office(session, stranger, OfficeKind.DIRECTOR)
    with pytest.raises(NotFound):
        plans.agree(session, actor_of(stranger), submitted, now)


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


def test_a_new_plan_is_offered_last_years_outlook_once_that_report_was_sent(
    session: Session, association: Association
) -> None:
    report = make_report(session, association, 2025, words={"9": "- Наставничество\n\n– ФГОС"})
    assert offered_priorities(session, association, YEAR) == []
    report.state = ReportState.SUBMITTED
    assert offered_priorities(session, association, YEAR) == ["Наставничество", "ФГОС"]
