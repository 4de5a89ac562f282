"""`/webservice/rest/server.php`: reads a call, runs it, writes the answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, current_app, request

from moodle_sync.sandbox.errors import MoodleError
from moodle_sync.sandbox.rest import broken
from moodle_sync.sandbox.rest.functions import Caller, call
from moodle_sync.sandbox.rest.gate import enter
from moodle_sync.sandbox.rest.parameters import read_form
from moodle_sync.sandbox.rest.php_json import php_json
from moodle_sync.sandbox.rest.xml import xml_answer, xml_error
from moodle_sync.sandbox.site_of import config_of, moodle_of
from moodle_sync.sandbox.state import Moodle

BATCH = "tool_mobile_call_external_functions"
blueprint = Blueprint("rest", __name__)


@blueprint.route("/webservice/rest/server.php", methods=["GET", "POST"])
def serve() -> Response:
    """Answer one call of the web services."""
    moodle = moodle_of(current_app)
    closed = broken.closed(moodle)
    if closed is not None:
        return closed
    given = read_form(_pairs(moodle))
    functions = _functions(given)
    fault = moodle.faults.strike(functions)
    before = broken.before(fault, config_of(current_app))
    if before is not None:
        return before
    return broken.after(fault, _answer(moodle, given), config_of(current_app))


def _pairs(moodle: Moodle) -> list[tuple[str, str]]:
    """Return the variables that PHP would have: too large a body is lost, too many variables are cut off."""
    site = moodle.site
    query = parse_qsl(request.query_string.decode(), keep_blank_values=True)[: site.max_input_vars]
    length = request.content_length or 0
    if length > site.post_max_size:
        return query
    if request.mimetype == "multipart/form-data":
        body = [(name, value) for name, value in request.form.items(multi=True)]
    elif request.mimetype == "application/x-www-form-urlencoded":
        body = parse_qsl(request.get_data(as_text=True), keep_blank_values=True)
    else:
        body = []
    return query + body[: site.max_input_vars]


def _functions(given: dict[str, Any]) -> tuple[str, ...]:
    name = str(given.get("wsfunction", ""))
    items = given.get("requests")
    if name != BATCH or not isinstance(items, dict):
        return (name,)
    return (name, *(str(item.get("function", "")) for item in items.values() if isinstance(item, dict)))


def _answer(moodle: Moodle, given: dict[str, Any]) -> Response:
    token, name = str(given.pop("wstoken", "")), str(given.pop("wsfunction", ""))
    as_json = given.pop("moodlewsrestformat", "xml") == "json"
    given.pop("moodlewssettingraw", None)
    given.pop("moodlewssettingfilter", None)
    language, zone = (str(given.pop(f"moodlewssetting{name}", "")) for name in ("lang", "timezone"))
    works: list[Any] = []
    with moodle.lock:
        try:
            user = enter(moodle, token, name, request.remote_addr or "")
            caller = Caller(moodle, user, config_of(current_app).base_url, works, language, zone)
            answer = call(caller, name, given)
            text = php_json(answer) if as_json else xml_answer(answer)
        except MoodleError as error:
            text = php_json(error.as_answer()) if as_json else xml_error(error)
    moodle.meter.note(works, len(text), config_of(current_app).cost)
    kind = "application/json" if as_json else "application/xml; charset=utf-8"
    return Response(text, content_type=kind)
