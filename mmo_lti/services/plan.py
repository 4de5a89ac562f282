"""The work plan of a year: drafted, submitted to the director, agreed or returned (R7)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.plan import Plan, PlanItem
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.rules.states import AssociationState, PlanState
from mmo_lti.rules.terms import plan_fix_due
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.audience import leader_or_coordinators
from mmo_lti.services.for_leader import own_act, require_leader
from mmo_lti.services.link import plan_path
from mmo_lti.services.notice import notify_all
from mmo_lti.services.permission import may, require
from mmo_lti.services.plan_faults import check_complete, warnings
from mmo_lti.services.plan_in_force import newest, put_in_force
from mmo_lti.services.plan_order import number_by_date
from mmo_lti.services.recipient import directors
from mmo_lti.services.scope import centre_of, check_centre, hold, local_today
from mmo_lti.services.state_change import begin, change_state
from mmo_lti.services.warned import Warned
from mmo_lti.services.year_rows import frame_of
from mmo_lti.services.year_settings import settings_of

DRAFTED_FROM = (5, 1)
"""Day and month from which next year's plan may be drafted (R7)."""


def start_draft(
    session: Session, actor: Actor, association: Association, year: AcademicYear, now: datetime
) -> Plan:
    """The version that may be edited: the draft there is, a returned one taken up again, or a new version.

    Refused: `R7.3` while the plan waits for the director, `plan.too_early` (year, since), `plan.year_over`
    (year), `association.not_active`.
    """
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.PLAN_DRAFT, today, association)
    check_year(association, year, today)
    hold(session, association)
    latest = newest(session, association, year)
    if latest is None:
        return _write_version(session, actor, association, year, None, now)
    if latest.state is PlanState.AGREED:
        return _write_version(session, actor, association, year, latest, now)
    return take_up(session, actor, latest, now)


def take_up(session: Session, actor: Actor, plan: Plan, now: datetime) -> Plan:
    """Make a plan ready for a change: a returned one becomes a draft again.

    Refused: `R7.3` while it waits for the director, `plan.agreed` (version, on) once it is agreed.
    """
    if plan.state is PlanState.SUBMITTED:
        raise RuleError("R7.3")
    if plan.state is PlanState.AGREED:
        raise RuleError("plan.agreed", version=plan.version, on=plan.agreed_on)
    if plan.state is PlanState.RETURNED:
        change_state(session, actor, plan, PlanState.DRAFT, "plan.take_up", now)
    return plan


def submit(session: Session, actor: Actor, plan: Plan, now: datetime, reason: str = "") -> Warned[Plan]:
    """Send the plan to the director; a coordinator does it for an absent leader with a reason.

    `RuleError("R7.1")` carries all faults at once; the warnings are those of R7.2. Sending twice sends once.
    """
    check_centre(actor, plan)
    today = local_today(session, actor.centre_id, now)
    stamp = require_leader(session, actor, Action.PLAN_SUBMIT, today, plan.association, reason)
    hold(session, plan)
    warned = Warned(plan, warnings(session, plan))
    if plan.state is PlanState.SUBMITTED:
        return warned
    check_year(plan.association, AcademicYear(plan.year), today)
    take_up(session, actor, plan, now)
    check_complete(session, plan)
    number_by_date(session, plan)
    plan.submitted_by, plan.submitted_at, plan.submitted_for_leader = actor.person_id, now, stamp
    plan.first_submitted_at = plan.first_submitted_at or now
    plan.decided_by = plan.decided_at = None
    plan.remarks = ""
    change_state(session, actor, plan, PlanState.SUBMITTED, "plan.submit", now, stamp)
    _tell(session, plan, directors(session, plan.centre_id, today), "plan_submitted", now)
    return warned


def withdraw(session: Session, actor: Actor, plan: Plan, now: datetime, reason: str = "") -> Plan:
    """Take the plan back before the director acts; it is a draft again, and twice is once.

    After the director acted: `R7.5` (at), `plan.returned` (at).
    """
    check_centre(actor, plan)
    today = local_today(session, actor.centre_id, now)
    stamp = require_leader(session, actor, Action.PLAN_WITHDRAW, today, plan.association, reason)
    hold(session, plan)
    if plan.state is PlanState.DRAFT:
        return plan
    _check_waits(plan)
    plan.submitted_by = plan.submitted_at = None
    change_state(session, actor, plan, PlanState.DRAFT, "plan.withdraw", now, stamp)
    return plan


