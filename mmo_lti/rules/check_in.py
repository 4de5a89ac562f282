"""When people may say themselves that they are at a meeting (ours; the regulation knows the protocol)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

OPENS_BEFORE = timedelta(minutes=30)
"""People gather before the beginning."""
CODE_DIGITS = 6


@dataclass(frozen=True)
class CheckInHours:
    """From `opens` (aware) to the moment before `closes`."""

    opens: datetime
    closes: datetime

    def hold(self, moment: datetime) -> bool:
        """Whether a moment is within them."""
        return self.opens <= moment < self.closes


def check_in_hours(starts_at: datetime, minutes: int) -> CheckInHours:
    """The hours of a meeting that starts then and takes so many minutes."""
    return CheckInHours(starts_at - OPENS_BEFORE, starts_at + timedelta(minutes=minutes))
