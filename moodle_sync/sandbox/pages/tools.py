"""«Внешние инструменты»: connecting tools, activating them, changing the platform's key."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from moodle_sync.sandbox.lti.platform import platform_of
from moodle_sync.sandbox.lti.registration import begin_registration, register_tool
from moodle_sync.sandbox.pages.course import parse_custom
from moodle_sync.sandbox.pages.session import current_user, for_signed_in, is_admin, must_carry_sesskey
from moodle_sync.sandbox.site_of import config_of, moodle_of

blueprint = Blueprint("tools", __name__)
_STATES = {"activate": "active", "deactivate": "pending"}


def _for_admin() -> None:
    if not is_admin(current_user()):
        abort(403)


@blueprint.get("/mod/lti/toolconfigure.php")
@for_signed_in
def configure() -> str:
    """Show the tools and the ways to connect one."""
    _for_admin()
    config = config_of(current_app)
    base = f"{config.base_url}/mod/lti"
    values = {
        "Идентификатор платформы (issuer)": config.base_url,
        "Адрес авторизации": f"{base}/auth.php",
        "Адрес выдачи токенов": f"{base}/token.php",
        "Адрес открытых ключей": f"{base}/certs.php",
    }
    tools = list(moodle_of(current_app).tools.values())
    return render_template("tools.html", tools=tools, values=values, tool_url=config.tool_url)


@blueprint.get("/mod/lti/startltiadvregistration.php")
@for_signed_in
def start_registration() -> BaseResponse:
    """Open a tool's registration page (`url`) with the platform's description and a token."""
    _for_admin()
    must_carry_sesskey()
    url = request.args.get("url", "").strip()
    if urlsplit(url).scheme not in {"http", "https"}:
        abort(400)
    token = begin_registration(platform_of(current_app), moodle_of(current_app).now())
    description = f"{config_of(current_app).base_url}/mod/lti/openid-configuration.php"
    query = urlencode({"openid_configuration": description, "registration_token": token})
    return redirect(f"{url}{'&' if urlsplit(url).query else '?'}{query}", 303)


@blueprint.get("/mod/lti/registration.php")
@for_signed_in
def registration() -> str:
    """Show the tool's registration page in a frame, and come back when it says that it is done."""
    _for_admin()
    must_carry_sesskey()
    start = url_for(
        "tools.start_registration", url=request.args.get("url", ""), sesskey=request.args["sesskey"]
    )
    return render_template("registration.html", start=start)


@blueprint.post("/mod/lti/toolconfigure.php")
@for_signed_in
def change() -> BaseResponse:
    """Change a tool (`id`): `action` activate, deactivate or delete; or `rotate` the platform's key."""
    _for_admin()
    must_carry_sesskey()
    moodle, action = moodle_of(current_app), request.form.get("action", "")
    if action == "rotate":
        platform_of(current_app).keys.rotate()
        flash("Ключ платформы сменён: старый и новый опубликованы вместе.")
        return redirect(url_for("tools.configure"), 303)
    tool = moodle.tools.get(request.form.get("id", 0, int))
    if tool is None:
        abort(404)
    with moodle.lock:
        if action == "delete":
            moodle.activities = {key: row for key, row in moodle.activities.items() if row.tool_id != tool.id}
            del moodle.tools[tool.id]
        elif action in _STATES:
            tool.state = _STATES[action]
        elif action == "share":
            tool.share_name = tool.share_email = request.form.get("share", "delegate")
        else:
            abort(400)
        moodle.changed()
    return redirect(url_for("tools.configure"), 303)


@blueprint.post("/mod/lti/typessettings.php")
@for_signed_in
def add_by_hand() -> BaseResponse:
    """Connect a tool by typing its addresses, under the names of Moodle's own fields."""
    _for_admin()
    must_carry_sesskey()
    form = request.form
    names = ("lti_typename", "lti_toolurl", "lti_initiatelogin", "lti_redirectionuris", "lti_publickeyset")
    typed = [form.get(name, "").strip() for name in names]
    if not all(typed):
        abort(400)
    moodle = moodle_of(current_app)
    with moodle.lock:
        tool = register_tool(
            moodle,
            typed[0],
            typed[1],
            typed[2],
            typed[3].split()[0],
            typed[4],
            custom=parse_custom(form.get("lti_customparameters", "")),
            redirect_uris=typed[3].split(),
            deep_linking_uri=typed[1] if form.get("lti_contentitem") else "",
        )
    flash(f"Инструмент подключён: client_id {tool.client_id}, deployment_id {tool.id}.")
    return redirect(url_for("tools.configure"), 303)
