"""What the page of a meeting shows, and what the actor may do there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Attendance, AttendanceMark, Meeting
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.action import Action
from mmo_lti.rules.states import MeetingState, is_unconfirmed
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.actor import Actor
from mmo_lti.services.association_page import may_see_protocol
from mmo_lti.services.attendance import expected
from mmo_lti.services.check_in import refusal_now
from mmo_lti.services.check_in_door import Door, door_of
from mmo_lti.services.meeting_protocol import SIGNED, protocol_of
from mmo_lti.services.permission import NotFound, may, require
from mmo_lti.services.scope import centre_of, local_today
from mmo_lti.services.term import day_of_meeting
from mmo_lti.services.year_settings import settings_for

ASKED = (
    Action.MEETING_CALL,
    Action.MEETING_MARK,
    Action.AGENDA_DRAFT,
    Action.ATTENDANCE_DRAFT,
    Action.EVENT_SIGN_UP,
    Action.PROTOCOL_DRAFT,
)


@dataclass(frozen=True)
class MeetingPage:
    """`people` are on the list, by name; `mine` is the actor's own line; `come` the meeting's day is here.

    `calls`: people may still be invited; `answers`: whoever was may still say whether they will come.
    `locked`: agenda and attendance follow a signed paper. `door` is for those who keep the list, `checks_in`
    for others on it: they may say now that they are there.
    """

    day: date | None
    come: bool
    calls: bool
    answers: bool
    locked: bool
    unconfirmed: bool
    people: list[Attendance]
    mine: Attendance | None
    protocol: Protocol | None
    door: Door | None
    checks_in: bool
    may: frozenset[Action]

    def count(self, mark: str) -> int:
        """How many on the list have this mark."""
        return sum(row.mark is AttendanceMark(mark) for row in self.people)


@dataclass(frozen=True)
class Planning:
    """What the form for an event outside the plan offers; `form_key` makes it safe to send twice."""

    allowed: bool
    forms: tuple[str, ...]
    form_key: str = field(default_factory=lambda: uuid.uuid4().hex)


def find_meeting(session: Session, association: Association, year: AcademicYear, number: int) -> Meeting:
    """The meeting of this number in the year; `NotFound` otherwise."""
    found = session.scalar(
        select(Meeting).where(
            Meeting.centre_id == association.centre_id,
            Meeting.association_id == association.id,
            Meeting.year == year.start,
            Meeting.number == number,
        )
    )
    if found is None:
        raise NotFound
    return found


def meeting_page(session: Session, actor: Actor, meeting: Meeting, now: datetime) -> MeetingPage:
    """Gather the page; `Denied` for whom meetings are not."""
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEETINGS_SEE, today, meeting.association)
    day = day_of_meeting(session, meeting)
    protocol = protocol_of(session, meeting)
    people = expected(session, meeting, today)
    planned = meeting.state is MeetingState.PLANNED
    starts_at = meeting.starts_at
    granted = frozenset(one for one in ASKED if may(session, actor, one, today, meeting.association))
    mine = next((row for row in people if row.person_id == actor.person_id), None)
    awaited = mine is not None and mine.mark is not AttendanceMark.PRESENT
    return MeetingPage(
        day=day,
        come=day is not None and day <= today and planned,
        calls=planned and meeting.called_at is None and (day is None or day >= today),
        answers=planned and meeting.called_at is not None and starts_at is not None and starts_at > now,
        locked=protocol is not None and protocol.state in SIGNED,
        unconfirmed=day is not None and is_unconfirmed(meeting.state, day, today),
        people=people,
        mine=mine,
        protocol=protocol if protocol and may_see_protocol(session, actor, protocol, now) else None,
        door=door_of(session, actor, meeting, now),
        checks_in=awaited
        and Action.ATTENDANCE_DRAFT not in granted
        and refusal_now(session, meeting, now) is None,
        may=granted,
    )


def planning(
    session: Session, actor: Actor, association: Association, year: AcademicYear, now: datetime
) -> Planning:
    """Whether and what the actor may plan beside the plan."""
    today = local_today(session, actor.centre_id, now)
    forms = settings_for(session, centre_of(session, actor), year.start).forms
    return Planning(may(session, actor, Action.MEETING_CALL, today, association), tuple(forms))
