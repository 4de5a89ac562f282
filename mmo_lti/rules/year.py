"""The academic year, 1 September to 31 August (ours; the regulation says «учебный год», 4.5)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

FIRST_MONTH = 9
OPENING_MONTH, OPENING_FROM = 8, 15
_WRITTEN = re.compile(r"^\s*(\d{4})\s*[/\-–]\s*(\d{2}|\d{4})\s*$")


@dataclass(frozen=True, order=True)
class DayMonth:
    """A day that comes every year, written «dd.mm». 29 February is none: three years of four lack it."""

    month: int
    day: int

    def __post_init__(self) -> None:
        date(2001, self.month, self.day)  # ValueError for a day no ordinary year has

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read «31.12»; ValueError for anything else."""
        day, dot, month = text.strip().partition(".")
        if not dot or not (day.isdecimal() and month.isdecimal()):
            raise ValueError(f"no day of a year: {text!r}")
        return cls(month=int(month), day=int(day))

    def in_year(self, year: "AcademicYear") -> date:
        """The date of this day within an academic year."""
        return year.day(self.month, self.day)

    @property
    def place(self) -> tuple[int, int]:
        """Where the day stands within an academic year: sorts September before August."""
        return ((self.month - FIRST_MONTH) % 12, self.day)

    def __str__(self) -> str:
        return f"{self.day:02}.{self.month:02}"


@dataclass(frozen=True, order=True)
class AcademicYear:
    """An academic year, named by the calendar year in which it starts."""

    start: int

    def __post_init__(self) -> None:
        date(self.start, FIRST_MONTH, 1)
        date(self.start + 1, FIRST_MONTH, 1)

    @classmethod
    def of(cls, day: date) -> Self:
        """The academic year that a local day belongs to."""
        return cls(day.year if day.month >= FIRST_MONTH else day.year - 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a slug (`2026-27`) or a label (`2026/2027`); ValueError for anything else."""
        match = _WRITTEN.match(text)
        if match is None:
            raise ValueError(f"no academic year: {text!r}")
        start, end = int(match[1]), match[2]
        if int(end) != (start + 1) % 10 ** len(end):
            raise ValueError(f"no academic year: {text!r}")
        return cls(start)

    @property
    def first_day(self) -> date:
        """1 September."""
        return date(self.start, FIRST_MONTH, 1)

    @property
    def last_day(self) -> date:
        """31 August of the next calendar year."""
        return date(self.start + 1, FIRST_MONTH, 1) - timedelta(days=1)

    @property
    def slug(self) -> str:
        """For addresses and file names: `2026-27`."""
        return f"{self.start}-{(self.start + 1) % 100:02}"

    @property
    def next(self) -> "AcademicYear":
        """The year after."""
        return AcademicYear(self.start + 1)

    @property
    def previous(self) -> "AcademicYear":
        """The year before."""
        return AcademicYear(self.start - 1)

    def day(self, month: int, day: int) -> date:
        """The date of a dd.mm within this year; ValueError for a day that this year lacks."""
        return date(self.start if month >= FIRST_MONTH else self.start + 1, month, day)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return f"{self.start}/{self.start + 1}"


def month_last_day(year: int, month: int) -> date:
    """The last day of a calendar month: what a meeting planned «by month» counts as (R12)."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def years_for(day: date) -> tuple[AcademicYear, ...]:
    """The years that a meeting on a day may belong to, the default first.

    A meeting on 15–31 August may open the new year (4.4, ours): the person is asked, the new year is offered.
    """
    year = AcademicYear.of(day)
    return (year.next, year) if day.month == OPENING_MONTH and day.day >= OPENING_FROM else (year,)
