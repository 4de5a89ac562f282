"""What the next sync compares with: what was written as read back, all else as it was read before. Pure.

Between the two readings somebody may change something by hand; taken from the second one, that would look as
if it had always been so, and nobody would ever be asked about it.
"""

from collections.abc import Sequence
from dataclasses import replace

from moodle_sync.plan import (
    AddMembers,
    AdoptGroup,
    DeleteEvent,
    Operation,
    RemoveMembers,
    RenameGroup,
    UpdateEvent,
)
from moodle_sync.state import ActualCourse, ActualEvent, ActualGroup


def baseline(first: ActualCourse, after: ActualCourse, operations: Sequence[Operation]) -> ActualCourse:
    """`first` was read before the operations, `after` when they were done; what is gone is gone."""
    groups = {key: _group(first.groups.get(key), group, operations) for key, group in after.groups.items()}
    return replace(after, groups=groups, events=_events(first, after, operations))


def _group(first: ActualGroup | None, after: ActualGroup, operations: Sequence[Operation]) -> ActualGroup:
    added, removed = _users(AddMembers, after, operations), _users(RemoveMembers, after, operations)
    members = after.members or frozenset()
    if first is None:
        return replace(after, members=members & added)
    before = members if first.members is None else first.members
    numbered = any(isinstance(one, AdoptGroup) and one.group_id == after.group_id for one in operations)
    renamed = any(isinstance(one, RenameGroup) and one.group_id == after.group_id for one in operations)
    return replace(
        after,
        name=after.name if renamed else first.name,
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
    written = {one.event_id for one in operations if isinstance(one, UpdateEvent | DeleteEvent)}
    events = {key: event for key, event in first.events.items() if key not in written}
    return events | {key: event for key, event in after.events.items() if key not in events}
