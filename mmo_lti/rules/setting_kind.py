"""Types of settings: how each reads a typed or stored value, and what it refuses."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mmo_lti.rules.errors import SettingRefused
from mmo_lti.rules.year import DayMonth

_CLOCK = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)$")
_COLOUR = re.compile(r"^#[0-9a-fA-F]{6}$")
LONGEST_TEXT = 300


class Kind(Protocol):
    """A type of setting. `read` takes plain JSON or what a form sends and raises `SettingRefused`."""

    def read(self, value: Any) -> Any:
        """The typed value."""

    def write(self, value: Any) -> Any:
        """The value as plain JSON."""


@dataclass(frozen=True)
class Whole:
    """A whole number between bounds, both included; `optional` ones may be None."""

    low: int
    high: int
    optional: bool = False

    def read(self, value: Any) -> int | None:
        """Read 10, "10" or " 10 "; codes `setting.not_a_number`, `setting.out_of_bounds`."""
        if self.optional and value in (None, ""):
            return None
        if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,9}\s*", value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise SettingRefused("setting.not_a_number")
        if not self.low <= value <= self.high:
            raise SettingRefused("setting.out_of_bounds", low=self.low, high=self.high)
        return value

    def write(self, value: Any) -> Any:
        """The number itself."""
        return value


@dataclass(frozen=True)
class Day:
    """A day of the academic year, «dd.mm»."""

    def read(self, value: Any) -> DayMonth:
        """Read "20.06"; code `setting.not_a_day`."""
        if isinstance(value, DayMonth):
            return value
        try:
            return DayMonth.parse(value)
        except (ValueError, AttributeError):
            raise SettingRefused("setting.not_a_day") from None

    def write(self, value: DayMonth) -> str:
        """«dd.mm»."""
        return str(value)


@dataclass(frozen=True)
class Several:
    """A list of one kind, given as a list or as text parted by commas or semicolons, in one order."""

    kind: Kind
    key: Callable[[Any], Any] = lambda value: value
    rising: bool = True
    at_most: int = 12

    def read(self, value: Any) -> tuple[Any, ...]:
        """Codes `setting.empty`, `setting.too_many`, `setting.not_in_order`, and those of the kind."""
        parts = re.split(r"[,;]", value) if isinstance(value, str) else value
        if not isinstance(parts, Sequence) or not parts or parts == [""]:
            raise SettingRefused("setting.empty")
        if len(parts) > self.at_most:
            raise SettingRefused("setting.too_many", at_most=self.at_most)
        read = tuple(self.kind.read(part) for part in parts)
        keys = [self.key(one) for one in read]
        if keys != sorted(set(keys), reverse=not self.rising):
            raise SettingRefused("setting.not_in_order")
        return read

    def write(self, value: tuple[Any, ...]) -> list[Any]:
        """A list of plain values."""
        return [self.kind.write(one) for one in value]


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    options: tuple[str, ...]

    def read(self, value: Any) -> str:
        """Code `setting.not_an_option`."""
        if value not in self.options:
            raise SettingRefused("setting.not_an_option", options=self.options)
        return str(value)

    def write(self, value: str) -> str:
        """The word."""
        return value


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    def read(self, value: Any) -> bool:
        """Read a boolean or the words a form sends; code `setting.not_an_option`."""
        if isinstance(value, bool):
            return value
        words = {"true": True, "1": True, "on": True, "false": False, "0": False, "": False}
        if not isinstance(value, str) or value not in words:
            raise SettingRefused("setting.not_an_option", options=("true", "false"))
        return words[value]

    def write(self, value: bool) -> bool:
        """The boolean."""
        return value


@dataclass(frozen=True)
class Clock:
    """A local time of day, «HH:MM»."""

    def read(self, value: Any) -> time:
        """Code `setting.not_a_time`."""
        if isinstance(value, time):
            return value
        match = _CLOCK.match(value) if isinstance(value, str) else None
        if match is None:
            raise SettingRefused("setting.not_a_time")
        return time(int(match[1]), int(match[2]))

    def write(self, value: time) -> str:
        """«HH:MM»."""
        return value.strftime("%H:%M")


@dataclass(frozen=True)
class Text:
    """One line of text, trimmed; empty allowed unless `required`."""

    required: bool = False
    longest: int = LONGEST_TEXT

    def read(self, value: Any) -> str:
        """Codes `setting.not_a_text`, `setting.empty`, `setting.too_long`."""
        if not isinstance(value, str):
            raise SettingRefused("setting.not_a_text")
        text = " ".join(value.split())
        if self.required and not text:
            raise SettingRefused("setting.empty")
        if len(text) > self.longest:
            raise SettingRefused("setting.too_long", longest=self.longest)
        return text

    def write(self, value: str) -> str:
        """The text."""
        return value


@dataclass(frozen=True)
class Words:
    """A list of short texts without doubles (compared without case)."""

    at_least: int = 1
    at_most: int = 100

    def read(self, value: Any) -> tuple[str, ...]:
        """Read a list or lines of text; codes `setting.empty`, `setting.too_many`, `setting.twice`."""
        lines = value.splitlines() if isinstance(value, str) else value
        if not isinstance(lines, Sequence):
            raise SettingRefused("setting.not_a_text")
        words = tuple(word for word in (Text().read(line) for line in lines) if word)
        if len(words) < self.at_least:
            raise SettingRefused("setting.empty")
        if len(words) > self.at_most:
            raise SettingRefused("setting.too_many", at_most=self.at_most)
        folded = [word.casefold() for word in words]
        for word in words:
            if folded.count(word.casefold()) > 1:
                raise SettingRefused("setting.twice", value=word)
        return words

    def write(self, value: tuple[str, ...]) -> list[str]:
        """A list of texts."""
        return list(value)


@dataclass(frozen=True)
class Zone:
    """A time zone by its IANA name."""

    def read(self, value: Any) -> str:
        """Code `setting.not_a_zone`."""
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            raise SettingRefused("setting.not_a_zone") from None

    def write(self, value: str) -> str:
        """The name."""
        return value


@dataclass(frozen=True)
class Colour:
    """A colour, #rrggbb, or nothing for the default look."""

    def read(self, value: Any) -> str:
        """Code `setting.not_a_colour`."""
        if value == "" or (isinstance(value, str) and _COLOUR.match(value)):
            return str(value).lower()
        raise SettingRefused("setting.not_a_colour")

    def write(self, value: str) -> str:
        """The colour."""
        return value


@dataclass(frozen=True)
class YearsByKind:
    """Longer terms for single kinds of documents, in years; the longer term wins (R17)."""

    kinds: tuple[str, ...]
    years: Whole

    def read(self, value: Any) -> Mapping[str, int]:
        """Codes `setting.not_an_option` for an unknown kind, and those of a whole number."""
        if not isinstance(value, Mapping):
            raise SettingRefused("setting.not_a_number")
        unknown = [kind for kind in value if kind not in self.kinds]
        if unknown:
            raise SettingRefused("setting.not_an_option", options=self.kinds)
        return {kind: years for kind, raw in value.items() if (years := self.years.read(raw)) is not None}

    def write(self, value: Mapping[str, int]) -> dict[str, int]:
        """A plain mapping."""
        return dict(value)
