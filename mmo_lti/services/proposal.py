"""Members' proposals for the plan of a year, each answered by the leader (R7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.plan import Plan, PlanItem, Proposal, ProposalState
from mmo_lti.rules.action import Action
from mmo_lti.rules.activity import MEETING_FORM
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.plan_check import LONGEST_TOPIC
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import journal, typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.link import plan_path
from mmo_lti.services.notice import notify
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.plan import check_year
from mmo_lti.services.plan_item import ItemFields, add_item
from mmo_lti.services.scope import check_centre, hold, local_today


def propose(
    session: Session,
    actor: Actor,
    association: Association,
    year: AcademicYear,
    topic: str,
    now: datetime,
    *,
    form: str = "",
    month: int | None = None,
) -> Proposal:
    """A member proposes a theme for the year's plan; the same open proposal sent again is not doubled."""
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.PLAN_PROPOSE, today, association)
    check_year(association, year, today)
    if month is not None and not 1 <= month <= 12:
        raise RuleError("plan.month_unknown", month=month)
    proposal = Proposal(
        centre_id=association.centre_id,
        association_id=association.id,
        year=year.start,
        person_id=actor.person_id,
        form=typed_text.line(form, "form", 200),
        topic=typed_text.line(topic, "topic", LONGEST_TOPIC, required=True),
        month=month,
        state=ProposalState.OPEN,
        created_at=now,
    )
    hold(session, association)
    known = _same(session, proposal)
    if known is not None:
        return known
    session.add(proposal)
    _record(session, actor, proposal, "proposal.make", "", now)
    return proposal


def take(
    session: Session, actor: Actor, proposal: Proposal, plan: Plan, now: datetime, words: str = ""
) -> PlanItem:
    """The leader takes the proposal as a line of its own; words for its author are optional."""
    _open(session, actor, proposal, plan, now)
    form = proposal.form or MEETING_FORM
    fields = ItemFields(form=form, topic=proposal.topic, month=proposal.month)
    item = add_item(session, actor, plan, fields, now, form_key=f"proposal-{proposal.id}")
    _answer(session, actor, proposal, ProposalState.TAKEN, words, now, item)
    return item


def merge(
    session: Session, actor: Actor, proposal: Proposal, plan: Plan, item_uid: str, words: str, now: datetime
) -> Proposal:
    """The leader takes the proposal into a line that is there, with a word; `proposal.words` without."""
    _open(session, actor, proposal, plan, now)
    item = next((each for each in plan.items if each.uid == item_uid), None)
    if item is None:
        raise NotFound
    told = typed_text.words(words, "proposal.words")
    return _answer(session, actor, proposal, ProposalState.MERGED, told, now, item)


def decline(session: Session, actor: Actor, proposal: Proposal, words: str, now: datetime) -> Proposal:
    """The leader declines with a word why; `proposal.words` without."""
    _open(session, actor, proposal, None, now)
    told = typed_text.words(words, "proposal.words")
    return _answer(session, actor, proposal, ProposalState.DECLINED, told, now, None)


def of_year(session: Session, association: Association, year: AcademicYear) -> list[Proposal]:
    """All proposals of a year, oldest first."""
    return list(
        session.scalars(
            select(Proposal)
            .where(
                Proposal.centre_id == association.centre_id,
                Proposal.association_id == association.id,
                Proposal.year == year.start,
            )
            .order_by(Proposal.id)
        )
    )


def _open(session: Session, actor: Actor, proposal: Proposal, plan: Plan | None, now: datetime) -> None:
    """An answered proposal is not answered again; a declined one may still be taken."""
    check_centre(actor, proposal)
    association = session.get_one(Association, proposal.association_id)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.PROPOSAL_ANSWER, today, association)
    if plan is not None and (plan.association_id, plan.year) != (proposal.association_id, proposal.year):
        raise NotFound
    hold(session, proposal)
    open_states = {ProposalState.OPEN} if plan is None else {ProposalState.OPEN, ProposalState.DECLINED}
    if proposal.state not in open_states:
        raise RuleError("proposal.answered", state=proposal.state.value)


def _answer(
    session: Session,
    actor: Actor,
    proposal: Proposal,
    state: ProposalState,
    words: str,
    now: datetime,
    item: PlanItem | None,
) -> Proposal:
    was = proposal.state
    proposal.state = state
    proposal.answer = typed_text.paragraphs(words, "words", 1000)
    proposal.item_uid = item.uid if item else None
    _record(session, actor, proposal, f"proposal.{state.value}", was.value, now)
    association = session.get_one(Association, proposal.association_id)
    declined = state is ProposalState.DECLINED
    params = {"association": association.genitive, "topic": proposal.topic}
    notify(
        session,
        proposal.centre_id,
        proposal.person_id,
        "proposal_declined" if declined else "proposal_taken",
        proposal,
        state.value,
        params | ({"answer": proposal.answer} if declined else {}),
        plan_path(association, proposal.year),
        now,
        association_id=association.id,
    )
    return proposal


def _same(session: Session, proposal: Proposal) -> Proposal | None:
    return session.scalar(
        select(Proposal)
        .where(
            Proposal.centre_id == proposal.centre_id,
            Proposal.association_id == proposal.association_id,
            Proposal.year == proposal.year,
            Proposal.person_id == proposal.person_id,
            Proposal.topic == proposal.topic,
            Proposal.form == proposal.form,
            Proposal.month.is_(None) if proposal.month is None else Proposal.month == proposal.month,
            Proposal.state == ProposalState.OPEN,
        )
        .limit(1)
    )


def _record(session: Session, actor: Actor, proposal: Proposal, action: str, was: str, now: datetime) -> None:
    session.flush()
    journal.record(
        session,
        actor,
        action,
        proposal,
        now,
        old=was,
        new=proposal.state.value,
        association_id=proposal.association_id,
        words=proposal.answer or "",
    )
