"""Working days: Monday to Friday without the holidays of ТК РФ ст. 112, and the yearly transfers.

Transfers are a table that the coordinator edits: the government moves days off every year by decree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

# ТК РФ ст. 112, часть первая, as (month, day).
HOLIDAYS = frozenset(
    [(1, day) for day in range(1, 9)] + [(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)],
)
SATURDAY = 5


@dataclass(frozen=True)
class Transfers:
    """Days that a decree makes free (`off`) or working (`working`)."""

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.off & self.working:
            raise ValueError("a day cannot be both off and working")

    @classmethod
    def of(cls, off: Iterable[date] = (), working: Iterable[date] = ()) -> "Transfers":
        """Make a table of any iterables of days."""
        return cls(frozenset(off), frozenset(working))


NO_TRANSFERS = Transfers()


def is_holiday(day: date) -> bool:
    """Whether ТК РФ ст. 112 names the day a holiday."""
    return (day.month, day.day) in HOLIDAYS


def is_working_day(day: date, transfers: Transfers = NO_TRANSFERS) -> bool:
    """Whether people work on that day."""
    if day in transfers.working:
        return True
    if day in transfers.off:
        return False
    return day.weekday() < SATURDAY and not is_holiday(day)


def add_working_days(day: date, n: int, transfers: Transfers = NO_TRANSFERS) -> date:
    """The n-th working day after `day`, which itself is not counted.

    n = 0 gives `day`; a negative n is a ValueError.
    """
    if n < 0:
        raise ValueError(f"a term of {n} working days")
    if n == 0:
        return day
    left = n
    for ahead in count(1):
        candidate = day + timedelta(days=ahead)
        if is_working_day(candidate, transfers):
            left -= 1
            if left == 0:
                return candidate
    raise AssertionError("unreachable")  # count() never ends
