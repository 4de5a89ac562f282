"""The lines of a plan that is being drafted: priorities, theme, items (R7, R9, R10)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import Plan, PlanItem, Proposal, ProposalState
from mmo_lti.rules.action import Action
from mmo_lti.rules.activity import MEETING_FORM
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.plan_check import LONGEST_TOPIC, MOST_PRIORITIES
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.plan import take_up
from mmo_lti.services.plan_in_force import in_force
from mmo_lti.services.plan_order import number
from mmo_lti.services.scope import centre_of, check_centre, hold, local_today
from mmo_lti.services.state_change import note
from mmo_lti.services.term import fits
from mmo_lti.services.year_settings import settings_for

_UIDS = uuid.UUID("5f0b1f3a-0d4e-4a53-9a63-1c2a0cf2f1a7")


@dataclass(frozen=True)
class ItemFields:
    """What a person fills in for one line; a draft may lack anything but the form.

    `day` is a local date, `month` 1 to 12 serves while the day is open. `is_meeting`: called a заседание,
    whatever its form (R11).
    """

    form: str
    topic: str = ""
    month: int | None = None
    day: date | None = None
    place: str = ""
    responsible: str = ""
    result: str = ""
    is_meeting: bool = False
    for_young: bool = False


def edit(
    session: Session, actor: Actor, plan: Plan, *, priorities: Sequence[str], theme: str, now: datetime
) -> Plan:
    """Set the year's priorities (up to seven lines) and its methodical theme (R9).

    Refused: `plan.priorities_many` (count, at_most), and whatever `plan.take_up` refuses.
    """
    _open(session, actor, plan, now)
    lines = [line for line in (typed_text.line(each, "priority", 500) for each in priorities) if line]
    if len(lines) > MOST_PRIORITIES:
        raise RuleError("plan.priorities_many", count=len(lines), at_most=MOST_PRIORITIES)
    plan.priorities = lines
    plan.theme = typed_text.line(theme, "theme", 500)
    note(session, actor, plan, "plan.edit", now)
    return plan


def add_item(
    session: Session,
    actor: Actor,
    plan: Plan,
    fields: ItemFields,
    now: datetime,
    *,
    form_key: str = "",
    meeting: Meeting | None = None,
) -> PlanItem:
    """Add a line at the end. A form sent twice with one `form_key` adds one.

    `meeting` is an event of the year outside the plan: with the line it becomes a planned one (R11).
    """
    _open(session, actor, plan, now)
    uid = line_uid(plan, form_key)
    known = _find(plan, uid)
    if known is not None:
        return known
    item = PlanItem(
        centre_id=plan.centre_id,
        uid=uid,
        position=max((each.position for each in plan.items), default=0) + 1,
        **item_columns(session, actor, AcademicYear(plan.year), fields),
    )
    plan.items.append(item)
    if meeting is not None:
        _adopt(plan, item, meeting)
    note(session, actor, plan, "plan.add_item", now)
    return item


def change_item(
    session: Session, actor: Actor, plan: Plan, uid: str, fields: ItemFields, now: datetime
) -> PlanItem:
    """Fill in a line anew; `NotFound` for a line that the plan does not have."""
    _open(session, actor, plan, now)
    item = _need(plan, uid)
    for name, value in item_columns(session, actor, AcademicYear(plan.year), fields).items():
        setattr(item, name, value)
    note(session, actor, plan, "plan.change_item", now)
    return item


def remove_item(session: Session, actor: Actor, plan: Plan, uid: str, now: datetime) -> Plan:
    """Drop a line. What lives in no agreed version is free again: its proposals, its meeting."""
    _open(session, actor, plan, now)
    item = _find(plan, uid)
    if item is None:
        return plan
    plan.items.remove(item)
    session.delete(item)
    session.flush()
    number(session, plan, [each.uid for each in plan.items])
    _release(session, plan, uid)
    note(session, actor, plan, "plan.remove_item", now)
    return plan


def _open(session: Session, actor: Actor, plan: Plan, now: datetime) -> None:
    check_centre(actor, plan)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.PLAN_DRAFT, today, plan.association)
    hold(session, plan)
    take_up(session, actor, plan, now)


def item_columns(session: Session, actor: Actor, year: AcademicYear, fields: ItemFields) -> dict[str, object]:
    """The columns of a line of a year's plan, checked: see `add_item` for what is refused.

    `form.unknown` (form), `plan.month_unknown` (month), `plan.day_outside_year` (year, first, last), and
    `text.missing`, `text.too_long` of the fields.
    """
    form = typed_text.line(fields.form, "form", 200, required=True)
    if form not in settings_for(session, centre_of(session, actor), year.start).forms:
        raise RuleError("form.unknown", form=form)
    is_meeting = fields.is_meeting or form == MEETING_FORM
    if fields.month is not None and not 1 <= fields.month <= 12:
        raise RuleError("plan.month_unknown", month=fields.month)
    if fields.day is not None and not (fits(fields.day, year) if is_meeting else fields.day in year):
        raise RuleError("plan.day_outside_year", year=str(year), first=year.first_day, last=year.last_day)
    return {
        "form": form,
        "is_meeting": is_meeting,
        "for_young": fields.for_young,
        "topic": typed_text.line(fields.topic, "topic", LONGEST_TOPIC),
        "month": fields.day.month if fields.day else fields.month,
        "day": fields.day,
        "place": typed_text.line(fields.place, "place", 300),
        "responsible": typed_text.line(fields.responsible, "responsible", 300),
        "result": typed_text.line(fields.result, "result", 300),
    }


def _adopt(plan: Plan, item: PlanItem, meeting: Meeting) -> None:
    if (meeting.centre_id, meeting.association_id, meeting.year) != (
        plan.centre_id,
        plan.association_id,
        plan.year,
    ):
        raise NotFound
    if meeting.item_uid is not None:
        raise RuleError("plan.meeting_planned", number=meeting.number)
    meeting.item_uid = item.uid


def _release(session: Session, plan: Plan, uid: str) -> None:
    standing = in_force(session, plan.association, AcademicYear(plan.year))
    if standing is not None and _find(standing, uid):
        return
    for meeting in session.scalars(
        select(Meeting).where(
            Meeting.centre_id == plan.centre_id,
            Meeting.association_id == plan.association_id,
            Meeting.item_uid == uid,
        )
    ):
        meeting.item_uid = None
    for proposal in session.scalars(
        select(Proposal).where(Proposal.centre_id == plan.centre_id, Proposal.item_uid == uid)
    ):
        proposal.state, proposal.item_uid = ProposalState.OPEN, None


def line_uid(plan: Plan, form_key: str) -> str:
    """A line's stable name: of the form that was sent, so that the second sending meets the first."""
    return str(
        uuid.uuid5(_UIDS, f"{plan.association.uid}/{plan.year}/{form_key}") if form_key else uuid.uuid4()
    )


def _find(plan: Plan, uid: str) -> PlanItem | None:
    return next((item for item in plan.items if item.uid == uid), None)


def _need(plan: Plan, uid: str) -> PlanItem:
    item = _find(plan, uid)
    if item is None:
        raise NotFound
    return item
