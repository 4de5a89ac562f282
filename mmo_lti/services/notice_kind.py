"""The kinds of notices: when each is sent, whether it can be switched off, what its text needs (R20)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Timing(StrEnum):
    """When a notice leaves.

    `at_once`: as soon as it is told. `digest`: with the next daily digest. `morning`: told by the clock for
    this very day, so with today's digest, or at once when that hour is over.
    """

    AT_ONCE = "at_once"
    DIGEST = "digest"
    MORNING = "morning"


@dataclass(frozen=True)
class Kind:
    """One kind of notice. `params` are the names its text uses, all required; `optional` ones may be added.

    `legal`: a term of one's own role, which cannot be switched off (R20.1). `family`: kinds about one course
    of events; what is told later takes the place of what has not left yet (R20.2). Empty: stands for itself.
    """

    name: str
    timing: Timing
    params: frozenset[str]
    optional: frozenset[str] = frozenset()
    legal: bool = False
    family: str = ""


def _kind(name: str, timing: Timing, params: str, family: str = "", *, legal: bool = False) -> Kind:
    optional = frozenset({"event"}) if name.startswith("meeting") else frozenset()
    return Kind(name, timing, frozenset(params.split()), optional, legal, family)


_ONCE, _DIGEST, _MORNING = Timing.AT_ONCE, Timing.DIGEST, Timing.MORNING

# `association` is always the genitive («учителей математики»), `year` the label («2026/2027»), `number` a
# protocol's number, `days` a count of days; days and moments may be given as they are. `event` is the form of
# an event that is no meeting («семинар-практикум»).
_TABLE = (
    # Meetings: to members and invited people.
    _kind("meeting_called", _DIGEST, "association starts_at place topic"),
    _kind("meeting_reminder", _MORNING, "association starts_at place days", "meeting_day"),
    _kind("meeting_moved", _DIGEST, "association old_starts_at starts_at place", "meeting_day"),
    _kind("meeting_cancelled", _DIGEST, "association starts_at reason", "meeting_day"),
    # To leader and helpers.
    _kind("meeting_unconfirmed", _MORNING, "association day", "meeting_mark"),
    # Protocols: to the leader; overdue ones to the coordinators too.
    _kind("protocol_due", _MORNING, "association number due days", "protocol_term", legal=True),
    _kind("protocol_overdue", _MORNING, "association number days", "protocol_term", legal=True),
    _kind("protocol_fix_due", _MORNING, "association number due days", "protocol_term", legal=True),
    _kind("protocol_accepted", _DIGEST, "association number counted required"),
    _kind("protocol_returned", _ONCE, "association number remarks due", legal=True),
    _kind("protocol_voided", _DIGEST, "association number reason"),
    # To the coordinators.
    _kind("protocol_lodged", _DIGEST, "association number"),
    _kind(
        "protocol_review_overdue", _MORNING, "association number days", "protocol_review_overdue", legal=True
    ),
    # The plan: to members, to who proposed, to the director, to the leader.
    _kind("plan_proposals", _MORNING, "association year due"),
    _kind("proposal_taken", _DIGEST, "association topic"),
    _kind("proposal_declined", _DIGEST, "association topic answer"),
    _kind("plan_submitted", _DIGEST, "association year"),
    _kind("plan_waiting", _MORNING, "association year since days", "plan_waiting", legal=True),
    _kind("plan_agreed", _DIGEST, "association year"),
    _kind("plan_returned", _ONCE, "association year remarks due", legal=True),
    _kind("plan_due", _MORNING, "association year due days", "plan_term", legal=True),
    _kind("plan_fix_due", _MORNING, "association year due days", "plan_term", legal=True),
    _kind("plan_overdue", _MORNING, "association year due days", "plan_term", legal=True),
    # The pace of meetings: to the leader, then to coordinators and director.
    _kind("pace_behind", _MORNING, "association held required expected", "pace", legal=True),
    _kind("pace_at_risk", _MORNING, "association found required", "pace", legal=True),
    _kind("pace_failed", _MORNING, "association counted required year", "pace", legal=True),
    # The report: to the leader; to the director; to coordinators and director about the city.
    _kind("report_due", _MORNING, "association year due days sections", "report_term", legal=True),
    _kind("report_overdue", _MORNING, "association year days", "report_term", legal=True),
    _kind("report_fix_due", _MORNING, "association year due days", "report_term", legal=True),
    _kind("report_assembled", _DIGEST, "association year"),
    _kind("report_submitted", _DIGEST, "association year days_late"),
    _kind("report_accepted", _DIGEST, "association year"),
    _kind("report_returned", _ONCE, "association year remarks due", legal=True),
    _kind("reports_overdue", _MORNING, "year count total", legal=True),
    # What a coordinator reminds a leader of by hand; `day` is when.
    _kind("reminded_plan", _DIGEST, "association year day due days", legal=True),
    _kind("reminded_meetings", _DIGEST, "association year day held counted required", legal=True),
    _kind("reminded_protocols", _DIGEST, "association year day count days", legal=True),
    _kind("reminded_report", _DIGEST, "association year day days", legal=True),
    # Who belongs: to the teacher.
    _kind("membership_invited", _DIGEST, "association"),
    _kind("membership_proposed", _DIGEST, "association"),
    _kind("membership_accepted", _DIGEST, "association"),
    _kind("membership_refused", _DIGEST, "association reason"),
    _kind("membership_ended", _DIGEST, "association reason"),
    # To the leader (else the coordinators), to the coordinators.
    _kind("requests_waiting", _MORNING, "association count", "requests_waiting"),
    _kind("requests_overdue", _MORNING, "association count days", "requests_overdue"),
    _kind("member_suspended", _DIGEST, "association"),
    _kind("leader_left", _ONCE, "association", legal=True),
    _kind("leader_vacant", _MORNING, "association", "leader_vacant", legal=True),
    _kind("below_minimum", _MORNING, "association count minimum", "below_minimum"),
    # Orders: to members, to the leader who comes and the one who stands back.
    _kind("association_created", _DIGEST, "association day number"),
    _kind("association_closed", _DIGEST, "association day"),
    _kind("leader_appointed", _DIGEST, "association leader since number"),
    _kind("acting_appointed", _DIGEST, "association leader since until number"),
    _kind("acting_last_day", _MORNING, "association until", legal=True),
    # Offices of the centre: to who got one.
    _kind("office_coordinator", _ONCE, "centre"),
    _kind("office_director", _ONCE, "centre"),
    # The archive: to the coordinators.
    _kind("disposal_due", _MORNING, "count kept_until", "disposal_due"),
    # The connection with Moodle: to the coordinators.
    _kind("course_lost", _ONCE, "course"),
    _kind("roster_refused", _ONCE, "course was now"),
    _kind("drift_found", _DIGEST, "association", "drift_found"),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _TABLE}


def kind_named(name: str) -> Kind:
    """The kind of a name; an unknown one is a slip of the caller: `KeyError`."""
    return KINDS[name]
