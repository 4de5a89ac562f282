"""What is coming in the city: meetings and events of all associations, and the terms of the centre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.action import Action
from mmo_lti.rules.states import MeetingState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.actor import Actor
from mmo_lti.services.link import meeting_path
from mmo_lti.services.permission import require
from mmo_lti.services.scope import centre_of, local_today
from mmo_lti.services.term import day_of_meeting
from mmo_lti.services.year_settings import settings_for

COMING_DAYS = 60
TERMS = ("proposals_due", "plan_due", "report_due", "originals_due", "failed_on")
"""Settings that are days of the year on which the city looks at something."""


@dataclass(frozen=True)
class Coming:
    """One thing of a day: a meeting with its path, or a term by the name of its setting."""

    day: date
    meeting: Meeting | None = None
    path: str = ""
    term: str = ""

    @property
    def month(self) -> date:
        """The first day of its month."""
        return self.day.replace(day=1)


def coming(session: Session, actor: Actor, now: datetime, days: int = COMING_DAYS) -> list[Coming]:
    """The next `days` from today, in order; a meeting whose day is not fixed yet is not there."""
    centre = centre_of(session, actor)
    today = local_today(session, centre.id, now)
    require(session, actor, Action.CALENDAR_SEE, today)
    last = today + timedelta(days=days)
    found = [*_meetings(session, centre, today, last), *_terms(session, centre, today, last)]
    return sorted(found, key=lambda one: (one.day, one.meeting is not None, _clock(one)))


def _clock(one: Coming) -> str:
    starts = one.meeting.starts_at if one.meeting else None
    return starts.isoformat() if starts else ""


def _meetings(session: Session, centre: Centre, first: date, last: date) -> Iterator[Coming]:
    rows = session.scalars(
        select(Meeting)
        .where(
            Meeting.centre_id == centre.id,
            Meeting.state == MeetingState.PLANNED,
            Meeting.year.in_({AcademicYear.of(first).start, AcademicYear.of(last).start}),
        )
        .options(selectinload(Meeting.association))
        .order_by(Meeting.id)
    )
    for row in rows:
        day = day_of_meeting(session, row)
        if day is not None and first <= day <= last:
            yield Coming(day, row, meeting_path(row.association, row))


def _terms(session: Session, centre: Centre, first: date, last: date) -> Iterator[Coming]:
    for start in sorted({AcademicYear.of(first).start, AcademicYear.of(last).start}):
        year, settings = AcademicYear(start), settings_for(session, centre, start)
        named = [(name, getattr(settings, name)) for name in TERMS]
        named += [("checkpoints", one) for one in settings.checkpoints]
        for name, day_month in named:
            day = day_month.in_year(year)
            if first <= day <= last:
                yield Coming(day, term=name)
