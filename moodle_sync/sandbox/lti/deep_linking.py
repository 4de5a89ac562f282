"""Choosing what to embed: the request to the tool, and the items that come back."""

from __future__ import annotations

from secrets import compare_digest
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request

from moodle_sync.sandbox.lti import names
from moodle_sync.sandbox.lti.launch import form_post, initiate, may_add_activities
from moodle_sync.sandbox.lti.pending import PendingLaunch
from moodle_sync.sandbox.lti.tokens import NotTrusted, read_tool_token
from moodle_sync.sandbox.pages.session import current_user, for_signed_in, sesskey, signed_in
from moodle_sync.sandbox.site_of import config_of, moodle_of
from moodle_sync.sandbox.tool_model import Activity, LineItem, Tool

blueprint = Blueprint("deep_linking", __name__)


def _tool(tool_id: int) -> Tool:
    tool = moodle_of(current_app).tools.get(tool_id)
    if tool is None or tool.state != "active":
        abort(404)
    return tool


@blueprint.get("/mod/lti/contentitem.php")
@for_signed_in
def choose() -> Response:
    """Ask a tool (`id`) what to put into a course (`course`)."""
    user = signed_in()
    tool, course_id = _tool(request.args.get("id", 0, int)), request.args.get("course", 0, int)
    if course_id not in moodle_of(current_app).courses or not tool.deep_linking_uri:
        abort(404)
    if not may_add_activities(user.id, course_id):
        abort(403)
    return initiate(tool, PendingLaunch(user.id, tool.id, course_id), None)


@blueprint.post("/mod/lti/contentitem_return.php")
def take_back() -> Response | str:
    """Take over the items that the tool offers (`JWT`): each becomes an activity."""
    user = current_user()
    if user is None and not request.form.get("repost"):
        fields = {**request.form.to_dict(), "repost": "1"}
        return form_post(request.full_path.rstrip("?"), "ltiRepost", fields)
    if user is None or not compare_digest(request.args.get("sesskey", ""), sesskey()):
        abort(403)
    moodle = moodle_of(current_app)
    course_id, tool = request.args.get("course", 0, int), _tool(request.args.get("id", 0, int))
    if course_id not in moodle.courses or not may_add_activities(user.id, course_id):
        abort(403)
    try:
        claims = read_tool_token(request.form.get("JWT", ""), tool)
        items = _items(claims, tool)
    except NotTrusted as refused:
        return Response(render_template("error.html", message=refused.code), 400)
    with moodle.lock:
        added = [_add(course_id, tool, item) for item in items]
    message = str(claims.get(f"{names.DEEP_LINKING}msg", ""))
    return render_template("chosen.html", course=moodle.courses[course_id], added=added, message=message)


def _items(claims: dict[str, Any], tool: Tool) -> list[dict[str, Any]]:
    expected = {
        "iss": tool.client_id,
        "aud": config_of(current_app).base_url,
        f"{names.CLAIM}deployment_id": str(tool.id),
        f"{names.CLAIM}message_type": names.DEEP_LINK_RESPONSE,
        f"{names.CLAIM}version": "1.3.0",
    }
    for name, value in expected.items():
        if claims.get(name) != value and claims.get(name) != [value]:
            raise NotTrusted(f"wrong {name.rpartition('/')[2]}")
    if not claims.get("nonce"):
        raise NotTrusted("no nonce")
    items = claims.get(f"{names.DEEP_LINKING}content_items", [])
    if not isinstance(items, list) or any(not isinstance(item, dict) for item in items):
        raise NotTrusted("wrong content_items")
    return [item for item in items if item.get("type") == "ltiResourceLink"]


def _add(course_id: int, tool: Tool, item: dict[str, Any]) -> Activity:
    """Make an activity of an item: it shares neither name nor e-mail unless the tool always does."""
    moodle = moodle_of(current_app)
    custom = {str(name): str(value) for name, value in item.get("custom", {}).items()}
    activity = moodle.add_activity(
        course_id,
        tool.id,
        str(item.get("title") or tool.name)[:255],
        intro=str(item.get("text", "")),
        target_link_uri=str(item.get("url") or tool.target_link_uri),
        custom=custom,
        send_name=False,
        send_email=False,
        accept_grades="lineItem" in item,
        icon=str(item.get("icon", {}).get("url", "")),
    )
    line = item.get("lineItem")
    if isinstance(line, dict):
        label, maximum = str(line.get("label") or activity.name), float(line.get("scoreMaximum", 100))
        row = LineItem(moodle.new_id("grade_item"), course_id, tool.id, label, maximum, activity.id)
        row.resource_id, row.tag = str(line.get("resourceId", "")), str(line.get("tag", ""))
        moodle.line_items[row.id] = row
    return activity
