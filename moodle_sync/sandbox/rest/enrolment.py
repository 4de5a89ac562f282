"""Who is enrolled: `core_enrol_get_enrolled_users…`, `enrol_manual_…`."""

from __future__ import annotations

from typing import Any

from moodle_sync.sandbox.errors import (
    invalid_parameter,
    invalid_user,
    missing_record,
    plain,
)
from moodle_sync.sandbox.model import Course, Enrolment, Group, User, course_context
from moodle_sync.sandbox.rest.functions import Caller, Parameters, function
from moodle_sync.sandbox.rest.parameters import ABSENT, Many, Single, Value
from moodle_sync.sandbox.rest.user_row import UserRows
from moodle_sync.sandbox.rights import may, may_assign
from moodle_sync.sandbox.roles import KNOWN_CAPABILITIES
from moodle_sync.sandbox.state import Moodle

_OPTIONS = Many(Single({"name": Value("text"), "value": Value("text")}), ())
_WHAT = (
    "You don't have the permission to assign this role ({role}) to this user ({user})"
    " in this course ({course})."
)
_INTEGER_OPTIONS = {"groupid", "limitfrom", "limitnumber"}
_FLAGS = {"onlyactive", "onlysuspended"}
_SORTS = {"id", "firstname", "lastname", "siteorder"}


