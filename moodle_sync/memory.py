"""What we wrote last time and what Moodle made of it: the only way to tell a change by hand from ours.

Plain data: `Remembered.to_plain()` can be stored as JSON and read back; nothing in it names a person.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from moodle_sync.state import Seen, Wanted


@dataclass(frozen=True, slots=True)
class RememberedGroup:
    """A group at the end of the last sync.

    `group_id` is None when the group was found deleted. `wanted_name` is what we asked for, `seen_name` and
    `seen_idnumber` what Moodle had; `name_by_hand` and `idnumber_by_hand` mark a change made there.
    """

    group_id: int | None
    wanted_name: str
    seen_name: str
    seen_idnumber: str
    members: frozenset[int] = frozenset()
    name_by_hand: bool = False
    idnumber_by_hand: bool = False


@dataclass(frozen=True, slots=True)
class RememberedEvent:
    """An event at the end of the last sync; `event_id` and `seen` are None when it was found deleted."""

    group: str
    event_id: int | None
    wanted: Wanted
    seen: Seen | None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Remembered:
    """A course at the end of the last sync; empty before the first.

    `roster` counts the enrolled. `form_shift` is what Moodle's calendar form subtracts from a time in UTC, in
    seconds (the time zone of the service account), None until the first form was sent.
    """

    roster: int | None = None
    groups: Mapping[str, RememberedGroup] = field(default_factory=dict)
    events: Mapping[str, RememberedEvent] = field(default_factory=dict)
    grouping_id: int | None = None
    form_shift: int | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON types."""
        plain = asdict(self)
        for group in plain["groups"].values():
            group["members"] = sorted(group["members"])
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any] | None) -> "Remembered":
        """Back from `to_plain`; None gives an empty memory. Raises KeyError or TypeError for other data."""
        if not plain:
            return cls()
        return cls(
            roster=plain["roster"],
            groups={key: _group(value) for key, value in plain["groups"].items()},
            events={key: _event(value) for key, value in plain["events"].items()},
            grouping_id=plain["grouping_id"],
            form_shift=plain["form_shift"],
        )


def _group(plain: Mapping[str, Any]) -> RememberedGroup:
    return RememberedGroup(**{**plain, "members": frozenset(plain["members"])})


def _event(plain: Mapping[str, Any]) -> RememberedEvent:
    seen = plain["seen"]
    return RememberedEvent(
        **{
            **plain,
            "wanted": Wanted(**plain["wanted"]),
            "seen": None if seen is None else Seen(**seen),
        }
    )
