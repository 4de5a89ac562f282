"""The clock's daily work: who is told of what is due, overdue or at risk, and what changes by itself.

All is computed from rows and the day, so a missed or doubled run changes nothing: the rules name the latest
stage of each matter, and a notice's key is told once (R20.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.notice import Notice
from mmo_lti.rules.deadlines import (
    MeetingDay,
    StandingFacts,
    YearFacts,
    due_notices,
    reports_overdue,
    standing_notices,
)
from mmo_lti.rules.notice_due import NoticeDue
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.states import AssociationState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.centre_people import CentrePeople, Leading, people_of
from mmo_lti.services.clock import today as today_of
from mmo_lti.services.due_telling import tell_due
from mmo_lti.services.due_thing import (
    AFTER_CLOSING,
    DueThing,
    thing_of_association,
    thing_of_city,
    things_of_year,
)
from mmo_lti.services.member_count import Count, count_all
from mmo_lti.services.minimum import flag_minimum, told_of_minimum
from mmo_lti.services.pace import pace_from
from mmo_lti.services.year_close import close_years, keep_year
from mmo_lti.services.year_rows import YearRows, frame_of, gather
from mmo_lti.services.year_settings import begin_year, settings_for

ENDED = (AssociationState.CLOSED, AssociationState.MERGED)
NEXT_YEAR_FROM = 5
"""In May a plan of the next year may be drafted, and sent (R7)."""


def run_deadlines(session: Session, centre: Centre, now: datetime) -> list[Notice]:
    """Do for a centre what the day asks; return the notices written now. Call it as often as you like."""
    today = today_of(centre, now)
    begin_year(session, centre, today)
    people = people_of(session, centre, today)
    associations = _associations(session, centre)
    settings = settings_for(session, centre, AcademicYear.of(today).start)
    counts = count_all(session, centre.id, today)
    flag_minimum(session, associations, counts, settings, now)
    found = _standing(associations, people, counts, settings, today)
    for year in _open_years(today):
        found += _of_year(session, centre, year, associations, today, now)
    return tell_due(session, centre, found, people, now)


def _associations(session: Session, centre: Centre) -> Sequence[Association]:
    return session.scalars(
        select(Association)
        .where(Association.centre_id == centre.id, Association.state != AssociationState.DROPPED)
        .order_by(Association.id)
    ).all()


def _open_years(today: date) -> Iterator[AcademicYear]:
    """Last year's report and protocols stay due; next year's plan may be waiting for the director."""
    running = AcademicYear.of(today)
    yield running.previous
    yield running
    if running.last_day.month >= today.month >= NEXT_YEAR_FROM:
        yield running.next


def _of_year(
    session: Session,
    centre: Centre,
    year: AcademicYear,
    associations: Sequence[Association],
    today: date,
    now: datetime,
) -> list[DueThing]:
    frame = frame_of(session, centre, year.start)
    working = [one for one in associations if one.state is not AssociationState.DRAFT]
    every = list(gather(session, frame, working).values())
    close_years(session, every, today, now)
    found: list[DueThing] = []
    for rows in every:
        due = (one for one in due_notices(today, year_facts(rows, today)) if _asked_for(rows, one))
        found += things_of_year(rows, due, lambda rows: keep_year(session, rows))
    city = reports_overdue(today, str(year), [rows.report_fact() for rows in every])
    return [*found, thing_of_city(centre, city)] if city else found


def year_facts(rows: YearRows, today: date) -> YearFacts:
    """The facts of an association's year that the rules about terms ask for."""
    frame = rows.frame
    return YearFacts(
        duties=rows.duties,
        settings=frame.settings,
        pace=pace_from(rows, today),
        plan=rows.plan_fact(),
        report=rows.report_fact(),
        protocols=[fact for _meeting, _protocol, fact in rows.protocol_facts()],
        meetings=list(_meeting_days(rows)),
        transfers=frame.transfers,
    )


def _meeting_days(rows: YearRows) -> Iterator[MeetingDay]:
    for meeting in rows.meetings:
        day = rows.day_of_meeting(meeting)
        if day is None or (meeting.starts_at is None and meeting.day is None):
            continue
        called = rows.frame.day_of(meeting.called_at) if meeting.called_at else None
        yield MeetingDay(str(meeting.id), day, meeting.state, called)


def _asked_for(rows: YearRows, due: NoticeDue) -> bool:
    """Of a closed association only its protocols and its report are still asked for."""
    return rows.association.state not in ENDED or due.kind in AFTER_CLOSING


def _standing(
    associations: Sequence[Association],
    people: CentrePeople,
    counts: Mapping[int, Count],
    settings: Settings,
    today: date,
) -> list[DueThing]:
    found = []
    for association in associations:
        if association.state in ENDED:
            continue
        count = counts.get(association.id, Count())
        facts = _standing_facts(association, people, count, settings)
        found += [thing_of_association(association, due) for due in standing_notices(today, facts)]
    return found


def _standing_facts(
    association: Association, people: CentrePeople, count: Count, settings: Settings
) -> StandingFacts:
    leading = people.leading.get(association.id, Leading())
    active = association.state is AssociationState.ACTIVE
    told = told_of_minimum(association, count, settings)
    vacant = leading.vacant_since or (association.created_on if leading.leader is None else None)
    return StandingFacts(
        settings=settings,
        requests=people.of(association).requests,
        leader_decides=active and leading.leader is not None,
        vacant_since=vacant if active else None,
        acting_until=leading.acting_until,
        members=count.counted,
        below_minimum_since=association.below_minimum_since if told else None,
    )