def _options(given: list[dict[str, str]]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for row in given:
        name, value = row["name"], row["value"]
        if name in _INTEGER_OPTIONS:
            options[name] = int(value)
        elif name in _FLAGS:
            options[name] = value not in {"", "0"}
        elif name == "userfields":
            options[name] = {field.strip() for field in value.split(",")}
        elif name == "sortby" and value not in _SORTS:
            raise invalid_parameter()
        else:
            options[name] = value
    return options


@function("core_enrol_get_enrolled_users", courseid=Value("int"), options=_OPTIONS)
def get_enrolled_users(caller: Caller, given: Parameters) -> object:
    """The people of a course; a missing capability gives a shorter list, not an error."""
    options = _options(given["options"])
    course = caller.valid_course(given["courseid"], missing_record("course"))
    if not caller.may("moodle/course:enrolreview", course):
        caller.must("moodle/course:viewparticipants", course)
    if options.get("onlyactive") or options.get("onlysuspended"):
        caller.must("moodle/course:enrolreview", course)
    people = _page(_chosen(caller, course, options), options)
    return _rows(caller, course, people, options.get("userfields"))


@function(
    "core_enrol_get_enrolled_users_with_capability",
    coursecapabilities=Many(Single({"courseid": Value("int"), "capabilities": Many(Value("text"))})),
    options=_OPTIONS,
)
def get_enrolled_users_with_capability(caller: Caller, given: Parameters) -> object:
    """The people of courses who hold a capability there."""
    options = _options(given["options"])
    answer = []
    for wanted in given["coursecapabilities"]:
        course = caller.valid_course(wanted["courseid"], missing_record("course"))
        caller.must("moodle/role:review", course)
        for capability in wanted["capabilities"]:
            if capability not in KNOWN_CAPABILITIES:
                raise invalid_parameter()
            everybody = _chosen(caller, course, options)
            holders = [person for person in everybody if may(caller.moodle, person.id, capability, course)]
            rows = _rows(
                caller, course, _page(holders, options), options.get("userfields"), short_groups=True
            )
            answer.append({"courseid": course.id, "capability": capability, "users": rows})
    return answer


def _chosen(caller: Caller, course: Course, options: dict[str, Any]) -> list[User]:
    """People as the options want them, in the order that they want."""
    moodle = caller.moodle
    if course.groupmode == 1 and not caller.may("moodle/site:accessallgroups", course):
        return []
    people = [moodle.users[user_id] for user_id in moodle.enrolments[course.id]]
    people = [person for person in people if not person.deleted]
    if options.get("groupid"):
        members = moodle.members.get(options["groupid"], set())
        people = [person for person in people if person.id in members]
    if options.get("onlyactive") or options.get("onlysuspended"):
        people = _by_activity(moodle, course, people, active=bool(options.get("onlyactive")))
    if not caller.may("moodle/user:viewdetails", course):
        people = [person for person in people if person.id == caller.user.id]
    return _sorted(people, str(options.get("sortby", "id")), str(options.get("sortdirection", "ASC")))


def _by_activity(moodle: Moodle, course: Course, people: list[User], active: bool) -> list[User]:
    if active and course.manual_enrolment != "enabled":
        return []
    now = moodle.now()
    roster = moodle.enrolments[course.id]
    return [person for person in people if roster[person.id].active(now) == active]


def _sorted(people: list[User], by: str, direction: str) -> list[User]:
    backwards = direction.upper() == "DESC"
    if by == "id":
        return sorted(people, key=lambda person: person.id, reverse=backwards)
    if by == "firstname":
        return sorted(people, key=lambda person: (person.firstname, person.id), reverse=backwards)
    return sorted(people, key=lambda person: person.sort_key, reverse=backwards)


def _page(people: list[User], options: dict[str, Any]) -> list[User]:
    start, number = options.get("limitfrom", 0), options.get("limitnumber", 0)
    return people[start : start + number] if number else people[start:]


def _rows(
    caller: Caller, course: Course, people: list[User], fields: set[str] | None, short_groups: bool = False
) -> list[dict[str, Any]]:
    groups_of = _groups_by_person(caller.moodle, course) if fields is None or "groups" in fields else {}
    told, rows = UserRows(caller, course, fields, listed=True), []
    for person in people:
        row = told.row(person)
        groups = groups_of.get(person.id)
        if groups:
            row["groups"] = [_group(group, short_groups) for group in groups]
        if fields is None or "roles" in fields:
            row["roles"] = _roles(caller.moodle, course, person)
        rows.append(row)
    return rows


def _groups_by_person(moodle: Moodle, course: Course) -> dict[int, list[Group]]:
    result: dict[int, list[Group]] = {}
    for group in moodle.groups_of(course.id):
        for user_id in moodle.members[group.id]:
            result.setdefault(user_id, []).append(group)
    return result


def _group(group: Group, short: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"id": group.id, "name": group.name, "description": group.description}
    if not short:
        row["descriptionformat"] = group.descriptionformat
    return row


def _roles(moodle: Moodle, course: Course, person: User) -> list[dict[str, Any]]:
    place = course_context(course.id)
    held = sorted({a.role_id for a in moodle.assignments.get(person.id, ()) if a.context == place})
    return [{"roleid": i, "name": "", "shortname": moodle.roles[i].shortname, "sortorder": 0} for i in held]


def _must_enrol_here(caller: Caller, course: Course, capability: str) -> None:
    caller.must(capability, course)
    if course.manual_enrolment != "enabled":
        message = (
            f"Manual enrolment plugin instance doesn't exist or is disabled for the course (id = {course.id})"
        )
        raise plain("wsnoinstance", message)


@function(
    "enrol_manual_enrol_users",
    enrolments=Many(
        Single(
            {
                "roleid": Value("int"),
                "userid": Value("int"),
                "courseid": Value("int"),
                "timestart": Value("int", 0),
                "timeend": Value("int", 0),
                "suspend": Value("bool", False),
            }
        )
    ),
)
def enrol_users(caller: Caller, given: Parameters) -> object:
    """Enrol people, all or none; somebody enrolled already gets the enrolment rewritten."""
    for row in given["enrolments"]:
        _check_enrolment(caller, row)
    for row in given["enrolments"]:
        caller.moodle.enrol(
            row["courseid"], row["userid"], row["roleid"], row["suspend"], row["timestart"], row["timeend"]
        )
    return None


def _check_enrolment(caller: Caller, row: dict[str, Any]) -> None:
    moodle = caller.moodle
    course = caller.valid_course(row["courseid"], invalid_parameter())
    caller.must("enrol/manual:enrol", course)
    allowed = caller.may("moodle/role:assign", course) and may_assign(
        moodle, caller.user.id, row["roleid"], course
    )
    if not allowed:
        message = _WHAT.format(role=row["roleid"], user=row["userid"], course=course.id)
        raise plain("wsusercannotassign", message)
    _must_enrol_here(caller, course, "enrol/manual:enrol")
    user = moodle.users.get(row["userid"])
    if user is None:
        raise invalid_user()
    if user.deleted:
        raise plain("userdeleted")


@function(
    "enrol_manual_unenrol_users",
    enrolments=Many(
        Single({"userid": Value("int"), "courseid": Value("int"), "roleid": Value("int", ABSENT)})
    ),
)
def unenrol_users(caller: Caller, given: Parameters) -> object:
    """Take people out of courses with everything they had there; `roleid` is read by nobody."""
    moodle = caller.moodle
    for row in given["enrolments"]:
        course = caller.valid_course(row["courseid"], missing_record("course"))
        caller.must("enrol/manual:unenrol", course)
        if row["userid"] not in moodle.users:
            raise invalid_user()
        _must_enrol_here(caller, course, "enrol/manual:unenrol")
    for row in given["enrolments"]:
        moodle.unenrol(row["courseid"], row["userid"])
    return None


def lets_in(moodle: Moodle, course: Course, enrolment: Enrolment) -> bool:
    """Say whether an enrolment opens the course to a living account that is not suspended."""
    user = moodle.users[enrolment.user_id]
    return enrolment.active(moodle.now()) and not user.suspended and not user.deleted and course.visible
