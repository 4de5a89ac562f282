"""The days of the demo: of the next academic year to begin, so that the clock only goes forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mmo_lti.rules.year import AcademicYear


@dataclass(frozen=True)
class DemoYear:
    """Days of one academic year by day and month."""

    year: AcademicYear

    @classmethod
    def after(cls, today: date) -> DemoYear:
        """The next year to begin."""
        return cls(AcademicYear.of(today).next)

    def day(self, month: int, day: int) -> date:
        """A day of the year."""
        return self.year.day(month, day)

    @property
    def begins(self) -> date:
        """1 September."""
        return self.year.first_day

    @property
    def slug(self) -> str:
        """As addresses have it."""
        return self.year.slug
