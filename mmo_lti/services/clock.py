"""The one place that tells the time.

In demo mode a row shifts it for web, worker and beat alike; the sandbox reads the same number from a file.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.clock_shift import ClockShift

SKEW = timedelta(minutes=5)
"""By how much the clocks of two machines may differ."""


class ClockShiftRefused(RuntimeError):
    """The database carries a shifted clock, and this is not a demo."""


def wall_clock() -> datetime:
    """The machine's time: for leases and durations, never for what the regulation asks."""
    return datetime.now(UTC)


def farthest(now: datetime, longest: timedelta = timedelta(0)) -> datetime:
    """The last moment that whoever means to wait `longest` can have written down by `now`.

    What lies further ahead was written while a clock was wrong and has been set back since: it is not waited
    for.
    """
    return now + longest + SKEW


def now(session: Session) -> datetime:
    """The time the product lives in: the machine's, moved by the demo's shift."""
    shift = session.get(ClockShift, 1)
    return wall_clock() + timedelta(seconds=shift.seconds if shift else 0)


def today(centre: Centre, moment: datetime) -> date:
    """The centre's local date at `moment`."""
    return local_date(centre.timezone, moment)


def local_date(timezone: str, moment: datetime) -> date:
    """The date at `moment` in a named time zone."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def refuse_shift(session: Session, demo: bool) -> None:
    """Raise `ClockShiftRefused` when a shifted clock meets a start outside demo mode."""
    shift = session.get(ClockShift, 1)
    if not demo and shift and shift.seconds:
        raise ClockShiftRefused(
            "the database is a demo's: its clock is shifted; start with MMO_DEMO=1 or a fresh one"
        )


def shift_to(session: Session, moment: datetime, clock_file: Path) -> int:
    """Move the demo's clock to `moment`, in the row and in the sandbox's file; return the seconds."""
    seconds = round((moment - wall_clock()).total_seconds())
    shift = session.get(ClockShift, 1)
    if shift is None:
        session.add(ClockShift(id=1, seconds=seconds))
    else:
        shift.seconds = seconds
    fresh = clock_file.with_suffix(".new")
    fresh.write_text(str(seconds))
    fresh.replace(clock_file)
    return seconds
