"""Operations as calls of Moodle functions. Pure."""

from collections.abc import Sequence

from moodle_sync import needs
from moodle_sync.encoding import Call
from moodle_sync.plan import (
    AddMembers,
    AdoptGroup,
    CreateGroup,
    CreateGrouping,
    RemoveMembers,
    RenameGroup,
    RenameGrouping,
)
from moodle_sync.state import DesiredEvent
from moodle_sync.text import plain_name


def name_call(
    operation: AdoptGroup | RenameGroup | CreateGroup | CreateGrouping | RenameGrouping, course_id: int
) -> Call:
    """Make or name a group or a grouping. A description is required; an idnumber left out stays."""
    match operation:
        case CreateGroup(group, name):
            row = {"courseid": course_id, "name": name, "description": "", "idnumber": group}
            return Call(needs.CREATE_GROUPS, {"groups": [row]})
        case AdoptGroup(group, group_id, name):
            return Call(needs.UPDATE_GROUPS, {"groups": [{"id": group_id, "name": name, "idnumber": group}]})
        case RenameGroup(_, group_id, name):
            return Call(needs.UPDATE_GROUPS, {"groups": [{"id": group_id, "name": name}]})
        case CreateGrouping(idnumber, name):
            row = {"courseid": course_id, "name": name, "description": "", "idnumber": idnumber}
            return Call(needs.CREATE_GROUPINGS, {"groupings": [row]})
        case RenameGrouping(grouping_id, name):
            row = {"id": grouping_id, "name": name, "description": ""}
            return Call(needs.UPDATE_GROUPINGS, {"groupings": [row]})


def members_call(operation: AddMembers | RemoveMembers, group_id: int, users: Sequence[int]) -> Call:
    """Add or remove members; doing it twice is no error."""
    function = needs.ADD_MEMBERS if isinstance(operation, AddMembers) else needs.REMOVE_MEMBERS
    return Call(function, {"members": [{"groupid": group_id, "userid": user} for user in users]})


def assign_call(group_id: int, grouping_id: int | None) -> Call:
    """Put a group into a grouping; doing it twice is no error."""
    row = {"groupingid": grouping_id, "groupid": group_id}
    return Call(needs.ASSIGN_GROUPING, {"assignments": [row]})


def event_call(event: DesiredEvent, course_id: int, group_id: int) -> Call:
    """Make a group event. Moodle checks neither group nor course here, and knows no place."""
    row = {
        "name": plain_name(event.name),
        "description": event.markup,
        "format": 1,
        "courseid": course_id,
        "groupid": group_id,
        "eventtype": "group",
        "timestart": event.starts,
        "timeduration": event.duration_minutes * 60,
        "visible": 1,
    }
    return Call(needs.CREATE_EVENTS, {"events": [row]})


def delete_call(event_id: int) -> Call:
    """Delete one event; one missing id would refuse a whole list."""
    return Call(needs.DELETE_EVENTS, {"events": [{"eventid": event_id, "repeat": 0}]})
