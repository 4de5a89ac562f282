"""What the page of a plan shows: the versions, the proposals, what is missing, what the actor may do."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import Plan, Proposal
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import Fault
from mmo_lti.rules.permission import Circumstance
from mmo_lti.rules.states import MeetingState, PlanState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import plan_faults, plan_in_force, proposal
from mmo_lti.services.actor import Actor
from mmo_lti.services.for_leader import with_reason
from mmo_lti.services.permission import NotFound, may, require
from mmo_lti.services.plan_offer import Offer, offer
from mmo_lti.services.scope import centre_of, local_today
from mmo_lti.services.term import duties_of
from mmo_lti.services.year_settings import settings_for

ASKED = (
    Action.PLAN_DRAFT,
    Action.PLAN_SUBMIT,
    Action.PLAN_WITHDRAW,
    Action.PLAN_PROPOSE,
    Action.PROPOSAL_ANSWER,
    Action.PLAN_AGREE,
    Action.MEETING_CALL,
)


@dataclass(frozen=True)
class PlanYear:
    """`agreed` is in force, `newest` is being drafted or waits, as far as it may be seen."""

    agreed: Plan | None
    newest: Plan | None
    proposals: list[Proposal]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    due: date | None
    proposals_due: date | None
    forms: tuple[str, ...]
    may: frozenset[Action]
    with_reason: frozenset[Action]
    """What a coordinator may do for an absent leader."""
    events: Mapping[str, Meeting]
    """The year's meetings and events by the line of the plan (`uid`) that they come from."""
    unplanned: tuple[Meeting, ...]
    """Those that come from no line and may still be put into the plan (R11)."""
    offer: Offer
    """What of last year may be taken into the draft."""
    form_key: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Goes into the form that adds a line: sent twice, it adds one."""

    @property
    def shown(self) -> Plan | None:
        """What stands on top: the version being worked on, else the one in force."""
        return self.newest or self.agreed


def plan_year(
    session: Session, actor: Actor, association: Association, year: AcademicYear, now: datetime
) -> PlanYear:
    """Gather the page; `Denied` for whom the plan is not."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.PLAN_SEE, day, association)
    newest = plan_in_force.newest(session, association, year)
    agreed = plan_in_force.in_force(session, association, year)
    if newest is not None and not _may_see(session, actor, newest, day):
        newest = agreed
    terms = duties_of(session, association, year)
    meetings = _meetings(session, association, year)
    drafting = newest is not None and newest.state in (PlanState.DRAFT, PlanState.RETURNED)
    writes = drafting and may(session, actor, Action.PLAN_DRAFT, day, association)
    return PlanYear(
        agreed=agreed,
        newest=newest,
        proposals=proposal.of_year(session, association, year),
        faults=tuple(plan_faults.faults(session, newest)) if newest is not None and drafting else (),
        warnings=tuple(plan_faults.warnings(session, newest)) if newest is not None else (),
        due=terms.plan_due,
        proposals_due=terms.proposals_due,
        forms=tuple(settings_for(session, centre_of(session, actor), year.start).forms),
        may=frozenset(one for one in ASKED if may(session, actor, one, day, association)),
        with_reason=with_reason(session, actor, (Action.PLAN_SUBMIT, Action.PLAN_WITHDRAW), day, association),
        events={one.item_uid: one for one in meetings if one.item_uid},
        unplanned=tuple(
            one for one in meetings if not one.item_uid and one.state is not MeetingState.CANCELLED
        ),
        offer=offer(session, newest, day) if newest is not None and writes else Offer(),
    )


def newest_plan(session: Session, association: Association, year: AcademicYear) -> Plan | None:
    """The newest version of the year, whatever its state."""
    return plan_in_force.newest(session, association, year)


def find_proposal(session: Session, association: Association, proposal_id: int) -> Proposal:
    """A proposal of this association; `NotFound` otherwise."""
    found = session.get(Proposal, proposal_id)
    if found is None or found.association_id != association.id:
        raise NotFound
    return found


def _meetings(session: Session, association: Association, year: AcademicYear) -> Sequence[Meeting]:
    return session.scalars(
        select(Meeting)
        .where(
            Meeting.centre_id == association.centre_id,
            Meeting.association_id == association.id,
            Meeting.year == year.start,
        )
        .order_by(Meeting.number)
    ).all()


def _may_see(session: Session, actor: Actor, plan: Plan, day: date) -> bool:
    if plan.state is PlanState.AGREED:
        return True
    given = {Circumstance.SUBMITTED} if plan.state is PlanState.SUBMITTED else set()
    return may(session, actor, Action.DRAFTS_SEE, day, plan.association, given)
