"""The launch: login initiation (`launch.php`) and the answer with the token (`auth.php`)."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from moodle_sync.sandbox.lti.claims import deep_linking_claims, resource_link_claims
from moodle_sync.sandbox.lti.pending import PendingLaunch
from moodle_sync.sandbox.lti.platform import platform_of
from moodle_sync.sandbox.pages.session import current_user, sesskey
from moodle_sync.sandbox.rights import may, may_enter, shows_to
from moodle_sync.sandbox.site_of import config_of, moodle_of
from moodle_sync.sandbox.tool_model import Activity, Tool

blueprint = Blueprint("lti_launch", __name__)
_WANTED = ("scope", "response_type", "client_id", "redirect_uri", "login_hint", "nonce")


def form_post(action: str, name: str, fields: dict[str, str]) -> Response:
    """Return a page that sends a form by itself."""
    page = render_template("form_post.html", action=action, name=name, fields=fields)
    return Response(page, headers={"Cache-Control": "no-store"})


@blueprint.get("/mod/lti/launch.php")
def launch() -> BaseResponse:
    """Begin the launch of an activity: a form that the browser posts to the tool."""
    moodle = moodle_of(current_app)
    user = current_user()
    activity = moodle.activity_by_cmid(request.args.get("id", 0, int))
    if activity is None:
        abort(404)
    if user is None or not may_enter(moodle, user.id, moodle.courses[activity.courseid]):
        return redirect(url_for("session.login", wantsurl=request.full_path), 303)
    if not shows_to(moodle, user.id, activity):
        return redirect(url_for("course.view", id=activity.courseid), 303)
    tool = moodle.tools[activity.tool_id]
    if tool.state != "active":
        abort(404)
    return initiate(tool, PendingLaunch(user.id, tool.id, activity.courseid, activity.id), activity)


def initiate(tool: Tool, pending: PendingLaunch, activity: Activity | None) -> Response:
    """Return the login initiation for a launch."""
    hint = platform_of(current_app).pending.begin(pending, activity.cmid if activity else 0)
    target = activity.target_link_uri if activity else tool.deep_linking_uri
    fields = {
        "iss": config_of(current_app).base_url,
        "target_link_uri": target or tool.target_link_uri,
        "login_hint": str(pending.user_id),
        "lti_message_hint": hint,
        "client_id": tool.client_id,
        "lti_deployment_id": str(tool.id),
    }
    return form_post(tool.initiate_login_uri, "ltiInitiateLoginForm", fields)


@blueprint.route("/mod/lti/auth.php", methods=["GET", "POST"])
def auth() -> Response:
    """Answer the tool's authentication request with a signed token, posted by the browser."""
    given = {**request.args.to_dict(), **request.form.to_dict()}
    user = current_user()
    if user is None and not given.get("repost"):
        # Where another site sends the form, a browser keeps our cookie back: send it again from here.
        return form_post(request.path, "ltiRepost", {**given, "repost": "1"})
    pending = platform_of(current_app).pending.take(given.get("lti_message_hint", ""))
    moodle = moodle_of(current_app)
    tool = moodle.tools.get(pending.tool_id) if pending else None
    if pending is None or tool is None or given.get("redirect_uri") not in tool.redirect_uris:
        return Response(render_template("error.html", message="Invalid request"), 400)
    error = _error(given, tool)
    if not error and (user is None or user.id != pending.user_id or given["login_hint"] != str(user.id)):
        error = "access_denied" if user else "login_required"
    state = {"state": given["state"]} if "state" in given else {}
    if error:
        return form_post(given["redirect_uri"], "ltiAuthForm", {"error": error, **state})
    fields = {"id_token": _id_token(tool, pending, given["nonce"]), **state}
    return form_post(given["redirect_uri"], "ltiAuthForm", fields)


def _error(given: dict[str, str], tool: Tool) -> str:
    if any(not given.get(name) for name in _WANTED):
        return "invalid_request"
    if given["scope"] != "openid":
        return "invalid_scope"
    if given["response_type"] != "id_token":
        return "unsupported_response_type"
    if given["client_id"] != tool.client_id:
        return "unauthorized_client"
    if given.get("response_mode") != "form_post" or given.get("prompt", "none") != "none":
        return "invalid_request"
    return ""


def _id_token(tool: Tool, pending: PendingLaunch, nonce: str) -> str:
    moodle = moodle_of(current_app)
    base_url = config_of(current_app).base_url
    user = moodle.users[pending.user_id]
    with moodle.lock:
        if pending.activity_id:
            activity = moodle.activities[pending.activity_id]
            claims = resource_link_claims(moodle, base_url, tool, activity, user, nonce, sesskey())
        else:
            course = moodle.courses[pending.course_id]
            claims = deep_linking_claims(moodle, base_url, tool, course, user, nonce, sesskey())
    return platform_of(current_app).keys.sign(claims)


def may_add_activities(user_id: int, course_id: int) -> bool:
    """Say whether somebody may put activities into a course."""
    moodle = moodle_of(current_app)
    return may(moodle, user_id, "mod/lti:addinstance", moodle.courses[course_id])
