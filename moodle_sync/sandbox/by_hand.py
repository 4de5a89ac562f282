"""What people do in Moodle by hand, past every web service: the drift that a sync meets."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import md5

from moodle_sync.sandbox.model import Course, Event, Group
from moodle_sync.sandbox.state import Moodle

# Moodle's editor takes a span with a plain blank for empty, one with a no-break space not (re.ASCII).
_EMPTY_SPAN = re.compile(r"<span[^>]*>\s*</span>", re.ASCII)
_LOOSE_SPAN = re.compile(r"(</p>)<span[^>]*>\s*</span>\Z", re.ASCII)
_BETWEEN_BLOCKS = re.compile(r"(</p>|</div>|<div[^>]*>)(?=</?(?:p|div)\b)")


# Accounts


def suspend_account(moodle: Moodle, user_id: int, suspended: bool = True) -> None:
    """Suspend an account at site level: groups and enrolments stay."""
    moodle.users[user_id].suspended = suspended
    moodle.changed()


def delete_account(moodle: Moodle, user_id: int) -> None:
    """Delete an account: out of all courses and groups, its name and e-mail mangled, findable by id alone."""
    user = moodle.users[user_id]
    for course_id in list(moodle.courses):
        moodle.unenrol(course_id, user_id)
    mangled = md5(user.username.encode(), usedforsecurity=False).hexdigest()
    user.username, user.email = f"{user.email or user.username}.{moodle.now()}", mangled
    user.idnumber = ""
    user.deleted = True
    moodle.changed()


def suspend_enrolment(moodle: Moodle, course_id: int, user_id: int, suspended: bool = True) -> None:
    """Suspend somebody in one course: they stay in its groups."""
    moodle.enrolments[course_id][user_id].suspended = suspended
    moodle.changed()


# Groups


def change_group(
    moodle: Moodle, group_id: int, name: str | None = None, idnumber: str | None = None
) -> Group:
    """Rename a group or give it another idnumber."""
    group = moodle.groups[group_id]
    group.name = group.name if name is None else name
    group.idnumber = group.idnumber if idnumber is None else idnumber
    moodle.changed()
    return group


def add_member(moodle: Moodle, group_id: int, user_id: int) -> None:
    """Put an enrolled person into a group; others are passed over, as the page does not offer them."""
    if user_id in moodle.enrolments[moodle.groups[group_id].courseid]:
        moodle.members[group_id].add(user_id)
        moodle.changed()


def remove_member(moodle: Moodle, group_id: int, user_id: int) -> None:
    """Take somebody out of a group."""
    moodle.members[group_id].discard(user_id)
    moodle.changed()


# Courses


def show_course(moodle: Moodle, course_id: int, visible: bool) -> None:
    """Open or close the eye of a course."""
    moodle.courses[course_id].visible = visible
    moodle.changed()


def delete_course(moodle: Moodle, course_id: int) -> None:
    """Delete a course with everything in it."""
    for group in moodle.groups_of(course_id):
        moodle.delete_group(group.id)
    del moodle.courses[course_id], moodle.enrolments[course_id]
    moodle.events = {key: event for key, event in moodle.events.items() if event.courseid != course_id}
    moodle.groupings = {key: row for key, row in moodle.groupings.items() if row.courseid != course_id}
    moodle.activities = {key: row for key, row in moodle.activities.items() if row.courseid != course_id}
    moodle.changed()


def reset_course(
    moodle: Moodle,
    course_id: int,
    groups: bool = False,
    members: bool = False,
    events: bool = False,
    unenrol_roles: frozenset[int] = frozenset(),
) -> None:
    """Reset a course: delete its groups (and their events), empty them, delete events, unenrol by role."""
    for group in moodle.groups_of(course_id):
        if groups:
            moodle.delete_group(group.id)
        elif members:
            moodle.members[group.id].clear()
    if events:
        moodle.events = {key: event for key, event in moodle.events.items() if event.courseid != course_id}
    for enrolment in list(moodle.enrolments[course_id].values()):
        if enrolment.role_id in unenrol_roles:
            moodle.unenrol(course_id, enrolment.user_id)
    moodle.changed()


def copy_course(moodle: Moodle, course_id: int, shortname: str, fullname: str) -> Course:
    """Restore a backup of a course as a new one, users included: new ids, the same idnumbers and markers."""
    old = moodle.courses[course_id]
    new = moodle.add_course(shortname, fullname, old.category_id, summaryformat=old.summaryformat)
    for enrolment in moodle.enrolments[course_id].values():
        moodle.enrol(new.id, enrolment.user_id, enrolment.role_id, enrolment.suspended)
    copies: dict[int, int] = {}
    for group in moodle.groups_of(course_id):
        copy = moodle.add_group(new.id, group.name, idnumber=group.idnumber, description=group.description)
        moodle.members[copy.id] = set(moodle.members[group.id])
        copies[group.id] = copy.id
    for event in [event for event in moodle.events.values() if event.courseid == course_id]:
        there = replace(
            event,
            id=moodle.new_id("event"),
            courseid=new.id,
            groupid=copies.get(event.groupid, 0),
            repeatid=0,
        )
        moodle.events[there.id] = there
    return new


def switch_manual_enrolment(moodle: Moodle, course_id: int, state: str) -> None:
    """Enable, disable or delete the enrolment method; deleting takes every enrolment along."""
    moodle.courses[course_id].manual_enrolment = state
    if state == "deleted":
        for user_id in list(moodle.enrolments[course_id]):
            moodle.unenrol(course_id, user_id)
    moodle.changed()


# Calendar


def drag_event(moodle: Moodle, event_id: int, timestart: int) -> Event:
    """Move an event in the month view: its place in lists (`timesort`) stays."""
    event = moodle.events[event_id]
    event.timestart = timestart
    event.modulename = "0"
    event.timemodified = moodle.now()
    moodle.changed()
    return event


def edit_event(moodle: Moodle, event_id: int, name: str, text: str | None = None) -> Event:
    """Save an event in Moodle's own form, even for a new name alone.

    The editor removes an empty span that stands alone, and cuts the start to the minute.
    """
    event = moodle.events[event_id]
    event.name = name
    event.description = _through_editor(event.description if text is None else text)
    event.timestart -= event.timestart % 60
    event.modulename = "0"
    event.timemodified = moodle.now()
    moodle.changed()
    return event


def _through_editor(html: str) -> str:
    loose = _LOOSE_SPAN.sub(r"\1<p></p>", html)
    return _BETWEEN_BLOCKS.sub("\\1\r\n", _EMPTY_SPAN.sub("", loose))


def retype_event(moodle: Moodle, event_id: int, name: str, text: str) -> Event:
    """Turn a group event into a course event, with another text."""
    event = edit_event(moodle, event_id, name, text)
    event.eventtype, event.groupid = "course", 0
    return event


def paste_event(moodle: Moodle, event_id: int, user_id: int, timestart: int) -> Event:
    """Make a new event with the text of another one pasted in: the same marker twice."""
    event = replace(moodle.events[event_id], id=moodle.new_id("event"), userid=user_id, repeatid=0)
    event.timestart = event.timesort = timestart
    moodle.events[event.id] = event
    return event


def delete_event(moodle: Moodle, event_id: int) -> None:
    """Delete an event."""
    moodle.events.pop(event_id, None)
    moodle.changed()
