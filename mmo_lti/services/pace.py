"""The pace of meetings of one association or of a whole city, from the database (R12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.pace import MeetingFact, Pace, PaceResult, pace
from mmo_lti.rules.states import MeetingState, PlanState
from mmo_lti.services.year_rows import SIGNED, YearRows, frame_of, gather, last_day_of_month


def pace_of(session: Session, association: Association, year: int, today: date) -> PaceResult:
    """The pace of one association in the year that starts in `year`, on a local day.

    Mid-year creation, adoption and closing, and the year's own settings are taken into account; a closed year
    keeps the state it was closed with.
    """
    centre = session.get_one(Centre, association.centre_id)
    rows = gather(session, frame_of(session, centre, year), [association])
    return pace_from(rows[association.id], today)


def pace_from(rows: YearRows, today: date) -> PaceResult:
    """The pace, from rows that were gathered already."""
    frame = rows.frame
    result = pace(today, rows.duties, meeting_facts(rows), frame.settings, frame.transfers)
    closed = rows.kept.closed_pace if rows.kept else None
    return replace(result, state=Pace[closed.upper()]) if closed else result


def meeting_facts(rows: YearRows) -> list[MeetingFact]:
    """Meetings called as such, and lines of the plan that nobody has made a meeting of yet."""
    called = (_fact(rows, meeting) for meeting in rows.called_meetings)
    return [*(fact for fact in called if fact is not None), *_only_planned(rows)]


def _fact(rows: YearRows, meeting: Meeting) -> MeetingFact | None:
    day = rows.day_of_meeting(meeting)
    if day is None:
        return None
    protocols = rows.protocols_of(meeting)
    frame = rows.frame
    lodgings = [_first_lodged(rows, protocol, day) for protocol in protocols]
    lasts = [frame.day_of(protocol.lodged_at) for protocol in protocols if protocol.lodged_at]
    returns = [frame.day_of(protocol.returned_at) for protocol in protocols if protocol.returned_at]
    return MeetingFact(
        day=day,
        state=meeting.state,
        lodged=any(protocol.state in SIGNED for protocol in protocols),
        first_lodged_on=min((lodged for lodged in lodgings if lodged), default=None),
        last_lodged_on=max(lasts, default=None),
        returned_on=max(returns, default=None),
    )


def _first_lodged(rows: YearRows, protocol: Protocol, day: date) -> date | None:
    """Papers of the running year of an adopted association were lodged before the tool came (R2.5)."""
    if protocol.registered:
        return day
    return rows.frame.day_of(protocol.first_lodged_at) if protocol.first_lodged_at else None


def _only_planned(rows: YearRows) -> Iterator[MeetingFact]:
    plan = standing_plan(rows)
    made = {meeting.item_uid for meeting in rows.meetings}
    for item in plan.items if plan else ():
        day = item.day or last_day_of_month(rows.frame.year, item.month)
        if item.is_meeting and item.uid not in made and day is not None:
            yield MeetingFact(day, MeetingState.PLANNED)


def standing_plan(rows: YearRows) -> Plan | None:
    """The version whose meetings are planned: the agreed one, else one that waits for the director (ours).

    An association is not at risk because the director has not read its plan yet (R7.7).
    """
    if rows.agreed_plan is not None:
        return rows.agreed_plan
    newest = rows.newest_plan
    return newest if newest is not None and newest.state is PlanState.SUBMITTED else None
