"""Names and roles: the members of a course for a tool, paged."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, request

from moodle_sync.sandbox.lti import names
from moodle_sync.sandbox.lti.claims import members_url, outcome_claim, shares, sourcedid
from moodle_sync.sandbox.lti.ims_roles import short_role
from moodle_sync.sandbox.lti.registration import json_answer
from moodle_sync.sandbox.lti.tokens import tool_with_scope
from moodle_sync.sandbox.model import Course, User
from moodle_sync.sandbox.rights import may
from moodle_sync.sandbox.site_of import config_of, moodle_of
from moodle_sync.sandbox.tool_model import Activity, Tool

blueprint = Blueprint("lti_memberships", __name__)
_KIND = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json; charset=utf-8"


@blueprint.get("/mod/lti/services.php/CourseSection/<int:course_id>/bindings/<int:tool_id>/memberships")
def memberships(course_id: int, tool_id: int) -> Response:
    """List those whom the course lets in; `limit`, `from`, `role`, `rlid` as in the standard."""
    moodle = moodle_of(current_app)
    tool = tool_with_scope(names.MEMBERS_READ)
    course = moodle.courses.get(course_id)
    if course is None or tool.id != tool_id:
        abort(404)
    activity = _activity(course, tool)
    with moodle.lock:
        people = [user for user in _people(course) if _has_role(user, course)]
        start, limit = request.args.get("from", 0, int), request.args.get("limit", 0, int)
        shown = people[start : start + limit] if limit else people[start:]
        rows = [_row(user, course, tool, activity) for user in shown]
    address = members_url(config_of(current_app).base_url, course, tool)
    context = {"id": str(course.id), "label": course.shortname, "title": course.fullname}
    answer = json_answer({"id": address, "context": context, "members": rows}, kind=_KIND)
    if limit and start + limit < len(people):
        answer.headers["Link"] = f'<{address}?{_next(start + limit, limit)}>; rel="next"'
    return answer


def _activity(course: Course, tool: Tool) -> Activity | None:
    if not request.args.get("rlid"):
        return None
    activity = moodle_of(current_app).activities.get(request.args.get("rlid", 0, int))
    if activity is None or activity.courseid != course.id or activity.tool_id != tool.id:
        abort(404)
    return activity


def _next(start: int, limit: int) -> str:
    kept = "".join(f"&{name}={request.args[name]}" for name in ("role", "rlid") if request.args.get(name))
    return f"limit={limit}&from={start}{kept}"


def _people(course: Course) -> list[User]:
    moodle = moodle_of(current_app)
    inside = (user_id for user_id in moodle.enrolments[course.id] if moodle.enrolled(course.id, user_id))
    return [user for user in moodle.people_in_order(inside) if not user.suspended]


def _has_role(user: User, course: Course) -> bool:
    """Filter by role. Moodle counts as Instructor here only who may manage activities."""
    role = request.args.get("role", "")
    if not role:
        return True
    teaches = may(moodle_of(current_app), user.id, "moodle/course:manageactivities", course)
    return teaches == role.endswith("Instructor")


def _row(user: User, course: Course, tool: Tool, activity: Activity | None) -> dict[str, Any]:
    moodle = moodle_of(current_app)
    row: dict[str, Any] = {"status": "Active", "roles": short_role(moodle, user, course).split(",")}
    if activity is not None:
        claim = outcome_claim(config_of(current_app).base_url, sourcedid(moodle, tool, activity, user))
        row["message"] = [{f"{names.CLAIM}message_type": names.RESOURCE_LINK, names.OUTCOME_CLAIM: claim}]
    row["user_id"] = str(user.id)
    row["lis_person_sourcedid"] = user.idnumber
    if shares(tool.share_name, activity.send_name if activity else True):
        row |= {"name": user.fullname, "given_name": user.firstname, "family_name": user.lastname}
    if shares(tool.share_email, activity.send_email if activity else True) and user.email:
        row["email"] = user.email
    if shares(tool.share_name, activity.send_name if activity else True):
        row["ext_user_username"] = user.username
    return row
