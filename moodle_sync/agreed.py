"""Which open questions are over because what they ask about was undone in Moodle. Pure."""

from collections.abc import Iterator

from moodle_sync.match import EventFinder, locate_group
from moodle_sync.memory import Remembered
from moodle_sync.plan import DriftKind, Plan, drift_key
from moodle_sync.state import (
    ActualCourse,
    ActualEvent,
    ActualGroup,
    DesiredCourse,
    DesiredEvent,
    DesiredGroup,
    Seen,
)
from moodle_sync.text import plain_name


def agreed(
    held: frozenset[str], desired: DesiredCourse, actual: ActualCourse, remembered: Remembered, plan: Plan
) -> frozenset[str]:
    """Keys of `held` whose change by hand was found undone.

    Only what this reading shows counts: of a group that is gone or left alone, of members that were not
    answered for, and of events not listed nothing is said.
    """
    if not held:
        return frozenset()
    finder = EventFinder(desired, remembered, actual)
    found: set[str] = set()
    for want in desired.groups:
        events = [(event, finder.find(event)[0]) for event in want.events]
        group = locate_group(want, remembered.groups.get(want.idnumber), actual)[0]
        if group is None or want.idnumber in plan.idle:
            continue
        found.update(_group(want, group))
        found.update(_members(want, group, held))
        for event, shown in events:
            found.update(_event(want, group, event, shown, plan))
    return held & found


def _group(want: DesiredGroup, group: ActualGroup) -> Iterator[str]:
    if plain_name(group.name) == plain_name(want.name):
        yield drift_key(DriftKind.GROUP_RENAMED, want.idnumber)
    if group.idnumber == want.idnumber:
        yield drift_key(DriftKind.IDNUMBER_CHANGED, want.idnumber)
        yield drift_key(DriftKind.IDNUMBER_TAKEN, want.idnumber)


def _members(want: DesiredGroup, group: ActualGroup, held: frozenset[str]) -> Iterator[str]:
    if group.members is None:
        return
    for user in group.members:
        yield drift_key(DriftKind.MEMBER_REMOVED, want.idnumber, user)
    there = {drift_key(DriftKind.MEMBER_ADDED, want.idnumber, user) for user in group.members}
    about = drift_key(DriftKind.MEMBER_ADDED, want.idnumber)
    yield from (key for key in held if key.startswith(about) and key not in there)


def _event(
    want: DesiredGroup,
    group: ActualGroup,
    event: DesiredEvent,
    shown: ActualEvent | None,
    plan: Plan,
) -> Iterator[str]:
    changed = drift_key(DriftKind.EVENT_CHANGED, want.idnumber, event.uuid)
    deleted = drift_key(DriftKind.EVENT_DELETED, want.idnumber, event.uuid)
    if shown is None:
        if deleted in plan.by_hand:
            yield changed
        return
    yield deleted
    if Seen.of(shown, event.uuid, group.group_id).face == Seen.expected(event).face:
        yield changed
