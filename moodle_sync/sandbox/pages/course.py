"""Home, the page of a course with the tool in its frame, and the page of one activity."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from moodle_sync.sandbox.model import Course, Group, User
from moodle_sync.sandbox.pages.session import current_user, for_signed_in, found_people, must_carry_sesskey
from moodle_sync.sandbox.rights import may, may_enter, shows_to
from moodle_sync.sandbox.roles import EDITING_TEACHER, MANAGER, STUDENT, TEACHER
from moodle_sync.sandbox.site_of import moodle_of
from moodle_sync.sandbox.tool_model import Activity

blueprint = Blueprint("course", __name__)
ROLE_NAMES = {MANAGER: "управляющий", EDITING_TEACHER: "учитель", TEACHER: "ассистент", STUDENT: "студент"}
_AT_MOST = 60
_FRAME_FEATURES = ("microphone", "camera", "geolocation", "midi", "encrypted-media", "autoplay")


@blueprint.route("/", methods=["GET", "POST"])
def home() -> str:
    """Show the courses and whom one can be."""
    moodle = moodle_of(current_app)
    search = request.args.get("search", "")
    people = found_people(search)
    counts = {course_id: len(roster) for course_id, roster in moodle.enrolments.items()}
    courses = sorted(moodle.courses.values(), key=lambda course: course.sortorder)
    return render_template("home.html", courses=courses, counts=counts, people=people, search=search)


@blueprint.get("/my/")
def dashboard() -> BaseResponse:
    """The personal page is the home of this small site."""
    return redirect("/", 303)


def _course(course_id: int) -> Course:
    course = moodle_of(current_app).courses.get(course_id)
    if course is None:
        abort(404)
    return course


@blueprint.get("/course/view.php")
def view() -> str | BaseResponse:
    """Show a course: its people to choose from, its activities, the chosen tool in a frame."""
    moodle = moodle_of(current_app)
    course = _course(request.args.get("id", 0, int))
    user = current_user()
    inside = user is not None and may_enter(moodle, user.id, course)
    activities = _activities(course, user) if user is not None and inside else []
    wanted = request.args.get("activity", 0, int)
    chosen = next((a for a in activities if a.id == wanted), activities[0] if activities else None)
    return render_template(
        "course.html",
        course=course,
        people=_people(course, request.args.get("search", "")),
        search=request.args.get("search", ""),
        inside=inside,
        activities=activities,
        chosen=chosen,
        frame_allows=_allowed(chosen) if chosen else "",
        tools=[tool for tool in moodle.tools.values() if tool.state == "active"],
        editing=user is not None and may(moodle, user.id, "mod/lti:addinstance", course),
    )


def _activities(course: Course, user: User) -> list[Activity]:
    moodle = moodle_of(current_app)
    activities = [a for a in moodle.activities.values() if a.courseid == course.id]
    return [activity for activity in activities if shows_to(moodle, user.id, activity)]


def _people(course: Course, search: str) -> list[dict[str, Any]]:
    """Return people of the course, and those outside who may look in; staff first, at most a screenful."""
    moodle = moodle_of(current_app)
    roster = moodle.enrolments[course.id]
    rows: list[dict[str, Any]] = []
    for user in found_people(search, at_most=len(moodle.users)):
        enrolment = roster.get(user.id)
        if enrolment is None and not may_enter(moodle, user.id, course):
            continue
        role = ROLE_NAMES.get(enrolment.role_id, "") if enrolment else _outsiders_role(user)
        rows.append({"user": user, "note": _note(role, moodle.groups_of_user(course.id, user.id))})
        if len(rows) == _AT_MOST:
            break
    return rows


def _note(role: str, groups: list[Group]) -> str:
    """Return what stands under a name: the role and the first groups."""
    shown = [group.name for group in groups[:2]] + (["…"] if len(groups) > 2 else [])
    return " · ".join([role, ", ".join(shown)] if shown else [role])


def _outsiders_role(user: User) -> str:
    admin = user.id in moodle_of(current_app).admins
    return "администратор сайта" if admin else ROLE_NAMES[MANAGER]


@blueprint.get("/mod/lti/view.php")
@for_signed_in
def activity() -> str | BaseResponse:
    """Show one activity, by instance (`l`) or course module (`id`)."""
    moodle = moodle_of(current_app)
    instance, cmid = request.args.get("l", 0, int), request.args.get("id", 0, int)
    found = moodle.activities.get(instance) if instance else moodle.activity_by_cmid(cmid)
    if found is None:
        table = " table lti" if instance else ""
        abort(404, description=f"Can't find data record in database{table}.")
    course, user = moodle.courses[found.courseid], current_user()
    if user is None or not may_enter(moodle, user.id, course):
        return redirect(url_for("course.enrol", id=course.id), 303)
    if not shows_to(moodle, user.id, found):
        flash("Sorry, this activity is currently hidden")
        return redirect(url_for("course.view", id=course.id), 303)
    return render_template("activity.html", course=course, activity=found, frame_allows=_allowed(found))


def _allowed(activity: Activity) -> str:
    """Return what Moodle's frame lets a tool do; writing to the clipboard is not among it."""
    tool = moodle_of(current_app).tools[activity.tool_id]
    parts = urlsplit(activity.target_link_uri or tool.target_link_uri)
    return "; ".join(f"{feature} {parts.scheme}://{parts.netloc}" for feature in _FRAME_FEATURES)


@blueprint.get("/enrol/index.php")
@for_signed_in
def enrol() -> str:
    """Tell somebody that they are not in the course."""
    return render_template("enrol.html", course=_course(request.args.get("id", 0, int)))


@blueprint.get("/mod/lti/return.php")
@for_signed_in
def come_back() -> BaseResponse:
    """Where a tool sends people who leave it: the course, with the tool's message."""
    if request.args.get("lti_msg"):
        flash(request.args["lti_msg"][:500])
    return redirect(url_for("course.view", id=request.args.get("course", 0, int)), 303)


@blueprint.post("/course/modedit.php")
@for_signed_in
def add_activity() -> BaseResponse:
    """Put an external tool into a course (`course`, `typeid`, `name`, `instructorcustomparameters`)."""
    must_carry_sesskey()
    moodle, user, form = moodle_of(current_app), current_user(), request.form
    course = _course(form.get("course", 0, int))
    tool = moodle.tools.get(form.get("typeid", 0, int))
    if user is None or not may(moodle, user.id, "mod/lti:addinstance", course):
        abort(403)
    if tool is None or tool.state != "active":
        abort(404)
    name = form.get("name", "").strip() or tool.name
    custom = parse_custom(form.get("instructorcustomparameters", ""))
    with moodle.lock:
        added = moodle.add_activity(course.id, tool.id, name, custom=custom)
    return redirect(url_for("course.view", id=course.id, activity=added.id), 303)


def parse_custom(text: str) -> dict[str, str]:
    """Read custom parameters as Moodle's field takes them: one `name=value` a line."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}
