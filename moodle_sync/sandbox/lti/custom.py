"""Custom parameters: which `$Variables` Moodle puts a value for, and which it sends as typed."""

from __future__ import annotations

from typing import Any

from moodle_sync.sandbox.lti.ims_roles import short_role
from moodle_sync.sandbox.model import Course, User
from moodle_sync.sandbox.state import Moodle
from moodle_sync.sandbox.tool_model import Activity, Tool

_VARIABLES = """
basic-lti-launch-request ContentItemSelectionRequest ToolProxyRegistrationRequest Context.id Context.title
Context.label Context.id.history Context.sourcedId Context.longDescription Context.timeFrame.begin
CourseSection.title CourseSection.label CourseSection.sourcedId CourseSection.longDescription
CourseSection.timeFrame.begin CourseSection.timeFrame.end ResourceLink.id ResourceLink.title
ResourceLink.description User.id User.username Person.name.full Person.name.given Person.name.family
Person.email.primary Person.sourcedId Person.name.middle Person.address.street1 Person.address.locality
Person.address.country Person.address.timezone Person.phone.primary Person.phone.mobile Person.webaddress
Membership.role Result.sourcedId Result.autocreate BasicOutcome.sourcedId BasicOutcome.url
Moodle.Person.userGroupIds
"""
VARIABLES = _VARIABLES.split()


def custom_claim(
    moodle: Moodle,
    base_url: str,
    tool: Tool,
    course: Course,
    user: User,
    activity: Activity | None,
    sourcedid: str | None,
) -> dict[str, Any]:
    """Return the custom parameters of the tool and of the activity, with what stands for their variables."""
    values = _values(moodle, base_url, course, user, activity, sourcedid)
    typed = {**tool.custom, **(activity.custom if activity else {})}
    return {
        name: values.get(text[1:], text) if text.startswith("$") else text for name, text in typed.items()
    }


def _values(
    moodle: Moodle,
    base_url: str,
    course: Course,
    user: User,
    activity: Activity | None,
    sourcedid: str | None,
) -> dict[str, str | None]:
    groups = moodle.groups_of_user(course.id, user.id)
    return {
        "Context.id": str(course.id),
        "Context.title": course.fullname,
        "Context.label": course.shortname,
        "Context.id.history": "",
        "Context.sourcedId": course.idnumber,
        "Context.longDescription": course.summary,
        "Context.timeFrame.begin": str(course.startdate),
        "CourseSection.title": course.fullname,
        "CourseSection.label": course.shortname,
        "CourseSection.sourcedId": course.idnumber,
        "CourseSection.longDescription": course.summary,
        "CourseSection.timeFrame.begin": str(course.startdate) if course.startdate else "",
        "CourseSection.timeFrame.end": "",
        "ResourceLink.id": str(activity.id) if activity else None,
        "ResourceLink.title": activity.name if activity else None,
        "ResourceLink.description": activity.intro if activity else None,
        "User.id": str(user.id),
        "User.username": user.username,
        "Person.name.full": user.fullname,
        "Person.name.given": user.firstname,
        "Person.name.family": user.lastname,
        "Person.name.middle": "",
        "Person.email.primary": user.email,
        "Person.sourcedId": user.idnumber,
        "Person.address.street1": "",
        "Person.address.locality": user.city,
        "Person.address.country": user.country,
        "Person.address.timezone": user.timezone,
        "Person.phone.primary": "",
        "Person.phone.mobile": "",
        "Person.webaddress": "",
        "Membership.role": short_role(moodle, user, course),
        "Result.sourcedId": sourcedid,
        "BasicOutcome.sourcedId": sourcedid,
        "LtiLink.custom.url": f"{base_url}/mod/lti/services.php/links/{{link_id}}/custom",
        "Moodle.Person.userGroupIds": ",".join(str(group.id) for group in groups),
    }
