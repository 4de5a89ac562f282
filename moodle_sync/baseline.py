"""What the next sync compares with: what was written as read back, all else as it was read before. Pure.

Between the two readings somebody may change something by hand; taken from the second one, that would look as
if it had always been so, and nobody would ever be asked about it. What was written may itself be changed by
then: a group's name and an event's time, which Moodle keeps as they are, count as they were written.
"""

from collections.abc import Sequence
from dataclasses import replace

from moodle_sync.plan import (
    AddMembers,
    AdoptGroup,
    CreateEvent,
    CreateGroup,
    DeleteEvent,
    Operation,
    RemoveMembers,
    RenameGroup,
    UpdateEvent,
)
from moodle_sync.state import ActualCourse, ActualEvent, ActualGroup, DesiredEvent


def baseline(first: ActualCourse, after: ActualCourse, operations: Sequence[Operation]) -> ActualCourse:
    """`first` was read before the operations, `after` when they were done; what is gone is gone."""
    groups = {key: _group(first.groups.get(key), group, operations) for key, group in after.groups.items()}
    return replace(after, groups=groups, events=_events(first, after, operations))


def _group(first: ActualGroup | None, after: ActualGroup, operations: Sequence[Operation]) -> ActualGroup:
    added, removed = _users(AddMembers, after, operations), _users(RemoveMembers, after, operations)
    members = after.members or frozenset()
    if first is None:
        made = [
            one.name for one in operations if isinstance(one, CreateGroup) and one.group == after.idnumber
        ]
        return replace(after, name=made[0] if made else after.name, members=members & added)
    before = members if first.members is None else first.members
    numbered = any(isinstance(one, AdoptGroup) and one.group_id == after.group_id for one in operations)
    renamed = [
        one.name for one in operations if isinstance(one, RenameGroup) and one.group_id == after.group_id
    ]
    return replace(
        after,
        name=renamed[0] if renamed else first.name,
        idnumber=after.idnumber if numbered else first.idnumber,
        members=(before - removed) | (members & (added | removed)),
    )


def _users(
    kind: type[AddMembers] | type[RemoveMembers], group: ActualGroup, operations: Sequence[Operation]
) -> frozenset[int]:
    """Whom the operations put into a group, or took out; a group to be made has no id in them yet."""
    return frozenset(
        user
        for one in operations
        if isinstance(one, kind)
        and (one.group_id == group.group_id if one.group_id is not None else one.group == group.idnumber)
        for user in one.users
    )


def _events(
    first: ActualCourse, after: ActualCourse, operations: Sequence[Operation]
) -> dict[int, ActualEvent]:
    gone = {one.event_id for one in operations if isinstance(one, UpdateEvent | DeleteEvent)}
    events = {key: event for key, event in first.events.items() if key not in gone}
    updated = {one.event_id: one.event for one in operations if isinstance(one, UpdateEvent)}
    created = {one.event.uuid: one.event for one in operations if isinstance(one, CreateEvent)}
    for key, event in after.events.items():
        if key not in events:
            made = next((created[uuid] for uuid in event.markers if uuid in created), None)
            events[key] = _as_written(event, updated.get(key, made))
    return events


def _as_written(event: ActualEvent, wanted: DesiredEvent | None) -> ActualEvent:
    if wanted is None:
        return event
    return replace(event, starts=wanted.starts, seconds=wanted.duration_minutes * 60)
