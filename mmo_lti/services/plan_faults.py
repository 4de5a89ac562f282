"""What a plan of a year lacks, and what leader and director should know of it (R7.1, R7.2)."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import Plan, Proposal, ProposalState
from mmo_lti.rules.errors import Fault
from mmo_lti.rules.plan_check import PlanDraft, PlanItemDraft, check_plan, plan_faults, plan_warnings
from mmo_lti.rules.states import MeetingState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.term import duties_of, term_of


def faults(session: Session, plan: Plan) -> tuple[Fault, ...]:
    """What R7.1 would deny if the plan were sent now."""
    return plan_faults(_draft(session, plan), _needed(session, plan))


def warnings(session: Session, plan: Plan) -> tuple[Fault, ...]:
    """What leader and director are told although the plan may be sent (R7.2)."""
    return plan_warnings(_draft(session, plan))


def check_complete(session: Session, plan: Plan) -> None:
    """Raise `RuleError("R7.1")` with all faults at once."""
    check_plan(_draft(session, plan), _needed(session, plan))


def proposals_taken(session: Session, plan: Plan) -> int:
    """How many of the members' proposals are in the plan of the year."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Proposal)
            .where(
                Proposal.centre_id == plan.centre_id,
                Proposal.association_id == plan.association_id,
                Proposal.year == plan.year,
                Proposal.state.in_([ProposalState.TAKEN, ProposalState.MERGED]),
            )
        )
        or 0
    )


def cancelled_items(session: Session, plan: Plan) -> frozenset[str]:
    """Lines whose meeting is cancelled: they stay in the plan, marked, and do not count."""
    uids = session.scalars(
        select(Meeting.item_uid).where(
            Meeting.centre_id == plan.centre_id,
            Meeting.association_id == plan.association_id,
            Meeting.year == plan.year,
            Meeting.item_uid.is_not(None),
            Meeting.state == MeetingState.CANCELLED,
        )
    )
    return frozenset(uid for uid in uids if uid)


def _draft(session: Session, plan: Plan) -> PlanDraft:
    year = AcademicYear(plan.year)
    cancelled = cancelled_items(session, plan)
    return PlanDraft(
        year=year,
        items=[
            PlanItemDraft(
                number=item.position,
                is_meeting=item.is_meeting,
                topic=item.topic,
                day=term_of(item, year),
                responsible=item.responsible,
                cancelled=item.uid in cancelled,
            )
            for item in plan.items
        ],
        priorities=plan.priorities,
        proposals_taken=proposals_taken(session, plan),
    )


def _needed(session: Session, plan: Plan) -> int:
    return duties_of(session, plan.association, AcademicYear(plan.year)).needed
