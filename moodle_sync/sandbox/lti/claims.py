"""The claims of an `id_token`: what a Moodle 4.5 tells a tool about a person, a course and an activity."""

from __future__ import annotations

import json
from hashlib import sha256
from secrets import randbelow
from typing import Any

from moodle_sync.sandbox.lti import names
from moodle_sync.sandbox.lti.custom import custom_claim
from moodle_sync.sandbox.lti.ims_roles import launch_roles
from moodle_sync.sandbox.model import Course, User
from moodle_sync.sandbox.rest.site import VERSION
from moodle_sync.sandbox.state import Moodle
from moodle_sync.sandbox.tool_model import Activity, Tool

LIFETIME = 60


def members_url(base_url: str, course: Course, tool: Tool) -> str:
    """Return the address of the list of members of a course for a tool."""
    return f"{base_url}/mod/lti/services.php/CourseSection/{course.id}/bindings/{tool.id}/memberships"


def line_items_url(base_url: str, course_id: int, tool: Tool) -> str:
    """Return the address of the line items of a course for a tool."""
    return f"{base_url}/mod/lti/services.php/{course_id}/lineitems?type_id={tool.id}"


def line_item_url(base_url: str, course_id: int, tool: Tool, item_id: int, below: str = "") -> str:
    """Return the address of one line item, or of its scores or results."""
    return (
        f"{base_url}/mod/lti/services.php/{course_id}/lineitems/{item_id}/lineitem{below}?type_id={tool.id}"
    )


def sourcedid(moodle: Moodle, tool: Tool, activity: Activity, user: User) -> str:
    """Return the handle by which the older outcome service knows a mark."""
    launch = randbelow(2_000_000_000)
    data = {
        "instanceid": str(activity.id),
        "userid": str(user.id),
        "typeid": str(tool.id),
        "launchid": launch,
    }
    digest = sha256(json.dumps([moodle.site.name, data]).encode()).hexdigest()
    return json.dumps({"data": data, "hash": digest}, separators=(",", ":"))


def outcome_claim(base_url: str, sourced: str) -> dict[str, str]:
    """Return the claim of the older outcome service."""
    return {"lis_result_sourcedid": sourced, "lis_outcome_service_url": f"{base_url}/mod/lti/service.php"}


def resource_link_claims(
    moodle: Moodle, base_url: str, tool: Tool, activity: Activity, user: User, nonce: str, sesskey: str
) -> dict[str, Any]:
    """Return the claims of a launch of an activity."""
    course = moodle.courses[activity.courseid]
    sourced = sourcedid(moodle, tool, activity, user) if activity.accept_grades else None
    target = activity.target_link_uri or tool.target_link_uri
    claims = _common(moodle, base_url, tool, course, user, nonce, target)
    claims[f"{names.CLAIM}message_type"] = names.RESOURCE_LINK
    link = {"title": activity.name, "description": activity.intro, "id": str(activity.id)}
    claims[f"{names.CLAIM}resource_link"] = link
    if sourced:
        claims[names.OUTCOME_CLAIM] = outcome_claim(base_url, sourced)
    claims |= _person(tool, user, activity)
    back = f"course={course.id}&launch_container={tool.launch_container}&instanceid={activity.id}"
    claims[f"{names.CLAIM}launch_presentation"] = {
        "locale": user.lang,
        "document_target": "iframe",
        "return_url": f"{base_url}/mod/lti/return.php?{back}&sesskey={sesskey}",
    }
    claims |= _platform_and_services(moodle, base_url, tool, course, user, activity, sourced)
    return claims


