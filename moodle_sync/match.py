"""Which group and which event of Moodle is ours."""

from collections.abc import Iterable, Mapping

from moodle_sync.memory import Remembered, RememberedEvent, RememberedGroup
from moodle_sync.state import (
    ActualCourse,
    ActualEvent,
    ActualGroup,
    DesiredCourse,
    DesiredEvent,
    DesiredGroup,
)


def group_id_of(want: DesiredGroup, known: RememberedGroup | None) -> int | None:
    """The id a group should have: the one asked for, else the one it had."""
    if want.group_id is not None:
        return want.group_id
    return None if known is None else known.group_id


def locate_group(
    want: DesiredGroup, known: RememberedGroup | None, actual: ActualCourse
) -> tuple[ActualGroup | None, ActualGroup | None]:
    """The group by its id, and the group that holds our idnumber. They should be one.

    Without a group under the id the holder stands in: it was made just before a crash, or made anew.
    """
    holder = actual.holder_of(want.idnumber)
    group_id = group_id_of(want, known)
    current = None if group_id is None else actual.groups.get(group_id)
    return current or holder, holder


def live_group_ids(desired: DesiredCourse, remembered: Remembered, actual: ActualCourse) -> frozenset[int]:
    """Ids of the groups whose members and events matter."""
    found = (locate_group(want, remembered.groups.get(want.idnumber), actual)[0] for want in desired.groups)
    return frozenset(group.group_id for group in found if group is not None)


def known_group_count(desired: DesiredCourse, remembered: Remembered) -> int:
    """How many of our groups were there at the end of the last sync."""
    known = (remembered.groups.get(want.idnumber) for want in desired.groups)
    return sum(group is not None and group.group_id is not None for group in known)


def own_events(actual: ActualCourse) -> Mapping[int, ActualEvent]:
    """Events that the service account made in this course.

    A copied course repeats our markers under its own course id, a pasted text repeats them under
    the teacher's user id: neither is ours.
    """
    return {
        event.event_id: event
        for event in actual.events.values()
        if event.course_id == actual.course_id and event.user_id == actual.account
    }


class EventFinder:
    """Finds the event of a meeting: by id, else by marker; tells surplus copies of it."""

    def __init__(self, desired: DesiredCourse, remembered: Remembered, actual: ActualCourse) -> None:
        self.own = own_events(actual)
        self._remembered = remembered.events
        self._claimed: dict[int, str] = {}
        for event in (event for group in desired.groups for event in group.events):
            for event_id in event_ids_of(event, remembered.events.get(event.uuid)):
                if event_id in self.own and event_id not in self._claimed:
                    self._claimed[event_id] = event.uuid
                    break

    def find(self, event: DesiredEvent) -> tuple[ActualEvent | None, tuple[ActualEvent, ...]]:
        """The event of a meeting and its surplus copies, which a doubled request may have made.

        An event known by id as that of another meeting is never taken for a copy, whatever text was pasted
        into it.
        """
        mine = [self.own[event_id] for event_id, uuid in self._claimed.items() if uuid == event.uuid]
        alike = sorted(
            (
                own
                for own in self.own.values()
                if event.uuid in own.markers and own.event_id not in self._claimed
            ),
            key=lambda own: own.event_id,
        )
        # An event that carries two markers can be the event of one meeting only.
        self._claimed |= dict.fromkeys((own.event_id for own in alike), event.uuid)
        found, *_ = [*mine, *alike, None]
        return found, tuple(own for own in alike if own is not found)

    def removable(self, removed: Iterable[int | str]) -> tuple[tuple[int, str], ...]:
        """Event id and uuid of each of our events that is to go and is not the event of a meeting."""
        gone: dict[int, str] = {}
        for mark in removed:
            if isinstance(mark, int):
                ids = [mark]
            else:
                known = self._remembered.get(mark)
                ids = [known.event_id] if known is not None and known.event_id is not None else []
                ids += [own.event_id for own in self.own.values() if mark in own.markers]
            for event_id in ids:
                if event_id in self.own and event_id not in self._claimed:
                    gone.setdefault(event_id, "" if isinstance(mark, int) else mark)
        return tuple(gone.items())


def event_ids_of(event: DesiredEvent, known: RememberedEvent | None) -> tuple[int, ...]:
    """Ids a meeting's event may have, likeliest first."""
    ids = (event.event_id, None if known is None else known.event_id)
    return tuple(dict.fromkeys(event_id for event_id in ids if event_id is not None))
