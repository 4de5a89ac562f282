"""What a new plan is offered of last year: the report's outlook, and what was planned and not done (R7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import Plan, PlanItem
from mmo_lti.rules.action import Action
from mmo_lti.rules.names import clean
from mmo_lti.rules.plan_check import MOST_PRIORITIES
from mmo_lti.rules.states import MeetingState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import plan_item
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.plan_in_force import in_force
from mmo_lti.services.plan_item import ItemFields, line_uid
from mmo_lti.services.report_row import SENT, report_of
from mmo_lti.services.scope import local_today
from mmo_lti.services.term import term_of

OUTLOOK = "9"
"""Section of the report with the outlook on the new year."""


@dataclass(frozen=True)
class OfferedItem:
    """A line of last year's plan that came to nothing: `cancelled`, or never marked as held."""

    item: PlanItem
    cancelled: bool


@dataclass(frozen=True)
class Offer:
    """What the leader may take, and has not taken yet."""

    priorities: tuple[str, ...] = ()
    items: tuple[OfferedItem, ...] = ()


def offer(session: Session, plan: Plan, today: date) -> Offer:
    """Last year's outlook and its lines that were not done by `today`, without what the plan has already."""
    year, association = AcademicYear(plan.year), plan.association
    there = {item.uid for item in plan.items}
    return Offer(
        priorities=tuple(
            line for line in offered_priorities(session, association, year) if line not in plan.priorities
        ),
        items=tuple(
            one
            for one in not_done(session, association, year.previous, today)
            if line_uid(plan, _key(one.item)) not in there
        ),
    )


def offered_priorities(session: Session, association: Association, year: AcademicYear) -> list[str]:
    """Up to seven lines of section 9 of last year's report, once that was sent; the leader chooses."""
    report = report_of(session, association, year.previous)
    if report is None or report.state not in SENT:
        return []
    lines = (clean(line).text.strip("-–—•* ") for line in str(report.words.get(OUTLOOK) or "").splitlines())
    return [line for line in lines if line][:MOST_PRIORITIES]


def not_done(
    session: Session, association: Association, year: AcademicYear, today: date
) -> list[OfferedItem]:
    """Lines of the year's plan in force that were cancelled, or whose term is over without an event held."""
    plan = in_force(session, association, year)
    if plan is None:
        return []
    states = _states(session, plan)
    found = []
    for item in plan.items:
        state, term = states.get(item.uid), term_of(item, year)
        cancelled = state is MeetingState.CANCELLED
        over = state is not MeetingState.HELD and term is not None and term < today
        if cancelled or over:
            found.append(OfferedItem(item, cancelled))
    return found


def take_priority(session: Session, actor: Actor, plan: Plan, line: str, now: datetime) -> Plan:
    """Add an offered line to the plan's priorities, once; `NotFound` for one that was not offered."""
    _require(session, actor, plan, now)
    if line not in offered_priorities(session, plan.association, AcademicYear(plan.year)):
        raise NotFound
    if line in plan.priorities:
        return plan
    priorities = [*(str(each) for each in plan.priorities), line]
    return plan_item.edit(session, actor, plan, priorities=priorities, theme=plan.theme, now=now)


def take_item(session: Session, actor: Actor, plan: Plan, uid: str, now: datetime) -> PlanItem:
    """Add an offered line (`uid` of last year's plan) with its month, once; its day is to be set anew."""
    today = _require(session, actor, plan, now)
    offered = not_done(session, plan.association, AcademicYear(plan.year).previous, today)
    item = next((one.item for one in offered if one.item.uid == uid), None)
    if item is None:
        raise NotFound
    fields = ItemFields(
        form=item.form,
        topic=item.topic,
        month=item.day.month if item.day else item.month,
        place=item.place,
        responsible=item.responsible,
        result=item.result,
        is_meeting=item.is_meeting,
        for_young=item.for_young,
    )
    return plan_item.add_item(session, actor, plan, fields, now, form_key=_key(item))


def _require(session: Session, actor: Actor, plan: Plan, now: datetime) -> date:
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.PLAN_DRAFT, today, plan.association)
    return today


def _key(item: PlanItem) -> str:
    """Names the line that is made of it: taken twice, it is there once."""
    return f"offer-{item.uid}"


def _states(session: Session, plan: Plan) -> dict[str, MeetingState]:
    rows = session.execute(
        select(Meeting.item_uid, Meeting.state).where(
            Meeting.centre_id == plan.centre_id,
            Meeting.association_id == plan.association_id,
            Meeting.year == plan.year,
            Meeting.item_uid.is_not(None),
        )
    )
    return {row.item_uid: row.state for row in rows}
