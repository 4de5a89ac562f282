"""The plan of a year from draft to agreement, by the cases of R7."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.person import Person
from mmo_lti.models.plan import Plan
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.rules.states import AssociationState, PlanState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import plan as plans
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import NotFound
from mmo_lti.services.plan_faults import warnings
from mmo_lti.services.plan_item import ItemFields, add_item, edit
from mmo_lti.services.term import term_of
from tests.factories.association import make_association
from tests.factories.membership import make_helper
from tests.factories.moment import moment
from tests.factories.office import make_office
from tests.factories.person import actor_of, make_person
from tests.factories.plan import make_plan
from tests.services.noticed import notices
from tests.services.plan.planned import meetings

YEAR = AcademicYear(2026)


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


def test_a_sent_plan_is_numbered_by_date_as_on_paper(
    session: Session, leader: Actor, association: Association, draft: Plan, director: Actor, now: datetime
) -> None:
    for topic, month in (("Весной", 5), ("Первым делом", 9), ("Снова весной", 5)):
        fields = ItemFields(
            form="семинар-практикум", topic=topic, month=month, place="МБУ МЦ", responsible="руководитель ММО"
        )
        add_item(session, leader, draft, fields, now)
    plan = plans.submit(session, leader, draft, now).thing
    session.refresh(plan, ["items"])
    assert [one.position for one in plan.items] == list(range(1, len(plan.items) + 1))
    topics = [one.topic for one in plan.items]
    assert topics[0] == "Первым делом"
    assert topics.index("Весной") < topics.index("Снова весной")
    terms = [term_of(one, YEAR) for one in plan.items]
    assert terms == sorted(terms, key=str)


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
    with pytest.raises(RuleError) as refused:
        plans.withdraw(session, leader, agreed, now)
    assert refused.value.code == "R7.5"


def test_withdrawing_twice_is_once_and_the_director_reads_that_it_waits_no_more(
    session: Session, leader: Actor, director: Actor, submitted: Plan, now: datetime
) -> None:
    plans.withdraw(session, leader, submitted, now)
    plans.withdraw(session, leader, submitted, now)
    with pytest.raises(RuleError) as refused:
        plans.agree(session, director, submitted, now)
    assert refused.value.code == "plan.not_waiting"


def test_a_second_return_finds_the_first_ones_stamp(
    session: Session, leader: Actor, director: Actor, submitted: Plan, now: datetime
) -> None:
    plans.return_plan(session, director, submitted, "Нет сроков", now)
    for again in (
        lambda: plans.return_plan(session, director, submitted, "Нет сроков", now),
        lambda: plans.agree(session, director, submitted, now),
        lambda: plans.withdraw(session, leader, submitted, now),
    ):
        with pytest.raises(RuleError) as refused:
            again()
        assert (refused.value.code, refused.value.params["at"]) == ("plan.returned", now)


def test_a_plan_of_another_centre_is_not_told_apart_from_none(
    session: Session, other_centre: Centre, submitted: Plan, now: datetime
) -> None:
    stranger = make_person(session, other_centre, "Чужой", employed=False)
    make_office(session, stranger, OfficeKind.DIRECTOR)
    with pytest.raises(NotFound):
        plans.agree(session, actor_of(stranger), submitted, now)
