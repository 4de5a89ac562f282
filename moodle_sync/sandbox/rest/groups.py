"""Groups of a course and who is in them: `core_group_…`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moodle_sync.sandbox.collation import same_text
from moodle_sync.sandbox.errors import idnumber_taken, invalid_parameter, invalid_user, missing_record
from moodle_sync.sandbox.html import clean
from moodle_sync.sandbox.model import Group, User
from moodle_sync.sandbox.rest.functions import Caller, Parameters, function
from moodle_sync.sandbox.rest.parameters import ABSENT, Description, Many, Single, Value
from moodle_sync.sandbox.state import Moodle

MANAGE = "moodle/course:managegroups"
_TEXT: dict[str, Description] = {
    "description": Value("text"),
    "descriptionformat": Value("int", 1),
    "enrolmentkey": Value("text", ""),
    "idnumber": Value("text", ""),
    "visibility": Value("int", 0),
    "participation": Value("bool", True),
    "customfields": Many(Single({}), ()),
}
_NEW_TEXT: dict[str, Description] = {
    name: Value(text.kind, ABSENT) for name, text in _TEXT.items() if isinstance(text, Value)
}
_MEMBERS = Many(Single({"groupid": Value("int"), "userid": Value("int")}))


def group_row(group: Group, enrolmentkey: str | None = None) -> dict[str, Any]:
    """Return a group as the web services tell it."""
    return {
        "id": group.id,
        "courseid": group.courseid,
        "name": group.name,
        "description": group.description,
        "descriptionformat": group.descriptionformat,
        "enrolmentkey": enrolmentkey,
        "idnumber": group.idnumber,
        "visibility": group.visibility,
        "participation": group.participation,
    }


def existing_group(moodle: Moodle, group_id: int) -> Group:
    """Return a group; `invalidrecord` if there is none."""
    group = moodle.groups.get(group_id)
    if group is None:
        raise missing_record("groups")
    return group


def group_of_course(caller: Caller, group_id: int) -> Group:
    """Return a group in whose course the account may manage groups."""
    group = existing_group(caller.moodle, group_id)
    caller.must(MANAGE, caller.valid_course(group.courseid))
    return group


def refuse_taken(rows: Iterable[Any], row_id: int, course_id: int, name: str, idnumber: str) -> None:
    """Raise if another group or grouping of the course has this name or this idnumber."""
    others = [row for row in rows if row.courseid == course_id and row.id != row_id]
    if any(same_text(row.name, name) for row in others):
        raise invalid_parameter()
    if idnumber and any(row.idnumber == idnumber for row in others):
        raise idnumber_taken()


@function("core_group_get_course_groups", courseid=Value("int"))
def get_course_groups(caller: Caller, given: Parameters) -> object:
    """All groups of a course, by name."""
    course = caller.valid_course(given["courseid"])
    caller.must(MANAGE, course)
    return [group_row(group) for group in caller.moodle.groups_of(course.id)]


@function("core_group_get_groups", groupids=Many(Value("int")))
def get_groups(caller: Caller, given: Parameters) -> object:
    """Groups by their ids; one missing refuses all."""
    groups = [group_of_course(caller, group_id) for group_id in given["groupids"]]
    return [{**group_row(group), "customfields": []} for group in groups]


@function(
    "core_group_create_groups",
    groups=Many(Single({"courseid": Value("int"), "name": Value("plain"), **_TEXT})),
)
def create_groups(caller: Caller, given: Parameters) -> object:
    """Create groups, all or none."""
    moodle = caller.moodle
    planned: list[Group] = []
    for row in given["groups"]:
        course = caller.valid_course(row["courseid"])
        caller.must(MANAGE, course)
        name = row["name"].strip()
        if not name:
            raise invalid_parameter()
        refuse_taken([*moodle.groups.values(), *planned], 0, course.id, name, row["idnumber"])
        planned.append(
            Group(
                id=-1,
                courseid=course.id,
                name=name,
                idnumber=row["idnumber"],
                description=clean(row["description"]),
                descriptionformat=row["descriptionformat"],
                visibility=row["visibility"],
                participation=row["participation"],
            )
        )
    for group in planned:
        group.id = moodle.new_id("group")
        moodle.groups[group.id] = group
        moodle.members[group.id] = set()
    return [group_row(group, enrolmentkey="") for group in planned]


@function(
    "core_group_update_groups",
    groups=Many(Single({"id": Value("int"), "name": Value("plain", ABSENT), **_NEW_TEXT})),
)
def update_groups(caller: Caller, given: Parameters) -> object:
    """Change groups; what is left out stays."""
    moodle = caller.moodle
    for row in given["groups"]:
        group = moodle.groups.get(row["id"])
        if group is None:
            raise invalid_parameter()
        caller.must(MANAGE, caller.valid_course(group.courseid))
        name, idnumber = row.get("name", group.name), row.get("idnumber", group.idnumber)
        refuse_taken(moodle.groups.values(), group.id, group.courseid, name, idnumber)
    for row in given["groups"]:
        group = moodle.groups[row["id"]]
        for field in ("name", "idnumber", "description", "descriptionformat", "visibility", "participation"):
            if field in row:
                setattr(group, field, row[field])
    moodle.changed()
    return None


@function("core_group_delete_groups", groupids=Many(Value("int")))
def delete_groups(caller: Caller, given: Parameters) -> object:
    """Delete groups with their events; a missing one is no error."""
    for group_id in given["groupids"]:
        if group_id in caller.moodle.groups:
            group_of_course(caller, group_id)
    for group_id in given["groupids"]:
        caller.moodle.delete_group(group_id)
    return None


@function("core_group_get_group_members", groupids=Many(Value("int")))
def get_group_members(caller: Caller, given: Parameters) -> object:
    """The ids of the members of groups, in Moodle's order of people; one missing group refuses all."""
    if not given["groupids"]:
        raise invalid_parameter()
    answer = []
    for group_id in given["groupids"]:
        group = group_of_course(caller, group_id)
        people = caller.moodle.people_in_order(caller.moodle.members[group.id])
        answer.append({"groupid": group.id, "userids": [person.id for person in people]})
    return answer


def _living(caller: Caller, user_id: int) -> User:
    user = caller.moodle.living_user(user_id)
    if user is None:
        raise invalid_user()
    return user


@function("core_group_add_group_members", members=_MEMBERS)
def add_group_members(caller: Caller, given: Parameters) -> object:
    """Put people into groups, all or none; who is in already is no error, who is not enrolled is."""
    moodle = caller.moodle
    for row in given["members"]:
        group = group_of_course(caller, row["groupid"])
        user = _living(caller, row["userid"])
        if user.id not in moodle.enrolments[group.courseid]:
            raise invalid_parameter()
    for row in given["members"]:
        moodle.members[row["groupid"]].add(row["userid"])
    moodle.changed()
    return None


@function("core_group_delete_group_members", members=_MEMBERS)
def delete_group_members(caller: Caller, given: Parameters) -> object:
    """Take people out of groups; somebody who is not in is no error."""
    moodle = caller.moodle
    for row in given["members"]:
        group_of_course(caller, row["groupid"])
        _living(caller, row["userid"])
    for row in given["members"]:
        moodle.members[row["groupid"]].discard(row["userid"])
    moodle.changed()
    return None
