"""Courses: `core_course_get_courses_by_field`, `core_course_get_contents`."""

from __future__ import annotations

from typing import Any

from moodle_sync.sandbox.errors import invalid_parameter, missing_record
from moodle_sync.sandbox.model import Course
from moodle_sync.sandbox.rest.functions import Caller, Parameters, function
from moodle_sync.sandbox.rest.parameters import Many, Single, Value
from moodle_sync.sandbox.rights import shows_to
from moodle_sync.sandbox.roles import EDITING_TEACHER
from moodle_sync.sandbox.tool_model import Activity

_FILTERS = ("displayh5p", "activitynames", "mathjaxloader", "emoticon", "urltolink", "mediaplugin")
_FIELDS = {"id", "ids", "shortname", "idnumber", "category"}


@function("core_course_get_courses_by_field", field=Value("text", ""), value=Value("text", ""))
def get_courses_by_field(caller: Caller, given: Parameters) -> object:
    """Courses by id, ids, shortname, idnumber or category; a hidden or missing one is left out silently."""
    field, value = given["field"], given["value"]
    if field and field not in _FIELDS:
        raise invalid_parameter()
    courses = [course for course in caller.moodle.courses.values() if _meant(course, field, value)]
    visible = [course for course in courses if _listed(caller, course)]
    return {"courses": [_row(caller, course) for course in visible], "warnings": []}


def _meant(course: Course, field: str, value: str) -> bool:
    if field == "ids":
        return str(course.id) in {part.strip() for part in value.split(",")}
    known = {"id": str(course.id), "category": str(course.category_id)}
    return not field or known.get(field, getattr(course, field, "")) == value


def _listed(caller: Caller, course: Course) -> bool:
    return course.visible or caller.may("moodle/course:viewhiddencourses", course)


def _row(caller: Caller, course: Course) -> dict[str, Any]:
    moodle = caller.moodle
    roster = moodle.enrolments[course.id].values()
    teachers = [enrolment.user_id for enrolment in roster if enrolment.role_id == EDITING_TEACHER]
    return {
        "id": course.id,
        "fullname": course.fullname,
        "displayname": course.fullname,
        "shortname": course.shortname,
        "courseimage": f"{caller.base_url}/pluginfile.php/{course.id}/course/generated/course.svg",
        "categoryid": course.category_id,
        "categoryname": moodle.categories[course.category_id].name,
        "sortorder": course.sortorder,
        "summary": course.summary,
        "summaryformat": course.summaryformat,
        "summaryfiles": [],
        "overviewfiles": [],
        "showactivitydates": False,
        "showcompletionconditions": True,
        "contacts": [{"id": p.id, "fullname": p.fullname} for p in moodle.people_in_order(teachers)],
        "enrollmentmethods": ["manual"] if course.manual_enrolment == "enabled" else [],
        "format": "topics",
        "showgrades": 1,
        "newsitems": 1,
        "startdate": course.startdate,
        "enddate": 0,
        "maxbytes": 0,
        "showreports": 0,
        "visible": int(course.visible),
        "groupmode": course.groupmode,
        "groupmodeforce": 0,
        "defaultgroupingid": 0,
        "enablecompletion": 0,
        "completionnotify": 0,
        "lang": "",
        "theme": "",
        "marker": 0,
        "filters": [{"filter": name, "localstate": 0, "inheritedstate": 1} for name in _FILTERS],
        "courseformatoptions": [
            {"name": "hiddensections", "value": 1},
            {"name": "coursedisplay", "value": 0},
            {"name": "indentation", "value": "1"},
        ],
    }


@function(
    "core_course_get_contents",
    courseid=Value("int"),
    options=Many(Single({"name": Value("text"), "value": Value("text")}), ()),
)
def get_contents(caller: Caller, given: Parameters) -> object:
    """The sections of a course with its external tools; what the account may not see is left out."""
    course = caller.valid_course(given["courseid"], missing_record("course"))
    options = {row["name"]: row["value"] for row in given["options"]}
    tools = options.get("modname", "lti") == "lti" and "cmid" not in options
    return [_section(caller, course, number, tools) for number in range(len(course.sections))]


def _section(caller: Caller, course: Course, number: int, tools: bool) -> dict[str, Any]:
    moodle, user_id = caller.moodle, caller.user.id
    activities = [
        activity
        for activity in moodle.activities.values()
        if tools and activity.courseid == course.id and activity.section == number
    ]
    shown = [activity for activity in activities if shows_to(moodle, user_id, activity)]
    return {
        "id": number + 1,
        "name": course.sections[number],
        "visible": 1,
        "summary": "",
        "summaryformat": 1,
        "section": number,
        "hiddenbynumsections": 0,
        "uservisible": True,
        "component": None,
        "itemid": None,
        "modules": [_module(caller, activity) for activity in shown],
    }


def _module(caller: Caller, activity: Activity) -> dict[str, Any]:
    return {
        "id": activity.cmid,
        "url": f"{caller.base_url}/mod/lti/view.php?id={activity.cmid}",
        "name": activity.name,
        "instance": activity.id,
        "contextid": activity.cmid + 54,
        "visible": int(activity.visible),
        "uservisible": True,
        "visibleoncoursepage": 1,
        "modicon": f"{caller.base_url}/theme/image.php/boost/lti/1795492047/monologo?filtericon=1",
        "modname": "lti",
        "purpose": "other",
        "branded": False,
        "modplural": "External tools",
        "indent": 0,
        "onclick": "",
        "afterlink": None,
        "customdata": '""',
        "noviewlink": False,
        "completion": 0,
        "downloadcontent": 1,
        "dates": [],
        "groupmode": 0,
    }
