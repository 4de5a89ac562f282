"""Who may do what: roles in the system, in a category, in a course."""

from __future__ import annotations

from moodle_sync.sandbox.model import SYSTEM, Course, category_context, course_context
from moodle_sync.sandbox.roles import USER
from moodle_sync.sandbox.state import Moodle
from moodle_sync.sandbox.tool_model import Activity


def _places(course: Course | None) -> tuple[str, ...]:
    if course is None:
        return (SYSTEM,)
    return SYSTEM, category_context(course.category_id), course_context(course.id)


def capabilities(moodle: Moodle, user_id: int, course: Course | None = None) -> set[str]:
    """Return what somebody may do in a course, or in the system if none is given."""
    places = _places(course)
    held = set(moodle.roles[USER].capabilities)
    for assignment in moodle.assignments.get(user_id, ()):
        if assignment.context in places:
            held |= moodle.roles[assignment.role_id].capabilities
    return held


def may(moodle: Moodle, user_id: int, capability: str, course: Course | None = None) -> bool:
    """Say whether somebody holds a capability there; a site administrator holds all."""
    return user_id in moodle.admins or capability in capabilities(moodle, user_id, course)


def may_assign(moodle: Moodle, user_id: int, role_id: int, course: Course) -> bool:
    """Say whether one of somebody's roles is allowed to assign this role in the course."""
    if user_id in moodle.admins:
        return role_id in moodle.roles
    places = _places(course)
    return any(
        role_id in moodle.roles[assignment.role_id].may_assign
        for assignment in moodle.assignments.get(user_id, ())
        if assignment.context in places
    )


def shows_to(moodle: Moodle, user_id: int, activity: Activity) -> bool:
    """Say whether an activity is seen by somebody in a course that opens for them."""
    course = moodle.courses[activity.courseid]
    if not may(moodle, user_id, "mod/lti:view", course):
        return False
    return activity.visible or may(moodle, user_id, "moodle/course:viewhiddenactivities", course)


def may_enter(moodle: Moodle, user_id: int, course: Course) -> bool:
    """Say whether the course opens for somebody: enrolled or allowed to look in, and not hidden from them."""
    inside = moodle.enrolled(course.id, user_id) or may(moodle, user_id, "moodle/course:view", course)
    return inside and (course.visible or may(moodle, user_id, "moodle/course:viewhiddencourses", course))
