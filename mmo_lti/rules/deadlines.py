"""What dates make due for an association and its city: notices, computed from facts and a day.

A clock may ask on any day and as often as it likes: each kind gives only its latest stage, and a notice's key
(person, kind, object, stage) is sent at most once (R20.2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mmo_lti.rules.duties import Duties
from mmo_lti.rules.notice_due import (
    DueKind,
    NoticeDue,
    latest_mark,
    week_of,
)
from mmo_lti.rules.pace import Pace, PaceResult
from mmo_lti.rules.paper_notices import (
    COORDINATOR,
    DIRECTOR,
    LEADER,
    LEADER_AND_COORDINATOR,
    MEMBERS,
    ONE_DAY,
    plan_notices,
    protocol_notices,
    report_notices,
)
from mmo_lti.rules.permission import Role
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.states import MeetingState, is_unconfirmed
from mmo_lti.rules.terms import (
    PlanFact,
    ProtocolFact,
    ReportFact,
    protocol_due,
    report_overdue_from,
    request_overdue,
)
from mmo_lti.rules.workdays import NO_TRANSFERS, Transfers

__all__ = [
    "DueKind",
    "MeetingDay",
    "NoticeDue",
    "PlanFact",
    "ProtocolFact",
    "ReportFact",
    "StandingFacts",
    "YearFacts",
    "disposal_due",
    "due_notices",
    "protocol_due",
    "reports_overdue",
    "standing_notices",
]

MEETING_MARKS = (7, 1)  # days before a meeting


@dataclass(frozen=True)
class MeetingDay:
    """A meeting or event with a date (not one planned by month). `called_on`: the day of «Пригласить»."""

    key: str
    day: date
    state: MeetingState
    called_on: date | None = None


@dataclass(frozen=True)
class YearFacts:
    """What is known of one association in one year; a year is asked about until nothing of it is open."""

    duties: Duties
    settings: Settings
    pace: PaceResult
    plan: PlanFact
    report: ReportFact
    protocols: Sequence[ProtocolFact] = ()
    meetings: Sequence[MeetingDay] = ()
    transfers: Transfers = NO_TRANSFERS


@dataclass(frozen=True)
class StandingFacts:
    """What is known of an association apart from its years.

    `requests`: days of open requests to join. `leader_decides`: there is a leader and it is no draft.
    """

    settings: Settings
    requests: Sequence[date] = ()
    leader_decides: bool = True
    vacant_since: date | None = None
    acting_until: date | None = None
    members: int = 0
    below_minimum_since: date | None = None


def due_notices(today: date, facts: YearFacts) -> list[NoticeDue]:
    """The notices that a year's dates make due today, one per kind and object."""
    duties, settings, transfers = facts.duties, facts.settings, facts.transfers
    year = duties.year
    found: list[NoticeDue] = []
    if today <= year.last_day:  # an unagreed plan ends with its year
        found += plan_notices(today, year, facts.plan, duties.proposals_due, settings, transfers)
    for meeting in facts.meetings:
        found += _meeting_notices(today, meeting)
    for protocol in facts.protocols:
        found += protocol_notices(today, protocol, settings, transfers)
    found += _pace_notices(today, facts.pace, duties)
    found += report_notices(today, year, facts.report, settings, transfers)
    return found


def standing_notices(today: date, facts: StandingFacts) -> list[NoticeDue]:
    """The notices about requests, the leader's office and the number of members that are due today."""
    found = [*_request_notices(today, facts)]
    if facts.acting_until == today:
        params = {"until": facts.acting_until}
        stage = facts.acting_until.isoformat()
        found.append(NoticeDue(DueKind.ACTING_LAST_DAY, stage, LEADER_AND_COORDINATOR, params, urgent=True))
    if facts.vacant_since is not None and today >= facts.vacant_since:
        stage = f"{facts.vacant_since.isoformat()}-week-{week_of(today, facts.vacant_since)}"
        found.append(NoticeDue(DueKind.LEADER_VACANT, stage, COORDINATOR))
    if facts.below_minimum_since is not None:
        numbers = {"count": facts.members, "minimum": facts.settings.min_members}
        stage = facts.below_minimum_since.isoformat()
        found.append(NoticeDue(DueKind.BELOW_MINIMUM, stage, COORDINATOR, numbers))
    return found


