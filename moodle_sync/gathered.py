"""What the answers of one reading bring, whichever request they come with."""

from collections.abc import Mapping, Set

from moodle_sync import rows
from moodle_sync.batch import Answer
from moodle_sync.state import ActualEvent


class Gathered:
    """What one or two requests brought together."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.members: dict[int, frozenset[int]] = {}
        self.events: dict[int, ActualEvent] = {}
        self.listed = True
        self.inside: frozenset[int] | None = None

    def take(self, answers: Mapping[str, Answer]) -> None:
        """Add the answers that are there."""
        if "members" in answers:
            self.members |= rows.members(answers["members"])
        if "events" in answers:
            events, listed = rows.events(answers["events"].get())
            self.events |= events
            self.listed = self.listed and listed
        if "events by id" in answers:
            self.events |= rows.events(answers["events by id"].get())[0]
        if "grouping" in answers:
            self.inside = rows.grouping_groups(answers["grouping"])

    def forget(self, group_ids: Set[int]) -> None:
        """Groups that are gone take their events along."""
        self.events = {key: event for key, event in self.events.items() if event.group_id not in group_ids}
