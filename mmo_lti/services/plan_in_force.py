"""The plan in force: the last agreed version, and what becomes of meetings when one is agreed (R7, R11)."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association, AssociationYear
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import Plan, PlanItem
from mmo_lti.rules.states import MeetingState, PlanState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import outbox
from mmo_lti.services.actor import Actor
from mmo_lti.services.numbering import next_meeting_number
from mmo_lti.services.state_change import begin, change_state


def newest(session: Session, association: Association, year: AcademicYear) -> Plan | None:
    """The newest version, whatever its state."""
    return session.scalar(_versions(association, year).limit(1))


def in_force(session: Session, association: Association, year: AcademicYear) -> Plan | None:
    """The last agreed version."""
    return session.scalar(_versions(association, year).where(Plan.state == PlanState.AGREED).limit(1))


def agreed_item(session: Session, meeting: Meeting) -> PlanItem | None:
    """The meeting's line in the plan in force; none: «вне плана»."""
    if meeting.item_uid is None:
        return None
    plan = in_force(session, meeting.association, AcademicYear(meeting.year))
    return next((item for item in plan.items if item.uid == meeting.item_uid), None) if plan else None


def put_in_force(session: Session, actor: Actor, plan: Plan, now: datetime) -> None:
    """Plan the meetings of an agreed version, keep the year's priorities, and want the plan on paper.

    A line whose meeting is there already keeps it. Meetings nobody was invited to follow the new version:
    they take its theme and term, or are cancelled with their line; those people know of stay, «вне плана».
    """
    meetings = _meetings_of(session, plan)
    before = _items_before(session, plan)
    for item in plan.items:
        known = meetings.pop(item.uid, None)
        if known is not None:
            _follow(known, item, before.get(item.uid))
        elif item.is_meeting:
            _plan_meeting(session, actor, plan, item, now)
    for dropped in meetings.values():
        if dropped.state is MeetingState.PLANNED and dropped.called_at is not None:
            dropped.item_uid = None
        elif _only_planned(dropped):
            change_state(session, actor, dropped, MeetingState.CANCELLED, "meeting.drop", now)
    _keep_priorities(session, plan)
    session.flush()
    if not plan.registered:
        outbox.want(session, plan.centre_id, "file_document", plan.id, now, {"document": "plan"})


def _meetings_of(session: Session, plan: Plan) -> dict[str, Meeting]:
    found = session.scalars(
        select(Meeting).where(
            Meeting.centre_id == plan.centre_id,
            Meeting.association_id == plan.association_id,
            Meeting.year == plan.year,
            Meeting.item_uid.is_not(None),
        )
    )
    return {meeting.item_uid: meeting for meeting in found if meeting.item_uid}


def _only_planned(meeting: Meeting) -> bool:
    return meeting.state is MeetingState.PLANNED and meeting.called_at is None


def _items_before(session: Session, plan: Plan) -> dict[str, PlanItem]:
    older = session.scalar(
        _versions(plan.association, AcademicYear(plan.year))
        .where(Plan.state == PlanState.AGREED, Plan.version < plan.version)
        .limit(1)
    )
    return {item.uid: item for item in older.items} if older else {}


def _follow(meeting: Meeting, item: PlanItem, before: PlanItem | None) -> None:
    """Take over what the new version changed: a move of the meeting stands where the line kept its term."""
    if not _only_planned(meeting):
        return
    meeting.topic, meeting.form, meeting.is_meeting = item.topic, item.form, item.is_meeting
    meeting.for_young = item.for_young
    if before is None or before.place != item.place:
        meeting.place = item.place
    if before is None or (before.month, before.day) != (item.month, item.day):
        meeting.month, meeting.day, meeting.starts_at = item.month, item.day, None


def meeting_of_item(session: Session, actor: Actor, plan: Plan, item: PlanItem, now: datetime) -> Meeting:
    """The meeting or event of a line, planned where there is none yet."""
    known = _meetings_of(session, plan).get(item.uid)
    return known or _plan_meeting(session, actor, plan, item, now)


def _plan_meeting(session: Session, actor: Actor, plan: Plan, item: PlanItem, now: datetime) -> Meeting:
    meeting = Meeting(
        centre_id=plan.centre_id,
        association_id=plan.association_id,
        uid=str(uuid.uuid4()),
        year=plan.year,
        number=next_meeting_number(session, plan.association, plan.year),
        is_meeting=item.is_meeting,
        for_young=item.for_young,
        form=item.form,
        topic=item.topic,
        place=item.place,
        month=item.month,
        day=item.day,
        item_uid=item.uid,
        state=MeetingState.PLANNED,
    )
    begin(session, actor, meeting, "meeting.plan", now)
    return meeting


def _keep_priorities(session: Session, plan: Plan) -> None:
    """What the leader set is shown to members from now on (R9)."""
    kept = session.scalar(
        select(AssociationYear).where(
            AssociationYear.centre_id == plan.centre_id,
            AssociationYear.association_id == plan.association_id,
            AssociationYear.year == plan.year,
        )
    )
    if kept is None:
        kept = AssociationYear(
            centre_id=plan.centre_id,
            association_id=plan.association_id,
            year=plan.year,
            priorities=[],
            theme="",
        )
        session.add(kept)
    kept.priorities, kept.theme = list(plan.priorities), plan.theme


def _versions(association: Association, year: AcademicYear) -> Select[Plan]:
    return (
        select(Plan)
        .where(
            Plan.centre_id == association.centre_id,
            Plan.association_id == association.id,
            Plan.year == year.start,
        )
        .order_by(Plan.version.desc())
    )
