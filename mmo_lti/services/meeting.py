"""Meetings and other events: planned, called, moved within the year, cancelled (R7.6, R11)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.action import Action
from mmo_lti.rules.activity import MEETING_FORM, Level
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.plan_check import LONGEST_TOPIC
from mmo_lti.rules.states import MeetingState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.attendance import ensure_list
from mmo_lti.services.check_in_code import give_codes
from mmo_lti.services.group_link import want_sync
from mmo_lti.services.meeting_change import cancel, move
from mmo_lti.services.meeting_held import mark_held, unmark_held
from mmo_lti.services.meeting_moment import (
    check_active,
    check_day,
    check_moment,
    check_planned,
    checked_minutes,
    set_moment,
    with_warnings,
)
from mmo_lti.services.meeting_notice import tell_called
from mmo_lti.services.numbering import next_meeting_number
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.plan_in_force import agreed_item, in_force, meeting_of_item
from mmo_lti.services.scope import centre_of, check_centre, hold, local_today
from mmo_lti.services.state_change import begin, note
from mmo_lti.services.warned import Warned
from mmo_lti.services.year_settings import settings_for

__all__ = ["MeetingFields", "call", "cancel", "from_item", "mark_held", "move", "plan_meeting", "unmark_held"]

_UIDS = uuid.UUID("3c6b1a52-8f0e-4d1b-9a77-52a6f2f0e9d4")


@dataclass(frozen=True)
class MeetingFields:
    """What a person fills in. Of `starts_at` (aware), `day` (local) and `month` the most exact one counts.

    `is_meeting`: called a заседание, whatever its form. `level` is an open event's (section 5 of the report).
    """

    topic: str
    form: str = MEETING_FORM
    place: str = ""
    starts_at: datetime | None = None
    day: date | None = None
    month: int | None = None
    minutes: int = 90
    is_meeting: bool = True
    for_young: bool = False
    level: Level | None = None


def plan_meeting(
    session: Session,
    actor: Actor,
    association: Association,
    year: AcademicYear,
    fields: MeetingFields,
    now: datetime,
    *,
    form_key: str = "",
) -> Warned[Meeting]:
    """Plan a meeting or event beside the plan («вне плана»); those of an agreed plan are there already.

    A form sent twice with one `form_key` plans one. Refused: `meeting.outside_year` (year, first, last),
    `meeting.when_missing`, `form.unknown` (form), `meeting.minutes` (limit), `association.not_active`.
    """
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEETING_CALL, today, association)
    check_active(association)
    hold(session, association)
    uid = _uid(association, year, form_key)
    known = session.scalar(select(Meeting).where(Meeting.centre_id == actor.centre_id, Meeting.uid == uid))
    if known is not None:
        return Warned(known)
    columns = _checked(session, actor, year, fields)
    meeting = Meeting(
        centre_id=association.centre_id,
        association_id=association.id,
        uid=uid,
        year=year.start,
        number=next_meeting_number(session, association, year.start),
        state=MeetingState.PLANNED,
        **columns,
    )
    begin(session, actor, meeting, "meeting.plan", now)
    if meeting.starts_at is not None:
        give_codes(session, meeting)
    return with_warnings(session, meeting)


def from_item(
    session: Session, actor: Actor, association: Association, year: AcademicYear, item_uid: str, now: datetime
) -> Meeting:
    """The event of a line of the plan in force; a line that is no meeting gets its event here, once.

    `NotFound` for a line that the plan does not have.
    """
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEETING_CALL, today, association)
    check_active(association)
    hold(session, association)
    plan = in_force(session, association, year)
    item = next((each for each in plan.items if each.uid == item_uid), None) if plan else None
    if plan is None or item is None:
        raise NotFound
    return meeting_of_item(session, actor, plan, item, now)


def call(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    *,
    starts_at: datetime,
    place: str,
    now: datetime,
    topic: str = "",
    minutes: int = 90,
) -> Warned[Meeting]:
    """«Пригласить»: from now on it is an event in Moodle, and everybody on its list is told.

    A second click with the same values changes nothing. Refused: `meeting.outside_year`,
    `meeting.in_the_past` (at), `meeting.already_called` (at; other values: that is a move), `R7.6.theme`
    (topic) for another theme than the agreed plan's, `meeting.cancelled`, `meeting.held`.
    """
    check_centre(actor, meeting)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEETING_CALL, today, meeting.association)
    hold(session, meeting)
    check_planned(meeting)
    topic = typed_text.line(topic, "topic", LONGEST_TOPIC) or meeting.topic
    place = typed_text.line(place, "place", 300, required=True)
    if meeting.called_at is not None:
        if (meeting.starts_at, meeting.place, meeting.topic) != (starts_at, place, topic):
            raise RuleError("meeting.already_called", at=meeting.starts_at)
        return Warned(meeting)
    check_active(meeting.association)
    check_moment(session, meeting, starts_at, "meeting.outside_year")
    if starts_at <= now:
        raise RuleError("meeting.in_the_past", at=starts_at)
    _check_theme(session, meeting, topic)
    meeting.topic, meeting.minutes = topic, checked_minutes(minutes)
    set_moment(session, actor, meeting, starts_at, place, None, now)
    meeting.called_at = now
    ensure_list(session, meeting, today)
    note(session, actor, meeting, "meeting.call", now)
    want_sync(session, meeting.association, now)
    tell_called(session, actor, meeting, now)
    return with_warnings(session, meeting)


def _checked(session: Session, actor: Actor, year: AcademicYear, fields: MeetingFields) -> dict[str, object]:
    form = typed_text.line(fields.form, "form", 200, required=True)
    if form not in settings_for(session, centre_of(session, actor), year.start).forms:
        raise RuleError("form.unknown", form=form)
    day = fields.day
    if fields.starts_at is not None:
        day = local_today(session, actor.centre_id, fields.starts_at)
    month = day.month if day else fields.month
    if month is None or not 1 <= month <= 12:
        raise RuleError("meeting.when_missing")
    if day is not None:
        check_day(day, year, "meeting.outside_year")
    return {
        "form": form,
        "topic": typed_text.line(fields.topic, "topic", LONGEST_TOPIC, required=True),
        "place": typed_text.line(fields.place, "place", 300),
        "starts_at": fields.starts_at,
        "day": day,
        "month": month,
        "minutes": checked_minutes(fields.minutes),
        "is_meeting": fields.is_meeting or form == MEETING_FORM,
        "for_young": fields.for_young,
        "level": fields.level,
    }


def _check_theme(session: Session, meeting: Meeting, topic: str) -> None:
    """Another theme than the agreed plan's is a new version of the plan."""
    item = agreed_item(session, meeting)
    if item is not None and topic != item.topic:
        raise RuleError("R7.6.theme", topic=item.topic)


def _uid(association: Association, year: AcademicYear, form_key: str) -> str:
    if not form_key:
        return str(uuid.uuid4())
    return str(uuid.uuid5(_UIDS, f"{association.uid}/{year.start}/{form_key}"))
