"""The calendar's own form, sent by a web service: `core_calendar_submit_create_update_form`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from moodle_sync.sandbox.errors import MoodleError, missing_record, no_permission
from moodle_sync.sandbox.html import clean
from moodle_sync.sandbox.model import Event
from moodle_sync.sandbox.rest.calendar import MANAGE, may_edit
from moodle_sync.sandbox.rest.event_row import event_page
from moodle_sync.sandbox.rest.functions import Caller, Parameters, function
from moodle_sync.sandbox.rest.parameters import Value, read_form
from moodle_sync.sandbox.rest.time_zone import zone_of

_INVALID: dict[str, Any] = {"validationerror": True}
NO_DURATION, UNTIL, MINUTES = "0", "1", "2"


class _NotValid(Exception):
    """The form would come back with a red line beside a field."""


@function("core_calendar_submit_create_update_form", formdata=Value("text"))
def submit_create_update_form(caller: Caller, given: Parameters) -> object:
    """Change an event in place, or create one (`id` 0); unlike the other way this one checks."""
    form = read_form(parse_qsl(given["formdata"], keep_blank_values=True))
    moodle = caller.moodle
    event_id = _integer(form, "id")
    event = moodle.events.get(event_id) if event_id else None
    if event_id and event is None:
        raise missing_record("event")
    if event is not None and not may_edit(caller, event):
        raise no_permission("moodle/course:view")
    try:
        fields = _read(caller, form)
    except _NotValid:
        return dict(_INVALID)
    if "description" not in fields:
        raise MoodleError("dml_write_exception", "dmlwriteexception", "Error writing to database")
    if event is None:
        event = Event(moodle.new_id("event"), "", 0, caller.user.id)
        moodle.events[event.id] = event
    for name, value in fields.items():
        setattr(event, name, value)
    event.timemodified = moodle.now()
    moodle.changed()
    return {"event": event_page(caller, event), "validationerror": False}


def _read(caller: Caller, form: dict[str, Any]) -> dict[str, Any]:
    name = str(form.get("name", "")).strip()
    if not name:
        raise _NotValid
    start = _moment(caller, form.get("timestart"))
    fields: dict[str, Any] = {
        "name": name,
        "timestart": start,
        "timesort": start,
        "timeduration": _duration(caller, form, start),
        "location": str(form.get("location", "")),
        "visible": 1,
        **_place(caller, form),
    }
    description = form.get("description")
    if isinstance(description, dict) and "text" in description:
        fields["description"] = clean(str(description["text"]))
        fields["format"] = int(description.get("format", 1))
    return fields


def _place(caller: Caller, form: dict[str, Any]) -> dict[str, Any]:
    kind = str(form.get("eventtype", "user"))
    if kind == "user":
        return {"eventtype": kind, "courseid": 0, "groupid": 0}
    course = caller.moodle.courses.get(_integer(form, "groupcourseid" if kind == "group" else "courseid"))
    if course is None or not caller.may(MANAGE, course) or kind not in {"group", "course"}:
        raise _NotValid
    if kind == "course":
        return {"eventtype": kind, "courseid": course.id, "groupid": 0}
    group = caller.moodle.groups.get(_integer(form, "groupid"))
    if group is None or group.courseid != course.id:
        raise _NotValid
    return {"eventtype": kind, "courseid": course.id, "groupid": group.id}


def _duration(caller: Caller, form: dict[str, Any], start: int) -> int:
    kind = str(form.get("duration", NO_DURATION))
    if kind == NO_DURATION:
        return 0
    if kind == MINUTES:
        minutes = _integer(form, "timedurationminutes")
        if minutes < 1:
            raise _NotValid
        return minutes * 60
    end = _moment(caller, form.get("timedurationuntil"))
    if kind != UNTIL or end < start:
        raise _NotValid
    return end - start


def _moment(caller: Caller, given: object) -> int:
    """Read a date as Moodle's date field does: a day too many runs on, an hour too many becomes 0."""
    if not isinstance(given, dict):
        raise _NotValid
    year, month, day, hour, minute = (
        _integer(given, part) for part in ("year", "month", "day", "hour", "minute")
    )
    if not 1900 <= year <= 2050 or not 1 <= month <= 12 or not 1 <= day <= 31:
        raise _NotValid
    hour = hour if 0 <= hour <= 23 else 0
    minute = minute if 0 <= minute <= 59 else 0
    date = datetime(year, month, 1, hour, minute) + timedelta(days=day - 1)  # noqa: DTZ001 - zone follows
    return int(date.replace(tzinfo=zone_of(caller.moodle, caller.user, caller.zone)).timestamp())


def _integer(form: dict[str, Any], name: str) -> int:
    try:
        return int(str(form.get(name, 0)) or 0)
    except ValueError:
        return 0
