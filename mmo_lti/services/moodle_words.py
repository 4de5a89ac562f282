"""The words that we write into Moodle: names of groups, names and texts of events (`templates/moodle/`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.states import MeetingState

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "moodle"


def group_name(association: Association) -> str:
    """«ММО учителей математики»."""
    return _render("group_name.txt", genitive=association.genitive)


def grouping_name() -> str:
    """The grouping that holds the groups of all associations of a course."""
    return _render("grouping_name.txt")


def grade_name(association: Association) -> str:
    """The column of participation in the gradebook, 255 characters at most."""
    return _render("grade_name.txt", genitive=association.genitive)[:255]


def event_name(meeting: Meeting) -> str:
    """One line in the calendar; a cancelled meeting says so first."""
    return _render(
        "event_name.txt",
        form=meeting.form,
        genitive=meeting.association.genitive,
        topic=meeting.topic,
        cancelled=meeting.state is MeetingState.CANCELLED,
    )


def event_text(meeting: Meeting, address: str) -> str:
    """The description as HTML: theme, place, agenda without names, and the way to the tool."""
    return _render(
        "event.html",
        form=meeting.form,
        genitive=meeting.association.genitive,
        topic=meeting.topic,
        place=meeting.place,
        agenda=[item.wording for item in meeting.agenda],
        cancelled=meeting.state is MeetingState.CANCELLED,
        reason=meeting.cancel_reason,
        address=address,
    )


def activity_address(centre: Centre, course: Course) -> str:
    """The activity through which people of a course come, `mod/lti/view.php?l=`; empty before any launch."""
    return link_address(centre, course.resource_link_id)


def course_address(centre: Centre, course: Course) -> str:
    """The page of the course, whose id is Moodle's own."""
    return f"{centre.iss.rstrip('/')}/course/view.php?{urlencode({'id': course.context_id})}"


def link_address(centre: Centre, resource_link_id: str) -> str:
    """The activity of a launch; empty where the launch named none."""
    if not resource_link_id:
        return ""
    return f"{centre.iss.rstrip('/')}/mod/lti/view.php?{urlencode({'l': resource_link_id})}"


@cache
def _template(name: str) -> Template:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        autoescape=name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["first_upper"] = lambda text: text[:1].upper() + text[1:]
    return environment.get_template(name)


def _render(name: str, **values: object) -> str:
    return _template(name).render(values).strip()
