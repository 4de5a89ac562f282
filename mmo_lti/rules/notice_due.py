"""A notice that a date makes due, and its stages (R14, R20)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

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