def agree(session: Session, actor: Actor, plan: Plan, now: datetime) -> Plan:
    """The director agrees: the version is in force, its meetings are planned.

    A second act finds the first one's stamp: `R7.5` or `plan.returned` (at); `plan.not_waiting` where the
    leader took it back. Neither the leader nor who submitted
    the plan agrees it: the acting director does.
    """
    today = _require_director(session, actor, plan, now)
    hold(session, plan)
    _check_waits(plan)
    check_year(plan.association, AcademicYear(plan.year), today)
    change_state(session, actor, plan, PlanState.AGREED, "plan.agree", now)
    plan.decided_by, plan.decided_at, plan.agreed_on = actor.person_id, now, today
    put_in_force(session, actor, plan, now)
    _tell(session, plan, leader_or_coordinators(session, plan.association, today), "plan_agreed", now)
    return plan


def return_plan(session: Session, actor: Actor, plan: Plan, words: str, now: datetime) -> Plan:
    """The director returns the plan with words what to mend; without words `RuleError("R7.4")`.

    A second act is refused as by `agree`.
    """
    today = _require_director(session, actor, plan, now)
    told = typed_text.words(words, "R7.4", 4000)
    hold(session, plan)
    _check_waits(plan)
    change_state(session, actor, plan, PlanState.RETURNED, "plan.return", now, told)
    plan.decided_by, plan.decided_at, plan.remarks = actor.person_id, now, told
    frame = frame_of(session, centre_of(session, actor), plan.year)
    due = plan_fix_due(today, frame.settings, frame.transfers)
    people = leader_or_coordinators(session, plan.association, today)
    _tell(session, plan, people, "plan_returned", now, urgent=True, remarks=told, due=due)
    return plan


def check_year(association: Association, year: AcademicYear, today: date) -> None:
    """Whether a plan of the year may be worked on today: the running one's, from 1 May the next one's.

    An unagreed version ends with its year.
    """
    if association.state is not AssociationState.ACTIVE:
        raise RuleError("association.not_active")
    if today > year.last_day:
        raise RuleError("plan.year_over", year=str(year))
    since = date(year.start, *DRAFTED_FROM)
    if today < since:
        raise RuleError("plan.too_early", year=str(year), since=since)


def _require_director(session: Session, actor: Actor, plan: Plan, now: datetime) -> date:
    check_centre(actor, plan)
    today = local_today(session, actor.centre_id, now)
    own = own_act(session, actor, plan.submitted_by, plan.association, today)
    if not may(session, actor, Action.PLAN_AGREE, today, plan.association, own):
        centre = settings_of(centre_of(session, actor)).centre_short_name
        raise Denied("R7.3.director", action=Action.PLAN_AGREE.value, centre=centre)
    return today


def _check_waits(plan: Plan) -> None:
    """A double click, or a page that stood open, reads what became of the plan meanwhile (R7.5)."""
    if plan.state is PlanState.AGREED:
        raise RuleError("R7.5", at=plan.decided_at)
    if plan.state is PlanState.RETURNED:
        raise RuleError("plan.returned", at=plan.decided_at)
    if plan.state is not PlanState.SUBMITTED:
        raise RuleError("plan.not_waiting")


def _write_version(
    session: Session,
    actor: Actor,
    association: Association,
    year: AcademicYear,
    before: Plan | None,
    now: datetime,
) -> Plan:
    plan = Plan(
        centre_id=association.centre_id,
        association_id=association.id,
        year=year.start,
        version=before.version + 1 if before else 1,
        priorities=list(before.priorities) if before else [],
        theme=before.theme if before else "",
    )
    plan.items = [_copy(item) for item in before.items] if before else []
    begin(session, actor, plan, "plan.start", now)
    session.refresh(plan)
    return plan


def _copy(item: PlanItem) -> PlanItem:
    kept = {column.key: getattr(item, column.key) for column in PlanItem.__table__.columns}
    return PlanItem(**{name: value for name, value in kept.items() if name not in {"id", "plan_id"}})


def _tell(
    session: Session,
    plan: Plan,
    people: list[int],
    kind: str,
    now: datetime,
    *,
    urgent: bool = False,
    **more: object,
) -> None:
    association = plan.association
    params = {"association": association.genitive, "year": str(AcademicYear(plan.year)), **more}
    stage = f"version-{plan.version}-{now.isoformat(timespec='seconds')}"
    link = plan_path(association, plan.year)
    notify_all(
        session,
        plan.centre_id,
        people,
        kind,
        plan,
        stage,
        params,
        link,
        now,
        urgent,
        association_id=association.id,
    )
