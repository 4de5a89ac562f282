"""The groups of a course and changing them by hand; the gradebook; the messages that somebody got."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from moodle_sync.sandbox import by_hand
from moodle_sync.sandbox.model import Course
from moodle_sync.sandbox.pages.session import current_user, for_signed_in, must_carry_sesskey, signed_in
from moodle_sync.sandbox.rights import may
from moodle_sync.sandbox.site_of import moodle_of

blueprint = Blueprint("groups", __name__)


def _managed(course_id: int, capability: str = "moodle/course:managegroups") -> Course:
    moodle, user = moodle_of(current_app), current_user()
    course = moodle.courses.get(course_id)
    if course is None:
        abort(404)
    if user is None or not may(moodle, user.id, capability, course):
        abort(403)
    return course


@blueprint.get("/group/index.php")
@for_signed_in
def index() -> str:
    """Show the groups of a course and the members of the chosen one (`group`)."""
    moodle = moodle_of(current_app)
    course = _managed(request.args.get("id", 0, int))
    groups = moodle.groups_of(course.id)
    chosen = moodle.groups.get(request.args.get("group", 0, int))
    members = moodle.people_in_order(moodle.members[chosen.id]) if chosen else []
    others = moodle.people_in_order(set(moodle.enrolments[course.id]) - {person.id for person in members})
    counts = {group.id: len(moodle.members[group.id]) for group in groups}
    in_groupings = {
        group.id: [row.name for row in moodle.groupings.values() if group.id in row.group_ids]
        for group in groups
    }
    return render_template(
        "groups.html",
        course=course,
        groups=groups,
        chosen=chosen,
        members=members,
        others=others,
        counts=counts,
        groupings=in_groupings,
    )


@blueprint.post("/group/change.php")
@for_signed_in
def change() -> BaseResponse:
    """Change a group by hand: `action` add, remove, rename or delete; `group`, `user`, `name`, `idnumber`."""
    must_carry_sesskey()
    moodle, form = moodle_of(current_app), request.form
    group = moodle.groups.get(form.get("group", 0, int))
    if group is None:
        abort(404)
    course = _managed(group.courseid)
    with moodle.lock:
        if form["action"] == "add":
            by_hand.add_member(moodle, group.id, form.get("user", 0, int))
        elif form["action"] == "remove":
            by_hand.remove_member(moodle, group.id, form.get("user", 0, int))
        elif form["action"] == "rename":
            by_hand.change_group(moodle, group.id, form.get("name"), form.get("idnumber"))
        elif form["action"] == "delete":
            moodle.delete_group(group.id)
            return redirect(url_for("groups.index", id=course.id), 303)
        else:
            abort(400)
    return redirect(url_for("groups.index", id=course.id, group=group.id), 303)


@blueprint.get("/grade/report/grader/index.php")
@for_signed_in
def grades() -> str:
    """Show the line items of a course with their marks."""
    moodle = moodle_of(current_app)
    course = _managed(request.args.get("id", 0, int), "moodle/grade:viewall")
    items = [item for item in moodle.line_items.values() if item.courseid == course.id]
    marked = {user_id for item in items for user_id in item.scores}
    return render_template("grades.html", course=course, items=items, people=moodle.people_in_order(marked))


@blueprint.get("/message/index.php")
@for_signed_in
def messages() -> str:
    """Show the messages that somebody got, newest first."""
    moodle, user = moodle_of(current_app), signed_in()
    own = [message for message in reversed(moodle.messages) if message.user_to == user.id]
    senders = {message.user_from: moodle.users[message.user_from].fullname for message in own}
    return render_template("messages.html", messages=own, senders=senders)
