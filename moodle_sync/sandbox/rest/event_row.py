"""An event as the web services tell it: in a list, by its id, and as a page of the calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moodle_sync.sandbox.model import Course, Event
from moodle_sync.sandbox.rest.functions import Caller
from moodle_sync.sandbox.rest.time_zone import zone_of

_ICONS = {"group": "Group event", "course": "Course event", "user": "User event"}
_COURSE_IMAGE = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4="


def row_by_id(event: Event) -> dict[str, Any]:
    """Return an event as `eventids` brings it: empty fields are 0 or an empty string."""
    return {
        "id": event.id,
        "name": event.name,
        "description": event.description,
        "format": event.format,
        "courseid": event.courseid,
        "categoryid": event.categoryid,
        "groupid": event.groupid,
        "userid": event.userid,
        "repeatid": event.repeatid,
        "modulename": event.modulename,
        "instance": 0,
        "eventtype": event.eventtype,
        "timestart": event.timestart,
        "timeduration": event.timeduration,
        "visible": event.visible,
        "uuid": "",
        "sequence": event.sequence,
        "timemodified": event.timemodified,
        "subscriptionid": None,
    }


def listed_row(event: Event) -> dict[str, Any]:
    """Return an event as a list by course or group brings it: empty fields are null."""
    row = row_by_id(event)
    del row["uuid"]
    for name in ("categoryid", "groupid", "repeatid", "instance"):
        row[name] = row[name] or None
    row["modulename"] = None
    return row


def event_page(caller: Caller, event: Event) -> dict[str, Any]:
    """Return an event with everything that its page in the calendar shows."""
    kind = _ICONS.get(event.eventtype, "User event")
    group = caller.moodle.groups.get(event.groupid)
    course = caller.moodle.courses.get(event.courseid)
    calendar, place = f"{caller.base_url}/calendar", f"course={event.courseid}"
    page: dict[str, Any] = {
        "id": event.id,
        "name": event.name,
        "description": event.description,
        "descriptionformat": event.format,
        "location": event.location,
        "categoryid": event.categoryid or None,
        "groupid": event.groupid or None,
        "userid": event.userid,
        "repeatid": event.repeatid or None,
        "eventcount": None,
        "component": None,
        "modulename": "",
        "activityname": "",
        "activitystr": "",
        "instance": None,
        "eventtype": event.eventtype,
        "timestart": event.timestart,
        "timeduration": event.timeduration,
        "timesort": event.timesort,
        "timeusermidnight": 0,
        "visible": event.visible,
        "timemodified": event.timemodified,
        "overdue": False,
        "icon": {
            "key": f"i/{event.eventtype}event",
            "component": "core",
            "alttext": kind,
            "iconurl": "",
            "iconclass": "",
        },
    }
    if course is not None:
        page["course"] = _course(caller, course)
    page |= {
        "subscription": {"displayeventsource": False},
        "canedit": True,
        "candelete": True,
        "deleteurl": f"{calendar}/delete.php?id={event.id}&course={event.courseid}",
        "editurl": f"{calendar}/event.php?action=edit&id={event.id}&course={event.courseid}",
        "viewurl": f"{calendar}/view.php?view=day&{place}&time={event.timesort}#event_{event.id}",
        "formattedtime": _formatted(caller, event),
        "formattedlocation": event.location,
        "isactionevent": False,
        "iscourseevent": event.eventtype == "course",
        "iscategoryevent": False,
        "groupname": group.name if group else None,
        "normalisedeventtype": event.eventtype,
        "normalisedeventtypetext": kind,
        "purpose": "none",
        "branded": False,
        "url": f"{caller.base_url}/course/view.php?id={event.courseid}",
    }
    return page


def _formatted(caller: Caller, event: Event) -> str:
    zone = zone_of(caller.moodle, caller.user, caller.zone)
    start = datetime.fromtimestamp(event.timestart, zone)
    end = datetime.fromtimestamp(event.timestart + event.timeduration, zone)
    hours = f"{start:%-I:%M %p} <strong>&raquo;</strong> {end:%-I:%M %p}"
    link = f"{caller.base_url}/calendar/view.php?view=day&amp;time={event.timestart}"
    return f'<a href="{link}">{start:%A}, {start.day} {start:%B}</a>, {hours}'


def _course(caller: Caller, course: Course) -> dict[str, Any]:
    return {
        "id": course.id,
        "fullname": course.fullname,
        "shortname": course.shortname,
        "idnumber": course.idnumber,
        "summary": course.summary,
        "summaryformat": course.summaryformat,
        "startdate": course.startdate,
        "enddate": 0,
        "visible": course.visible,
        "showactivitydates": False,
        "showcompletionconditions": True,
        "pdfexportfont": "",
        "fullnamedisplay": course.fullname,
        "viewurl": f"{caller.base_url}/course/view.php?id={course.id}",
        "courseimage": _COURSE_IMAGE,
        "progress": 0,
        "hasprogress": False,
        "isfavourite": False,
        "hidden": False,
        "showshortname": False,
        "coursecategory": caller.moodle.categories[course.category_id].name,
    }
