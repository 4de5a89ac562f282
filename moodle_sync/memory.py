"""What we wrote last time and what Moodle made of it: the only way to tell a change by hand from ours.

Plain data: `Remembered.to_plain()` can be stored as JSON and read back; nothing in it names a person.
"""

from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field
from typing import Any


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
    """An event at the end of the last sync.

    `wanted` and `face` are digests of what we asked for and of what Moodle showed. `event_id` and `face` are
    None when the event was found deleted; `at_home` is False when it was found outside its group.
    """

    event_id: int | None
    wanted: str
    face: str | None
    at_home: bool = True
    marker: bool = True
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Remembered:
    """A course at the end of the last sync; empty before the first.

    `roster` counts the enrolled, `absent` are members who were not enrolled. `form_shift` is what Moodle's
    calendar form subtracts from a time in UTC, in seconds (a time zone forced by the site), None until the
    first form was sent. `told` are keys of changes by hand that a sync told of and was about to undo when it
    broke off.
    """

    roster: int | None = None
    absent: frozenset[int] = frozenset()
    groups: Mapping[str, RememberedGroup] = field(default_factory=dict)
    events: Mapping[str, RememberedEvent] = field(default_factory=dict)
    grouping_id: int | None = None
    form_shift: int | None = None
    told: frozenset[str] = frozenset()

    def to_plain(self) -> dict[str, Any]:
        """As JSON types, events as rows because there are many."""
        groups = {
            key: asdict(group) | {"members": sorted(group.members)} for key, group in self.groups.items()
        }
        return {
            "roster": self.roster,
            "absent": sorted(self.absent),
            "groups": groups,
            "events": {key: list(astuple(event)) for key, event in self.events.items()},
            "grouping_id": self.grouping_id,
            "form_shift": self.form_shift,
            "told": sorted(self.told),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any] | None) -> "Remembered":
        """Back from `to_plain`; None gives an empty memory. Raises KeyError or TypeError for other data."""
        if not plain:
            return cls()
        return cls(
            roster=plain["roster"],
            absent=frozenset(plain["absent"]),
            groups={
                key: RememberedGroup(**{**group, "members": frozenset(group["members"])})
                for key, group in plain["groups"].items()
            },
            events={key: RememberedEvent(*row) for key, row in plain["events"].items()},
            grouping_id=plain["grouping_id"],
            form_shift=plain["form_shift"],
            told=frozenset(plain.get("told", ())),
        )