def reports_overdue(today: date, year_label: str, reports: Sequence[ReportFact]) -> NoticeDue | None:
    """The weekly notice to coordinators and director about the city's overdue reports of a year (R14).

    Every seven days from the first day overdue; None while no report is overdue.
    """
    firsts = [first for report in reports if (first := report_overdue_from(report)) and today >= first]
    week = week_of(today, min(firsts)) if firsts else None
    if week is None:
        return None
    owed = sum(report.due is not None for report in reports)
    params = {"year": year_label, "count": len(firsts), "total": owed}
    stage = f"{year_label}-week-{week}"
    return NoticeDue(DueKind.REPORTS_OVERDUE, stage, COORDINATOR | DIRECTOR, params)


def disposal_due(today: date, documents: int, kept_until: date) -> NoticeDue | None:
    """The notice to coordinators that documents are due for disposal (R17); None before that or for none."""
    if documents == 0 or today <= kept_until:
        return None
    params = {"count": documents, "kept_until": kept_until}
    return NoticeDue(DueKind.DISPOSAL_DUE, kept_until.isoformat(), COORDINATOR, params)


def _meeting_notices(today: date, meeting: MeetingDay) -> Iterator[NoticeDue]:
    named = meeting.day.isoformat()
    left = (meeting.day - today).days
    mark = latest_mark(left, MEETING_MARKS)
    if meeting.state is MeetingState.PLANNED and meeting.called_on is not None and mark is not None:
        reached_on = meeting.day - timedelta(days=mark)
        if reached_on > meeting.called_on:
            yield NoticeDue(
                DueKind.MEETING_REMINDER,
                f"{named}-{mark}",
                MEMBERS,
                {"days": left},
                key=meeting.key,
                invited=True,
            )
    if is_unconfirmed(meeting.state, meeting.day, today):
        stage = f"{named}-week-{week_of(today, meeting.day + ONE_DAY)}"
        roles = frozenset({Role.LEADER, Role.HELPER})
        params = {"day": meeting.day}
        yield NoticeDue(DueKind.MEETING_UNCONFIRMED, stage, roles, params, key=meeting.key)


def _pace_notices(today: date, pace: PaceResult, duties: Duties) -> Iterator[NoticeDue]:
    if today > duties.year.last_day:
        return
    required = {"required": pace.needed}
    if pace.state is Pace.BEHIND:
        params = {"held": pace.held, "expected": pace.due, **required}
        yield NoticeDue(DueKind.PACE_BEHIND, f"checkpoint-{pace.due}", LEADER_AND_COORDINATOR, params)
    elif pace.state is Pace.AT_RISK:
        params = {"found": pace.held + pace.ahead, **required}
        yield NoticeDue(DueKind.PACE_AT_RISK, f"checkpoint-{pace.due}", LEADER_AND_COORDINATOR, params)
    elif pace.state is Pace.FAILED:
        failed = {"counted": pace.counted, "year": str(duties.year), **required}
        yield NoticeDue(DueKind.PACE_FAILED, "failed", LEADER_AND_COORDINATOR | DIRECTOR, failed)


def _request_notices(today: date, facts: StandingFacts) -> Iterator[NoticeDue]:
    """Who decides is told on each day with a new request; the coordinator of those left too long."""
    if not facts.requests:
        return
    roles = LEADER if facts.leader_decides else COORDINATOR
    params = {"count": len(facts.requests)}
    yield NoticeDue(DueKind.REQUESTS_WAITING, max(facts.requests).isoformat(), roles, params)
    late = [day for day in facts.requests if request_overdue(day, today, facts.settings)]
    if late and facts.leader_decides:
        params = {"count": len(late), "days": (today - min(late)).days}
        yield NoticeDue(DueKind.REQUESTS_OVERDUE, max(late).isoformat(), COORDINATOR, params)
