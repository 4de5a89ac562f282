"""Groupings of a course: `core_group_…grouping…`."""

from __future__ import annotations

from typing import Any

from moodle_sync.sandbox.errors import MoodleError, invalid_parameter, missing_record
from moodle_sync.sandbox.model import Grouping
from moodle_sync.sandbox.rest.functions import Caller, Parameters, function
from moodle_sync.sandbox.rest.groups import MANAGE, existing_group, group_row, refuse_taken
from moodle_sync.sandbox.rest.parameters import ABSENT, Description, Many, Single, Value

_PAIRS = Many(Single({"groupingid": Value("int"), "groupid": Value("int")}))
_NEW: dict[str, Description] = {
    "courseid": Value("int"),
    "name": Value("plain"),
    "description": Value("text"),
    "descriptionformat": Value("int", 1),
    "idnumber": Value("text", ""),
    "customfields": Many(Single({}), ()),
}
_CHANGED: dict[str, Description] = {
    "id": Value("int"),
    "name": Value("plain"),
    "description": Value("text"),
    "descriptionformat": Value("int", ABSENT),
    "idnumber": Value("text", ABSENT),
    "customfields": Many(Single({}), ()),
}


def _row(grouping: Grouping) -> dict[str, Any]:
    return {
        "id": grouping.id,
        "courseid": grouping.courseid,
        "name": grouping.name,
        "description": grouping.description,
        "descriptionformat": grouping.descriptionformat,
        "idnumber": grouping.idnumber,
    }


def _grouping(caller: Caller, grouping_id: int, missing: MoodleError | None = None) -> Grouping:
    grouping = caller.moodle.groupings.get(grouping_id)
    if grouping is None:
        raise missing or missing_record("groupings")
    caller.must(MANAGE, caller.valid_course(grouping.courseid))
    return grouping


@function("core_group_get_course_groupings", courseid=Value("int"))
def get_course_groupings(caller: Caller, given: Parameters) -> object:
    """All groupings of a course."""
    course = caller.valid_course(given["courseid"], missing_record("course"))
    caller.must(MANAGE, course)
    return [_row(grouping) for grouping in caller.moodle.groupings.values() if grouping.courseid == course.id]


@function("core_group_get_groupings", groupingids=Many(Value("int")), returngroups=Value("bool", False))
def get_groupings(caller: Caller, given: Parameters) -> object:
    """Groupings by their ids, on wish with their groups; one missing refuses all."""
    answer = []
    for grouping in [_grouping(caller, grouping_id) for grouping_id in given["groupingids"]]:
        row = {**_row(grouping), "customfields": []}
        if given["returngroups"] and grouping.group_ids:
            row["groups"] = [_short_group(caller, group_id) for group_id in sorted(grouping.group_ids)]
        answer.append(row)
    return answer


def _short_group(caller: Caller, group_id: int) -> dict[str, Any]:
    row = {**group_row(caller.moodle.groups[group_id]), "customfields": []}
    del row["visibility"], row["participation"]
    return row


@function("core_group_create_groupings", groupings=Many(Single(_NEW)))
def create_groupings(caller: Caller, given: Parameters) -> object:
    """Create groupings, all or none."""
    moodle = caller.moodle
    planned: list[Grouping] = []
    for row in given["groupings"]:
        course = caller.valid_course(row["courseid"], missing_record("course"))
        caller.must(MANAGE, course)
        name = row["name"].strip()
        if not name:
            raise invalid_parameter()
        refuse_taken([*moodle.groupings.values(), *planned], 0, course.id, name, row["idnumber"])
        planned.append(
            Grouping(-1, course.id, name, row["idnumber"], row["description"], row["descriptionformat"])
        )
    for grouping in planned:
        grouping.id = moodle.new_id("grouping")
        moodle.groupings[grouping.id] = grouping
    return [_row(grouping) for grouping in planned]


@function("core_group_update_groupings", groupings=Many(Single(_CHANGED)))
def update_groupings(caller: Caller, given: Parameters) -> object:
    """Change groupings; an idnumber that is left out stays."""
    for row in given["groupings"]:
        grouping = _grouping(caller, row["id"], invalid_parameter())
        idnumber = row.get("idnumber", grouping.idnumber)
        refuse_taken(caller.moodle.groupings.values(), grouping.id, grouping.courseid, row["name"], idnumber)
    for row in given["groupings"]:
        grouping = caller.moodle.groupings[row["id"]]
        for field in ("name", "description", "descriptionformat", "idnumber"):
            if field in row:
                setattr(grouping, field, row[field])
    caller.moodle.changed()
    return None


@function("core_group_delete_groupings", groupingids=Many(Value("int")))
def delete_groupings(caller: Caller, given: Parameters) -> object:
    """Delete groupings, never their groups; a missing one is no error."""
    for grouping_id in given["groupingids"]:
        if grouping_id in caller.moodle.groupings:
            _grouping(caller, grouping_id)
            del caller.moodle.groupings[grouping_id]
    caller.moodle.changed()
    return None


@function("core_group_assign_grouping", assignments=_PAIRS)
def assign_grouping(caller: Caller, given: Parameters) -> object:
    """Put groups into groupings. A group of another course is taken, as Moodle takes it."""
    pairs = [(_grouping(caller, row["groupingid"]), row["groupid"]) for row in given["assignments"]]
    for _, group_id in pairs:
        existing_group(caller.moodle, group_id)
    for grouping, group_id in pairs:
        if group_id not in grouping.group_ids:
            grouping.group_ids.append(group_id)
    caller.moodle.changed()
    return None


@function("core_group_unassign_grouping", unassignments=_PAIRS)
def unassign_grouping(caller: Caller, given: Parameters) -> object:
    """Take groups out of groupings; one that is not in is no error."""
    pairs = [(_grouping(caller, row["groupingid"]), row["groupid"]) for row in given["unassignments"]]
    for grouping, group_id in pairs:
        if group_id in grouping.group_ids:
            grouping.group_ids.remove(group_id)
    caller.moodle.changed()
    return None
