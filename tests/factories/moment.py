"""Moments of the tests' fixed clock."""

from datetime import UTC, datetime

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
"""Monday, 5 October 2026, 12:00 in Moscow."""


def moment(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment in UTC; by default noon in Moscow."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
