"""Members' proposals for the plan (R7)."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.notice import Notice
from mmo_lti.models.person import Person
from mmo_lti.models.plan import Plan, Proposal, ProposalState
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import plan as plans
from mmo_lti.services import proposal as proposals
from mmo_lti.services.actor import Actor
from mmo_lti.services.plan_faults import proposals_taken, warnings
from mmo_lti.services.plan_item import remove_item
from tests.factories.membership import make_helper
from tests.factories.person import actor_of

YEAR = AcademicYear(2026)


@pytest.fixture
def plan(session: Session, leader: Actor, association: Association, now: datetime) -> Plan:
    return plans.start_draft(session, leader, association, YEAR, now)


@pytest.fixture
def proposal(session: Session, member: Actor, association: Association, now: datetime) -> Proposal:
    return proposals.propose(
        session, member, association, YEAR, "Проектный урок", now, form="мастер-класс", month=11
    )


def notice_of(session: Session, proposal: Proposal) -> Notice:
    return session.scalars(select(Notice).where(Notice.person_id == proposal.person_id)).one()


def test_a_member_proposes_and_an_outsider_does_not(
    session: Session, outsider: Actor, association: Association, proposal: Proposal, now: datetime
) -> None:
    assert proposal.state is ProposalState.OPEN
    with pytest.raises(Denied):
        proposals.propose(session, outsider, association, YEAR, "Чужое", now)


def test_the_same_proposal_sent_twice_is_one(
    session: Session, member: Actor, association: Association, proposal: Proposal, now: datetime
) -> None:
    again = proposals.propose(
        session, member, association, YEAR, " Проектный  урок ", now, form="мастер-класс", month=11
    )
    assert again is proposal
    assert len(proposals.of_year(session, association, YEAR)) == 1


def test_taking_makes_a_line_and_the_proposer_sees_it(
    session: Session, leader: Actor, plan: Plan, proposal: Proposal, now: datetime
) -> None:
    item = proposals.take(session, leader, proposal, plan, now)
    assert (item.topic, item.form, item.month) == ("Проектный урок", "мастер-класс", 11)
    assert (proposal.state, proposal.item_uid) == (ProposalState.TAKEN, item.uid)
    assert notice_of(session, proposal).kind == "proposal_taken"
    assert warnings(session, plan) == ()


def test_merging_needs_a_word(
    session: Session, leader: Actor, member: Actor, plan: Plan, proposal: Proposal, now: datetime
) -> None:
    other = proposals.propose(session, member, plan.association, YEAR, "Проекты на уроке", now)
    item = proposals.take(session, leader, other, plan, now)
    with pytest.raises(RuleError) as refused:
        proposals.merge(session, leader, proposal, plan, item.uid, "", now)
    assert refused.value.code == "proposal.words"
    proposals.merge(session, leader, proposal, plan, item.uid, "Объединили с близкой темой", now)
    assert (proposal.state, proposal.item_uid) == (ProposalState.MERGED, item.uid)
    assert proposals_taken(session, plan) == 2


def test_declining_needs_a_word_why_and_the_proposer_reads_it(
    session: Session, leader: Actor, proposal: Proposal, now: datetime
) -> None:
    with pytest.raises(RuleError) as refused:
        proposals.decline(session, leader, proposal, " - ", now)
    assert refused.value.code == "proposal.words"
    proposals.decline(session, leader, proposal, "Тема была в прошлом году", now)
    notice = notice_of(session, proposal)
    assert (notice.kind, notice.params["answer"]) == ("proposal_declined", "Тема была в прошлом году")


def test_an_answer_stands_but_a_declined_proposal_may_still_be_taken(
    session: Session, leader: Actor, plan: Plan, proposal: Proposal, now: datetime
) -> None:
    proposals.decline(session, leader, proposal, "Нет места в плане", now)
    with pytest.raises(RuleError) as refused:
        proposals.decline(session, leader, proposal, "Ещё раз", now)
    assert refused.value.code == "proposal.answered"
    proposals.take(session, leader, proposal, plan, now)
    with pytest.raises(RuleError):
        proposals.take(session, leader, proposal, plan, now)


def test_a_proposal_is_open_again_when_its_line_goes(
    session: Session, leader: Actor, plan: Plan, proposal: Proposal, now: datetime
) -> None:
    item = proposals.take(session, leader, proposal, plan, now)
    remove_item(session, leader, plan, item.uid, now)
    assert (proposal.state, proposal.item_uid) == (ProposalState.OPEN, None)


def test_only_the_leader_answers(
    session: Session, association: Association, teachers: list[Person], proposal: Proposal, now: datetime
) -> None:
    make_helper(session, association, teachers[3])
    with pytest.raises(Denied):
        proposals.decline(session, actor_of(teachers[3]), proposal, "Нет", now)