def deep_linking_claims(
    moodle: Moodle, base_url: str, tool: Tool, course: Course, user: User, nonce: str, sesskey: str
) -> dict[str, Any]:
    """Return the claims of a request to choose what to embed."""
    target = tool.deep_linking_uri or tool.target_link_uri
    claims = _common(moodle, base_url, tool, course, user, nonce, target)
    claims[f"{names.CLAIM}message_type"] = names.DEEP_LINK
    claims |= _person(tool, user, None)
    claims[f"{names.CLAIM}launch_presentation"] = {"locale": user.lang}
    claims |= _platform_and_services(moodle, base_url, tool, course, user, None, None)
    back = f"{base_url}/mod/lti/contentitem_return.php?course={course.id}&id={tool.id}&sesskey={sesskey}"
    claims[f"{names.DEEP_LINKING}deep_linking_settings"] = {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["frame", "iframe", "window"],
        "accept_copy_advice": False,
        "accept_multiple": True,
        "accept_unsigned": False,
        "auto_create": False,
        "can_confirm": False,
        "deep_link_return_url": back,
        "title": tool.name,
        "text": "",
    }
    return claims


def _common(
    moodle: Moodle, base_url: str, tool: Tool, course: Course, user: User, nonce: str, target: str
) -> dict[str, Any]:
    now = moodle.now()
    context = {
        "id": str(course.id),
        "label": course.shortname,
        "title": course.fullname,
        "type": ["CourseSection"],
    }
    return {
        "nonce": nonce,
        "iat": now,
        "exp": now + LIFETIME,
        "iss": base_url,
        "aud": tool.client_id,
        f"{names.CLAIM}deployment_id": str(tool.id),
        f"{names.CLAIM}target_link_uri": target,
        "sub": str(user.id),
        f"{names.CLAIM}lis": {
            "person_sourcedid": user.idnumber,
            "course_section_sourcedid": course.idnumber,
        },
        f"{names.CLAIM}roles": launch_roles(moodle, user, course),
        f"{names.CLAIM}context": context,
    }


def shares(setting: str, activity_says: bool) -> bool:
    """Say whether something of a person is told: the tool decides, or leaves it to the activity."""
    return setting == "always" or (setting == "delegate" and activity_says)


def _person(tool: Tool, user: User, activity: Activity | None) -> dict[str, Any]:
    claims: dict[str, Any] = {}
    extension = {"lms": "moodle-2"}
    if shares(tool.share_name, activity.send_name if activity else True):
        claims |= {"given_name": user.firstname, "family_name": user.lastname, "name": user.fullname}
        extension = {"user_username": user.username, **extension}
    claims[f"{names.CLAIM}ext"] = extension
    if shares(tool.share_email, activity.send_email if activity else True) and user.email:
        claims["email"] = user.email
    return claims


def _platform_and_services(
    moodle: Moodle,
    base_url: str,
    tool: Tool,
    course: Course,
    user: User,
    activity: Activity | None,
    sourced: str | None,
) -> dict[str, Any]:
    custom = custom_claim(moodle, base_url, tool, course, user, activity, sourced)
    claims: dict[str, Any] = {
        f"{names.CLAIM}tool_platform": {
            "product_family_code": "moodle",
            "version": VERSION,
            "guid": sha256(base_url.encode()).hexdigest()[:32],
            "name": "moodle",
            "description": moodle.site.name,
        },
        f"{names.CLAIM}version": "1.3.0",
    }
    if names.MEMBERS_READ in tool.scopes:
        custom["context_memberships_url"] = members_url(base_url, course, tool)
    claims[f"{names.CLAIM}custom"] = custom
    scopes = [scope for scope in names.GRADE_SCOPES if scope in tool.scopes]
    if scopes:
        claims[names.GRADES_CLAIM] = _grades(moodle, base_url, tool, course, activity, scopes)
    if names.MEMBERS_READ in tool.scopes:
        claims[names.MEMBERS_CLAIM] = {
            "context_memberships_url": members_url(base_url, course, tool),
            "service_versions": ["1.0", "2.0"],
        }
    return claims


def _grades(
    moodle: Moodle, base_url: str, tool: Tool, course: Course, activity: Activity | None, scopes: list[str]
) -> dict[str, Any]:
    claim: dict[str, Any] = {"scope": scopes, "lineitems": line_items_url(base_url, course.id, tool)}
    if activity is not None:
        own = [item for item in moodle.line_items.values() if item.activity_id == activity.id]
        if len(own) == 1:
            claim["lineitem"] = line_item_url(base_url, course.id, tool, own[0].id)
    return claim
