"""A notice that a date makes due, its stages, and how far a matter has escalated (R14, R20)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

from mmo_lti.rules.permission import Role

WEEK = 7


class DueKind(StrEnum):
    """Kinds of notices that dates make due; events have kinds of their own."""

    MEETING_REMINDER = "meeting_reminder"
    MEETING_UNCONFIRMED = "meeting_unconfirmed"
    PROTOCOL_DUE = "protocol_due"
    PROTOCOL_FIX_DUE = "protocol_fix_due"
    PROTOCOL_OVERDUE = "protocol_overdue"
    PROTOCOL_REVIEW_OVERDUE = "protocol_review_overdue"
    PLAN_PROPOSALS = "plan_proposals"
    PLAN_DUE = "plan_due"
    PLAN_FIX_DUE = "plan_fix_due"
    PLAN_OVERDUE = "plan_overdue"
    PLAN_WAITING = "plan_waiting"
    PACE_BEHIND = "pace_behind"
    PACE_AT_RISK = "pace_at_risk"
    PACE_FAILED = "pace_failed"
    REPORT_DUE = "report_due"
    REPORT_FIX_DUE = "report_fix_due"
    REPORT_OVERDUE = "report_overdue"
    REPORTS_OVERDUE = "reports_overdue"
    REQUESTS_WAITING = "requests_waiting"
    REQUESTS_OVERDUE = "requests_overdue"
    LEADER_VACANT = "leader_vacant"
    BELOW_MINIMUM = "below_minimum"
    ACTING_LAST_DAY = "acting_last_day"
    DISPOSAL_DUE = "disposal_due"


@dataclass(frozen=True)
class NoticeDue:
    """A notice due today. Sent at most once per (person, kind, object, stage), so it may be found due daily.

    `key` names the object where a year has several (a protocol, a meeting); empty for the year's plan or
    report and for the association. `invited` adds the people invited to a meeting. `urgent`: not to wait for
    a digest.
    """

    kind: DueKind
    stage: str
    roles: frozenset[Role]
    params: Mapping[str, object] = field(default_factory=dict)
    key: str = ""
    invited: bool = False
    urgent: bool = False


class Escalation(IntEnum):
    """Who a matter has reached."""

    NONE = 0
    LEADER = 1
    COORDINATOR = 2
    DIRECTOR = 3


_LEVELS = {
    DueKind.MEETING_UNCONFIRMED: Escalation.LEADER,
    DueKind.PROTOCOL_DUE: Escalation.LEADER,
    DueKind.PROTOCOL_FIX_DUE: Escalation.LEADER,
    DueKind.PROTOCOL_OVERDUE: Escalation.COORDINATOR,
    DueKind.PLAN_DUE: Escalation.LEADER,
    DueKind.PLAN_FIX_DUE: Escalation.LEADER,
    DueKind.PLAN_OVERDUE: Escalation.COORDINATOR,
    DueKind.PACE_BEHIND: Escalation.COORDINATOR,
    DueKind.PACE_AT_RISK: Escalation.COORDINATOR,
    DueKind.PACE_FAILED: Escalation.DIRECTOR,
    DueKind.REPORT_DUE: Escalation.LEADER,
    DueKind.REPORT_FIX_DUE: Escalation.LEADER,
    DueKind.REPORT_OVERDUE: Escalation.DIRECTOR,
    DueKind.REQUESTS_WAITING: Escalation.LEADER,
    DueKind.REQUESTS_OVERDUE: Escalation.COORDINATOR,
    DueKind.LEADER_VACANT: Escalation.COORDINATOR,
    DueKind.BELOW_MINIMUM: Escalation.COORDINATOR,
}


def escalation(notices: Iterable[NoticeDue]) -> Escalation:
    """How far an association's matters have escalated: the highest level of what is due today."""
    return max((_LEVELS.get(notice.kind, Escalation.NONE) for notice in notices), default=Escalation.NONE)


def latest_mark(days_left: int, marks: Iterable[int]) -> int | None:
    """The last mark reached on the way to a term, in days before it; None before the first and after it.

    With marks 30, 14, 7 and 12 days left it is 14: the latest stage alone is sent (R20.2).
    """
    if days_left < 0:
        return None
    return min((mark for mark in marks if mark >= days_left), default=None)


def week_of(today: date, first: date) -> int | None:
    """Which weekly stage counts: 0 from `first` on, 1 seven days later, …; None before `first`."""
    return (today - first).days // WEEK if today >= first else None
