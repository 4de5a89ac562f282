"""Calendar events: `core_calendar_…` but for the form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from moodle_sync.sandbox.errors import missing_record, no_permission, plain
from moodle_sync.sandbox.html import clean
from moodle_sync.sandbox.model import Course, Event
from moodle_sync.sandbox.rest.event_row import event_page, listed_row, row_by_id
from moodle_sync.sandbox.rest.functions import Caller, Parameters, function
from moodle_sync.sandbox.rest.parameters import Many, Single, Value
from moodle_sync.sandbox.rest.time_zone import zone_of
from moodle_sync.sandbox.rights import may_enter

MANAGE = "moodle/calendar:manageentries"
WEEK = 7 * 24 * 3600
_IDS = Many(Value("int"), ())


def warning(item: object, what: str) -> dict[str, str]:
    """Return a warning about something that the account may not touch."""
    return {
        "item": str(item),
        "warningcode": "nopermissions",
        "message": f"you do not have permissions to {what}",
    }


# Writing


@function(
    "core_calendar_create_calendar_events",
    events=Many(
        Single(
            {
                "name": Value("plain"),
                "description": Value("text", ""),
                "format": Value("int", 1),
                "courseid": Value("int", 0),
                "groupid": Value("int", 0),
                "repeats": Value("int", 0),
                "eventtype": Value("text", "user"),
                "timestart": Value("int", 0),
                "timeduration": Value("int", 0),
                "visible": Value("int", 1),
                "sequence": Value("int", 1),
            }
        )
    ),
)
def create_calendar_events(caller: Caller, given: Parameters) -> object:
    """Create events one by one; what is not allowed comes back as a warning under the event's name."""
    rows: list[dict[str, Any]] = []
    warnings = []
    for wanted in given["events"]:
        if _may_create(caller, wanted):
            rows.extend(_created_row(event) for event in _create(caller, wanted))
        else:
            warnings.append(warning(wanted["name"], "create this event"))
    return {"events": rows, "warnings": warnings}


def _may_create(caller: Caller, wanted: dict[str, Any]) -> bool:
    """With the capability in the system nothing is checked, not even whether the group is there."""
    if caller.may(MANAGE):
        return True
    course = caller.moodle.courses.get(wanted["courseid"])
    if wanted["eventtype"] == "user":
        return True
    if course is None or not caller.may(MANAGE, course):
        return False
    if wanted["eventtype"] == "course":
        return True
    group = caller.moodle.groups.get(wanted["groupid"])
    return wanted["eventtype"] == "group" and group is not None and group.courseid == course.id


def _create(caller: Caller, wanted: dict[str, Any]) -> list[Event]:
    moodle, repeats = caller.moodle, max(1, wanted["repeats"])
    events: list[Event] = []
    for number in range(repeats):
        start = wanted["timestart"] + number * WEEK
        event = Event(
            id=moodle.new_id("event"),
            name=wanted["name"],
            timestart=start,
            userid=caller.user.id,
            eventtype=wanted["eventtype"],
            description=clean(wanted["description"]),
            format=wanted["format"],
            courseid=wanted["courseid"],
            groupid=wanted["groupid"],
            timeduration=wanted["timeduration"],
            visible=wanted["visible"],
            sequence=wanted["sequence"],
            timemodified=moodle.now(),
            timesort=start,
        )
        event.repeatid = events[0].id if events else (event.id if repeats > 1 else 0)
        moodle.events[event.id] = event
        events.append(event)
    return events


def _created_row(event: Event) -> dict[str, Any]:
    row = row_by_id(event)
    del row["categoryid"]
    if not event.repeatid:
        del row["repeatid"]
    return row


@function(
    "core_calendar_delete_calendar_events",
    events=Many(Single({"eventid": Value("int"), "repeat": Value("bool")})),
)
def delete_calendar_events(caller: Caller, given: Parameters) -> object:
    """Delete events, all or none; `repeat` takes the whole series along."""
    moodle = caller.moodle
    for wanted in given["events"]:
        event = moodle.events.get(wanted["eventid"])
        if event is None:
            raise missing_record("event")
        if not may_edit(caller, event):
            raise plain("nopermissions", "Sorry, but you do not currently have permissions to do that")
    for wanted in given["events"]:
        event = moodle.events.pop(wanted["eventid"], None)
        if event is not None and event.repeatid:
            _delete_from_series(caller, event, whole=wanted["repeat"])
    moodle.changed()
    return None


def _delete_from_series(caller: Caller, gone: Event, whole: bool) -> None:
    rest = [event for event in caller.moodle.events.values() if event.repeatid == gone.repeatid]
    for event in rest:
        if whole:
            del caller.moodle.events[event.id]
        elif gone.id == gone.repeatid:
            event.repeatid = rest[0].id


def may_edit(caller: Caller, event: Event) -> bool:
    """Say whether the account may change an event: its own, or any where it manages entries."""
    course = caller.moodle.courses.get(event.courseid)
    return event.userid == caller.user.id or caller.may(MANAGE, course)


