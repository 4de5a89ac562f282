"""The roles a fresh Moodle has, as far as the sandbox asks for their capabilities."""

from __future__ import annotations

from moodle_sync.sandbox.model import Role

MANAGER, COURSE_CREATOR, EDITING_TEACHER, TEACHER, STUDENT, GUEST, USER, FRONTPAGE, SERVICE = range(1, 10)

_STUDENT = {"moodle/course:viewparticipants", "mod/lti:view", "mod/forum:replypost"}
_TEACHER = _STUDENT | {
    "mod/lti:manage",
    "moodle/course:viewhiddencourses",
    "moodle/course:viewhiddenactivities",
    "moodle/site:accessallgroups",
    "moodle/grade:viewall",
    "moodle/user:viewdetails",
}
_EDITING_TEACHER = _TEACHER | {
    "mod/lti:addinstance",
    "moodle/calendar:manageentries",
    "moodle/course:enrolreview",
    "moodle/course:manageactivities",
    "moodle/course:managegroups",
    "enrol/manual:enrol",
    "enrol/manual:unenrol",
    "moodle/role:assign",
    "moodle/role:review",
}
_MANAGER = _EDITING_TEACHER | {
    "moodle/course:view",
    "moodle/site:viewuseridentity",
    "moodle/user:viewalldetails",
}
# What the README of the recorded answers found to be the least that a sync needs.
SERVICE_CAPABILITIES = frozenset(
    {
        "webservice/rest:use",
        "moodle/course:view",
        "moodle/course:viewhiddencourses",
        "moodle/course:managegroups",
        "moodle/course:enrolreview",
        "moodle/site:accessallgroups",
        "moodle/site:viewuseridentity",
        "moodle/site:messageanyuser",
        "moodle/site:sendmessage",
        "moodle/user:viewdetails",
        "moodle/user:viewalldetails",
        "moodle/calendar:manageentries",
        "moodle/role:assign",
        "enrol/manual:enrol",
        "enrol/manual:unenrol",
        "mod/lti:view",
    }
)
KNOWN_CAPABILITIES = frozenset(_MANAGER | SERVICE_CAPABILITIES)

# The names by which Moodle tells which permission is missing.
LABELS = {
    "moodle/course:managegroups": "Manage groups",
    "moodle/role:review": "Review permissions for others",
    "moodle/course:enrolreview": "Review course enrolments",
    "moodle/course:viewparticipants": "View participants",
    "moodle/course:view": "View courses without participation",
    "moodle/site:sendmessage": "Send messages to any user",
    "enrol/manual:enrol": "Enrol users",
    "enrol/manual:unenrol": "Unenrol users from the course",
}


def fresh_roles() -> dict[int, Role]:
    """Return the roles of a new site; the last one is the least-privilege role of the service account."""
    roles = [
        Role(MANAGER, "manager", "Manager", set(_MANAGER), {EDITING_TEACHER, TEACHER, STUDENT}),
        Role(COURSE_CREATOR, "coursecreator", "Course creator"),
        Role(EDITING_TEACHER, "editingteacher", "Teacher", set(_EDITING_TEACHER), {TEACHER, STUDENT}),
        Role(TEACHER, "teacher", "Non-editing teacher", set(_TEACHER)),
        Role(STUDENT, "student", "Student", set(_STUDENT)),
        Role(GUEST, "guest", "Guest"),
        Role(USER, "user", "Authenticated user", {"moodle/site:sendmessage"}),
        Role(FRONTPAGE, "frontpage", "Authenticated user on site home"),
        Role(SERVICE, "mmoservice", "Служба ММО", set(SERVICE_CAPABILITIES), {STUDENT}),
    ]
    return {role.id: role for role in roles}
