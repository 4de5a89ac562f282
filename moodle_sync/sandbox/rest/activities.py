"""Activities of external tools: `core_course_get_course_module…`, `mod_lti_get_ltis_by_courses`."""

from __future__ import annotations

from typing import Any

from moodle_sync.sandbox.errors import login_required, missing_record_unknown
from moodle_sync.sandbox.rest.functions import Caller, Parameters, function
from moodle_sync.sandbox.rest.parameters import Many, Value
from moodle_sync.sandbox.rights import shows_to
from moodle_sync.sandbox.tool_model import Activity

LTI_MODULE = 15


def _module(caller: Caller, activity: Activity | None) -> object:
    if activity is None:
        raise missing_record_unknown()
    course = caller.moodle.courses[activity.courseid]
    if caller.reason_against(course) or not shows_to(caller.moodle, caller.user.id, activity):
        raise login_required()
    module = {
        "id": activity.cmid,
        "course": course.id,
        "module": LTI_MODULE,
        "name": activity.name,
        "modname": "lti",
        "instance": activity.id,
        "section": activity.section + 1,
        "sectionnum": activity.section,
        "groupmode": 0,
        "groupingid": 0,
        "completion": 0,
        "downloadcontent": 1,
    }
    return {"cm": module, "warnings": []}


@function("core_course_get_course_module", cmid=Value("int"))
def get_course_module(caller: Caller, given: Parameters) -> object:
    """One activity by its course module id."""
    return _module(caller, caller.moodle.activity_by_cmid(given["cmid"]))


@function("core_course_get_course_module_by_instance", module=Value("text"), instance=Value("int"))
def get_course_module_by_instance(caller: Caller, given: Parameters) -> object:
    """One activity by its instance id, which is the `resource_link` id of a launch."""
    found = caller.moodle.activities.get(given["instance"]) if given["module"] == "lti" else None
    return _module(caller, found)


@function("mod_lti_get_ltis_by_courses", courseids=Many(Value("int"), ()))
def get_ltis_by_courses(caller: Caller, given: Parameters) -> object:
    """Activities of courses, with both of their ids; a course that does not open is a warning."""
    wanted = given["courseids"] or [course.id for course in caller.moodle.courses_of(caller.user.id)]
    rows: list[dict[str, Any]] = []
    warnings = []
    for course_id in wanted:
        course = caller.moodle.courses.get(course_id)
        if course is None or caller.reason_against(course):
            warnings.append(_no_access(course_id))
            continue
        rows += [
            _row(activity)
            for activity in caller.moodle.activities.values()
            if activity.courseid == course.id and shows_to(caller.moodle, caller.user.id, activity)
        ]
    return {"ltis": rows, "warnings": warnings}


def _no_access(course_id: int) -> dict[str, Any]:
    message = "No access rights in course context"
    return {"item": "course", "itemid": course_id, "warningcode": "1", "message": message}


def _row(activity: Activity) -> dict[str, Any]:
    return {
        "id": activity.id,
        "coursemodule": activity.cmid,
        "course": activity.courseid,
        "name": activity.name,
        "intro": activity.intro,
        "introformat": 1,
        "introfiles": [],
        "lang": "",
        "launchcontainer": 1,
        "showtitlelaunch": 0,
        "showdescriptionlaunch": 0,
        "icon": "",
        "secureicon": "",
    }