# Reading


@function(
    "core_calendar_get_calendar_events",
    events=Single({"eventids": _IDS, "courseids": _IDS, "groupids": _IDS, "categoryids": _IDS}, {}),
    options=Single(
        {
            "userevents": Value("bool", True),
            "siteevents": Value("bool", True),
            "timestart": Value("int", 0),
            "timeend": Value("int", 0),
            "ignorehidden": Value("bool", True),
        },
        {},
    ),
)
def get_calendar_events(caller: Caller, given: Parameters) -> object:
    """Events by course, group and id, with the silent holes of a real Moodle."""
    wanted = {"eventids": (), "courseids": (), "groupids": (), **given["events"]}
    options = {"userevents": True, "siteevents": True, "timestart": 0, "timeend": 0, **given["options"]}
    warnings: list[dict[str, str]] = []
    system = caller.may(MANAGE)
    courses, groups = list(wanted["courseids"]), list(wanted["groupids"])
    if not system:
        courses = _allowed(courses, _can_read_course(caller), "access this course", warnings)
        own = {group for course in caller.moodle.courses_of(caller.user.id) for group in _own(caller, course)}
        groups = _allowed(groups, own.__contains__, "access this group", warnings)
    events = _listed(caller, courses, groups, options)
    rows = {event.id: listed_row(event) for event in events}
    for event_id in wanted["eventids"]:
        event = caller.moodle.events.get(event_id)
        if event is None or event.id in rows:
            continue
        if system or may_edit(caller, event):
            rows[event.id] = row_by_id(event)
        else:
            warnings.append(warning(event.id, "view this event"))
    return {"events": list(rows.values()), "warnings": warnings}


def _own(caller: Caller, course: Course) -> Iterable[int]:
    return (group.id for group in caller.moodle.groups_of_user(course.id, caller.user.id))


def _can_read_course(caller: Caller) -> Callable[[int], bool]:
    def can_read(course_id: int) -> bool:
        course = caller.moodle.courses.get(course_id)
        return course is not None and may_enter(caller.moodle, caller.user.id, course)

    return can_read


def _allowed(
    ids: list[int], allowed: Callable[[int], bool], what: str, warnings: list[dict[str, str]]
) -> list[int]:
    warnings.extend(warning(item, what) for item in ids if not allowed(item))
    return [item for item in ids if allowed(item)]


def _listed(caller: Caller, courses: list[int], groups: list[int], options: dict[str, Any]) -> list[Event]:
    """Events of courses and groups in the window.

    Moodle's query drops the groups without a word where courses (or site events) are asked for and own events
    are not, and everything of them where own events are asked for without a course.
    """
    user_events, site_events = options["userevents"], options["siteevents"]
    if (courses or site_events) and not user_events:
        groups = []
    if user_events and not courses:
        groups = []

    def meant(event: Event) -> bool:
        if event.eventtype == "user":
            return bool(user_events) and event.userid == caller.user.id
        if event.groupid:
            return event.groupid in groups
        return event.courseid in courses

    found = [e for e in caller.moodle.events.values() if meant(e) and e.visible and _in_window(e, options)]
    # Not by `timestart`: an event that was dragged keeps its old place in the list.
    return sorted(found, key=lambda event: (event.timesort, event.id))


def _in_window(event: Event, options: dict[str, Any]) -> bool:
    begins, ends = options["timestart"], options["timeend"]
    return event.timestart + event.timeduration >= begins and (not ends or event.timestart <= ends)


@function("core_calendar_get_calendar_event_by_id", eventid=Value("int"))
def get_calendar_event_by_id(caller: Caller, given: Parameters) -> object:
    """One event with its page; one that is gone is answered as a missing permission."""
    event = caller.moodle.events.get(given["eventid"])
    if event is None or not may_edit(caller, event):
        raise no_permission("moodle/course:view")
    return {"event": event_page(caller, event), "warnings": []}


@function("core_calendar_update_event_start_day", eventid=Value("int"), daytimestamp=Value("int"))
def update_event_start_day(caller: Caller, given: Parameters) -> object:
    """Move an event to another day, at its own hour."""
    event = caller.moodle.events.get(given["eventid"])
    if event is None:
        sentence = f"Unable to find event with id {given['eventid']}"
        raise plain(sentence)
    if not may_edit(caller, event):
        raise plain("nopermissions", "Sorry, but you do not currently have permissions to do that")
    zone = zone_of(caller.moodle, caller.user, caller.zone)
    day = datetime.fromtimestamp(given["daytimestamp"], zone)
    hour = datetime.fromtimestamp(event.timestart, zone)
    moved = datetime.combine(day.date(), hour.time(), zone)
    event.timestart = int(moved.timestamp())
    caller.moodle.changed()
    return {"event": event_page(caller, event)}
