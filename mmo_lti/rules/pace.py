"""The pace of meetings in a year (R12, ours; the regulation gives only «не реже 3 раз в год», 4.4)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum

from mmo_lti.rules.duties import Duties
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.states import UNCONFIRMED_GRACE_DAYS, MeetingState
from mmo_lti.rules.workdays import NO_TRANSFERS, Transfers, add_working_days


class Pace(IntEnum):
    """How an association stands with its meetings, best first: a greater number is worse."""

    NOT_REQUIRED = 0
    MET = 1
    AWAITING_PROTOCOLS = 2
    ON_TRACK = 3
    BEHIND = 4
    AT_RISK = 5
    MET_LATE = 6
    FAILED = 7

    @property
    def code(self) -> str:
        """A word for catalogues, columns and addresses: `at_risk`."""
        return self.name.lower()


@dataclass(frozen=True)
class MeetingFact:
    """What the pace needs to know of one meeting called as such (R11).

    `day`: its date; a month counts as its last day (`year.month_last_day`). `lodged`: it has a signed
    protocol lodged or accepted, not returned, now. `first_lodged_on`, `last_lodged_on`, `returned_on`: local
    days of the first and the last lodging and of the last return.
    """

    day: date
    state: MeetingState
    lodged: bool = False
    first_lodged_on: date | None = None
    last_lodged_on: date | None = None
    returned_on: date | None = None


@dataclass(frozen=True)
class PaceResult:
    """The state and the numbers behind it. `due`: how many had to be held by checkpoints that are past."""

    state: Pace
    held: int
    counted: int
    ahead: int
    due: int
    needed: int


def pace(
    today: date,
    duties: Duties,
    meetings: Iterable[MeetingFact],
    settings: Settings,
    transfers: Transfers = NO_TRANSFERS,
) -> PaceResult:
    """The pace of one association in one year on a local day.

    After 31 August the state of that day stands: later lodgings and returns change nothing.
    """
    end = duties.year.last_day
    facts = tuple(meetings) if today <= end else tuple(as_of(fact, end) for fact in meetings)
    today = min(today, end)
    held = [fact for fact in facts if _is_held(fact, today)]
    counted = sum(fact.lodged for fact in held)
    ahead = sum(_is_ahead(fact, today, duties.meetings_until) for fact in facts)
    due = sum(day < today for day in duties.checkpoints)
    timely = sum(_is_timely(fact, today, duties.failed_on, settings, transfers) for fact in held)
    state = _state(today, duties, len(held), counted, ahead, due, timely)
    return PaceResult(state, len(held), counted, ahead, due, duties.needed)


def as_of(fact: MeetingFact, day: date) -> MeetingFact:
    """A meeting's protocol as it stood at the end of a day: lodgings and returns after it undone."""
    first, last, returned = fact.first_lodged_on, fact.last_lodged_on, fact.returned_on
    if first is None or first > day:
        return replace(fact, lodged=False, first_lodged_on=None, last_lodged_on=None, returned_on=None)
    if returned is not None and returned > day:
        return replace(fact, lodged=True, returned_on=None)
    if last is not None and last > day:
        return replace(fact, lodged=returned is None, last_lodged_on=first)
    return fact


def _state(
    today: date, duties: Duties, held: int, counted: int, ahead: int, due: int, timely: int
) -> Pace:  # the first row that fits, in the order of the rules
    n = duties.needed
    over = today >= duties.failed_on
    watched = today >= duties.pace_from
    rows = (
        (n == 0, Pace.NOT_REQUIRED),
        (over and counted < n and timely < n, Pace.FAILED),
        (counted >= n and (not over or timely >= n), Pace.MET),
        (counted >= n, Pace.MET_LATE),
        (held >= n, Pace.AWAITING_PROTOCOLS),
        (watched and held + ahead < n, Pace.AT_RISK),
        (watched and held < due, Pace.BEHIND),
    )
    return next((state for fits, state in rows if fits), Pace.ON_TRACK)


def _is_held(fact: MeetingFact, today: date) -> bool:
    return fact.state is MeetingState.HELD and fact.day <= today


def _is_ahead(fact: MeetingFact, today: date, until: date) -> bool:
    """Planned for today or later, or unconfirmed for three days at most; not after the report's term."""
    grace = timedelta(days=UNCONFIRMED_GRACE_DAYS)
    return fact.state is MeetingState.PLANNED and fact.day + grace >= today and fact.day <= until


def _is_timely(
    fact: MeetingFact, today: date, failed_on: date, settings: Settings, transfers: Transfers
) -> bool:
    """First lodged before `failed_on`, and counted or returned and still within its days to mend."""
    if fact.first_lodged_on is None or fact.first_lodged_on >= failed_on:
        return False
    if fact.lodged or fact.returned_on is None:
        return fact.lodged
    return today <= add_working_days(fact.returned_on, settings.protocol_fix_days, transfers)
