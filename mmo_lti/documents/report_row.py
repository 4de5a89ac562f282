"""What the system gathers for the sections of the annual report, one line each (R15, `REPORT_SECTION_OF`).

A row is plain data: it can be kept as JSON, frozen at the submission, and printed years later.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from mmo_lti.rules.activity import AchievementKind, Level, OpenEventPart, Publisher


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingHeld:
    """Section 1: a meeting held. `protocol` is None while none is lodged («протокол оформляется»)."""

    held_on: date
    topic: str
    present: int
    protocol: int | str | None = None
    unplanned: bool = False
    after_last_report: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHeld:
    """Section 1: another event."""

    held_on: date
    form: str
    topic: str
    place: str = ""
    unplanned: bool = False
    after_last_report: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Section 2: the year's методическая тема."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """Section 2: one of the year's priorities."""

    text: str


class Outcome(StrEnum):
    """What became of a line of the plan."""

    DONE = "done"
    MOVED = "moved"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """Section 2: a line of the plan, done, moved or cancelled. A moved one that was held counts as done, too,
    by a row of its own.
    """

    outcome: Outcome
    form: str
    topic: str
    day: date | None = None
    moved_to: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Achieved:
    """Sections 3–6: an achievement. `person` is as printed, with the organisation if wished.

    `part` belongs to open events (section 5), `publisher` and `address` to publications (section 6).
    """

    kind: AchievementKind
    person: str
    title: str
    level: Level | None = None
    where: str = ""
    result: str = ""
    day: date | None = None
    part: OpenEventPart | None = None
    publisher: Publisher | None = None
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class YoungEvent:
    """Section 7: an event marked «для молодых специалистов»."""

    held_on: date
    form: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Section 7: a mentor and a young specialist, as printed."""

    mentor: str
    young: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultations:
    """Section 7: how many consultations were given; no names."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YoungMembers:
    """Section 7: members with less than `years` of service (the setting `young_years`)."""

    count: int
    years: int


Row = (
    MeetingHeld
    | EventHeld
    | Theme
    | Priority
    | PlanLine
    | Achieved
    | YoungEvent
    | Pair
    | Consultations
    | YoungMembers
)

_KINDS: dict[str, type[Row]] = {
    "meeting": MeetingHeld,
    "event": EventHeld,
    "theme": Theme,
    "priority": Priority,
    "plan": PlanLine,
    "achieved": Achieved,
    "young_event": YoungEvent,
    "pair": Pair,
    "consultations": Consultations,
    "young_members": YoungMembers,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_DATES = frozenset({"held_on", "day", "moved_to"})
_ENUMS = {
    "outcome": Outcome,
    "kind": AchievementKind,
    "level": Level,
    "part": OpenEventPart,
    "publisher": Publisher,
}


def to_json(row: Row) -> dict[str, Any]:
    """A row as JSON values: `{"row": "meeting", "held_on": "2026-10-12", …}`."""
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
    return {"row": _NAMES[type(row)], **plain}


def from_json(values: Mapping[str, Any]) -> Row:
    """A row of what `to_json` gave; `KeyError`, `TypeError` or `ValueError` for anything else."""
    read = {key: _read(key, value) for key, value in values.items() if key != "row"}
    return _KINDS[values["row"]](**read)


def _read(key: str, value: Any) -> Any:
    if value is None:
        return None
    if key in _DATES:
        return date.fromisoformat(value)
    return _ENUMS[key](value) if key in _ENUMS else value
