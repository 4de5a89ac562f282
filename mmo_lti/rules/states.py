"""The states of things and the only moves between them («States» of the rules).

Derived conditions are no states here: a meeting *unconfirmed* (`is_unconfirmed`), a member *without access*,
a plan *in force* (its last agreed version), a version that ended with its year.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from mmo_lti.rules.errors import MoveRefused

StateT = TypeVar("StateT", bound=StrEnum)


class Thing(StrEnum):
    """What has states."""

    ASSOCIATION = "association"
    MEMBERSHIP = "membership"
    PLAN = "plan"
    MEETING = "meeting"
    PROTOCOL = "protocol"
    REPORT = "report"
    DISPOSAL_ACT = "disposal_act"


class AssociationState(StrEnum):
    """An association gathers members as a draft, works, and ends by order; a draft may be dropped."""

    DRAFT = "draft"
    ACTIVE = "active"
    DROPPED = "dropped"
    CLOSED = "closed"
    MERGED = "merged"


class MembershipState(StrEnum):
    """A membership begins with one side's wish and needs the teacher's own act (R3)."""

    REQUESTED = "requested"
    INVITED = "invited"
    PROPOSED = "proposed"
    MEMBER = "member"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    REJECTED = "rejected"
    LEFT = "left"


class PlanState(StrEnum):
    """One version of a plan of the year (R7)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    AGREED = "agreed"
    RETURNED = "returned"


class MeetingState(StrEnum):
    """A meeting or another event of the year (R11)."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class ProtocolState(StrEnum):
    """A protocol of a held meeting (R13)."""

    DRAFT = "draft"
    LODGED = "lodged"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    VOID = "void"


class ReportState(StrEnum):
    """The report of a year (R14)."""

    NONE = "none"
    ASSEMBLING = "assembling"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class DisposalState(StrEnum):
    """An act of disposal (R17)."""

    DRAFT = "draft"
    AGREED = "agreed"
    APPROVED = "approved"
    CARRIED_OUT = "carried_out"
    STOPPED = "stopped"


_A, _M, _P, _E = AssociationState, MembershipState, PlanState, MeetingState
_K, _R, _D = ProtocolState, ReportState, DisposalState
_ENDED = (_M.REFUSED, _M.WITHDRAWN, _M.DECLINED, _M.REJECTED, _M.LEFT)

# How a thing may begin. An adopted association is active at once, its papers of the running year stand as
# they are (R2.5); people found in its group, imported or coming from a merger are proposed (R3.3).
STARTS: Mapping[Thing, frozenset[StrEnum]] = {
    Thing.ASSOCIATION: frozenset({_A.DRAFT, _A.ACTIVE}),
    Thing.MEMBERSHIP: frozenset({_M.REQUESTED, _M.INVITED, _M.PROPOSED}),
    Thing.PLAN: frozenset({_P.DRAFT, _P.AGREED}),
    Thing.MEETING: frozenset({_E.PLANNED}),
    Thing.PROTOCOL: frozenset({_K.DRAFT, _K.ACCEPTED}),
    Thing.REPORT: frozenset({_R.NONE}),
    Thing.DISPOSAL_ACT: frozenset({_D.DRAFT}),
}

MOVES: Mapping[Thing, Mapping[StrEnum, frozenset[StrEnum]]] = {
    Thing.ASSOCIATION: {
        _A.DRAFT: frozenset({_A.ACTIVE, _A.DROPPED}),
        _A.ACTIVE: frozenset({_A.CLOSED, _A.MERGED}),
    },
    Thing.MEMBERSHIP: {
        _M.REQUESTED: frozenset({_M.MEMBER, _M.REFUSED, _M.WITHDRAWN}),
        _M.INVITED: frozenset({_M.MEMBER, _M.DECLINED, _M.WITHDRAWN}),
        _M.PROPOSED: frozenset({_M.MEMBER, _M.DECLINED, _M.REJECTED}),
        _M.MEMBER: frozenset({_M.SUSPENDED, _M.LEFT}),
        # A suspended member is still one: leaving is always possible and at once (R3).
        _M.SUSPENDED: frozenset({_M.MEMBER, _M.LEFT}),
        **dict.fromkeys(_ENDED, frozenset({_M.REQUESTED, _M.INVITED})),
    },
    Thing.PLAN: {
        _P.DRAFT: frozenset({_P.SUBMITTED}),
        _P.SUBMITTED: frozenset({_P.AGREED, _P.RETURNED, _P.DRAFT}),
        _P.RETURNED: frozenset({_P.DRAFT}),
    },
    Thing.MEETING: {
        _E.PLANNED: frozenset({_E.PLANNED, _E.HELD, _E.CANCELLED}),
        _E.HELD: frozenset({_E.PLANNED}),
    },
    Thing.PROTOCOL: {
        _K.DRAFT: frozenset({_K.LODGED, _K.VOID}),
        _K.LODGED: frozenset({_K.ACCEPTED, _K.RETURNED, _K.VOID}),
        _K.RETURNED: frozenset({_K.LODGED, _K.VOID}),
    },
    Thing.REPORT: {
        _R.NONE: frozenset({_R.ASSEMBLING}),
        _R.ASSEMBLING: frozenset({_R.DRAFT, _R.NONE}),
        _R.DRAFT: frozenset({_R.ASSEMBLING, _R.SUBMITTED}),
        _R.SUBMITTED: frozenset({_R.ACCEPTED, _R.RETURNED}),
        _R.RETURNED: frozenset({_R.DRAFT}),
    },
    Thing.DISPOSAL_ACT: {
        _D.DRAFT: frozenset({_D.AGREED, _D.STOPPED}),
        _D.AGREED: frozenset({_D.APPROVED, _D.STOPPED}),
        _D.APPROVED: frozenset({_D.CARRIED_OUT, _D.STOPPED}),
    },
}

UNCONFIRMED_GRACE_DAYS = 3  # R12: so long an unmarked meeting still counts as one that lies ahead


def may_move(thing: Thing, was: StrEnum, becomes: StrEnum) -> bool:
    """Whether the state machine of a thing has this move."""
    return becomes in MOVES[thing].get(was, frozenset())


def check_move(thing: Thing, was: StateT, becomes: StateT) -> StateT:
    """Return `becomes`, or raise `MoveRefused` (code `state.move`) when the thing has no such move."""
    if not may_move(thing, was, becomes):
        raise MoveRefused("state.move", thing=thing.value, was=was.value, becomes=becomes.value)
    return becomes


def check_start(thing: Thing, state: StateT) -> StateT:
    """Return `state`, or raise `MoveRefused` (code `state.start`) when a thing cannot begin in it."""
    if state not in STARTS[thing]:
        raise MoveRefused("state.start", thing=thing.value, becomes=state.value)
    return state


def is_unconfirmed(state: MeetingState, day: date, today: date) -> bool:
    """Whether a planned meeting's day has passed unmarked; it takes the moves of *planned*."""
    return state is MeetingState.PLANNED and day < today
