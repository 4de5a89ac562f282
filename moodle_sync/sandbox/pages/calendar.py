"""The calendar: group events month by month, and changing them by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from moodle_sync.sandbox.by_hand import delete_event, drag_event
from moodle_sync.sandbox.model import Event
from moodle_sync.sandbox.pages.session import current_user, for_signed_in, must_carry_sesskey
from moodle_sync.sandbox.rest.time_zone import zone_of
from moodle_sync.sandbox.rights import may
from moodle_sync.sandbox.site_of import moodle_of

blueprint = Blueprint("calendar", __name__)
MONTHS = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
]
WEEKDAYS = ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"]


@blueprint.get("/calendar/view.php")
@for_signed_in
def view() -> str:
    """Show the events that somebody sees: of their groups, or all of them if they manage entries."""
    moodle = moodle_of(current_app)
    course = moodle.courses.get(request.args.get("course", 0, int))
    events = [event for event in moodle.events.values() if _sees(event) and _of(event, course)]
    months: dict[str, list[dict[str, Any]]] = {}
    for event in sorted(events, key=lambda event: (event.timestart, event.id)):
        row = _row(event)
        months.setdefault(row["month"], []).append(row)
    return render_template("calendar.html", course=course, months=months, count=len(events))


def _of(event: Event, course: object) -> bool:
    return course is None or event.courseid == getattr(course, "id", 0)


def _sees(event: Event) -> bool:
    moodle, user = moodle_of(current_app), current_user()
    course = moodle.courses.get(event.courseid)
    if user is None:
        return False
    if event.eventtype == "user":
        return event.userid == user.id
    if may(moodle, user.id, "moodle/calendar:manageentries", course):
        return True
    enrolled = course is not None and moodle.enrolled(course.id, user.id)
    return enrolled and (not event.groupid or user.id in moodle.members.get(event.groupid, ()))


def _row(event: Event) -> dict[str, Any]:
    moodle, user = moodle_of(current_app), current_user()
    zone = zone_of(moodle, user) if user else None
    start = datetime.fromtimestamp(event.timestart, zone)
    group = moodle.groups.get(event.groupid)
    course = moodle.courses.get(event.courseid)
    editable = user is not None and may(moodle, user.id, "moodle/calendar:manageentries", course)
    return {
        "event": event,
        "month": f"{MONTHS[start.month - 1]} {start.year}",
        "start": start,
        "weekday": WEEKDAYS[start.weekday()],
        "minutes": event.timeduration // 60,
        "group": group.name if group else "весь курс",
        "editable": editable,
    }


def _editable(event_id: int) -> Event:
    moodle, user = moodle_of(current_app), current_user()
    event = moodle.events.get(event_id)
    if event is None:
        abort(404)
    course = moodle.courses.get(event.courseid)
    if user is None or not may(moodle, user.id, "moodle/calendar:manageentries", course):
        abort(403)
    return event


@blueprint.post("/calendar/move.php")
@for_signed_in
def move() -> BaseResponse:
    """Move an event by hand (`id`, `timestart` as a local date and time)."""
    must_carry_sesskey()
    moodle, user = moodle_of(current_app), current_user()
    with moodle.lock:
        event = _editable(request.form.get("id", 0, int))
        if user is not None:
            start = datetime.fromisoformat(request.form["timestart"]).replace(tzinfo=zone_of(moodle, user))
            drag_event(moodle, event.id, int(start.timestamp()))
    return redirect(url_for("calendar.view", course=event.courseid), 303)


@blueprint.post("/calendar/delete.php")
@for_signed_in
def delete() -> BaseResponse:
    """Delete an event by hand (`id`)."""
    must_carry_sesskey()
    moodle = moodle_of(current_app)
    with moodle.lock:
        event = _editable(request.form.get("id", 0, int))
        delete_event(moodle, event.id)
    return redirect(url_for("calendar.view", course=event.courseid), 303)
