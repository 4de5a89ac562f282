"""Grades: line items, scores and results of a tool in a course."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, request

from moodle_sync.sandbox.lti import names
from moodle_sync.sandbox.lti.claims import line_item_url
from moodle_sync.sandbox.lti.registration import json_answer
from moodle_sync.sandbox.lti.tokens import tool_with_scope
from moodle_sync.sandbox.rest.time_zone import zone_of
from moodle_sync.sandbox.roles import STUDENT
from moodle_sync.sandbox.site_of import config_of, moodle_of
from moodle_sync.sandbox.tool_model import LineItem, Score, Tool

blueprint = Blueprint("lti_grades", __name__)
_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_SCORE = "application/vnd.ims.lis.v1.score+json"
_RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
_UTF8 = "; charset=utf-8"
_ACTIVITY = {"Initialized", "Started", "InProgress", "Submitted", "Completed"}
_GRADING = {"FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"}
_PATH = "/mod/lti/services.php/<int:course_id>/lineitems"
_ONE = f"{_PATH}/<int:item_id>/lineitem"


def _tool(*scopes: str) -> Tool:
    tool = tool_with_scope(*scopes)
    if request.args.get("type_id", 0, int) != tool.id:
        abort(404)
    return tool


def _item(course_id: int, item_id: int, tool: Tool) -> LineItem:
    item = moodle_of(current_app).line_items.get(item_id)
    if item is None or item.courseid != course_id or item.tool_id != tool.id:
        abort(404)
    return item


def _address(item: LineItem, tool: Tool, below: str = "") -> str:
    return line_item_url(config_of(current_app).base_url, item.courseid, tool, item.id, below)


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value


def _listed(item: LineItem, tool: Tool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": _address(item, tool),
        "label": item.label,
        "scoreMaximum": _number(item.maximum),
        "resourceId": item.resource_id,
        "tag": item.tag,
    }
    if item.activity_id:
        row |= {"resourceLinkId": str(item.activity_id), "ltiLinkId": str(item.activity_id)}
    return row


@blueprint.get(_PATH)
def line_items(course_id: int) -> Response:
    """List the line items; `resource_link_id`, `resource_id`, `tag` choose, `limit` and `from` page."""
    tool = _tool(names.LINE_ITEM, names.LINE_ITEM_READ)
    items = [item for item in moodle_of(current_app).line_items.values() if _meant(item, course_id, tool)]
    start, limit = request.args.get("from", 0, int), request.args.get("limit", 0, int)
    shown = items[start : start + limit] if limit else items[start:]
    answer = json_answer([_listed(item, tool) for item in shown], kind=_ITEMS + _UTF8)
    if limit and start + limit < len(items):
        base = f"{config_of(current_app).base_url}{request.path}?type_id={tool.id}"
        answer.headers["Link"] = f'<{base}&limit={limit}&from={start + limit}>; rel="next"'
    return answer


def _meant(item: LineItem, course_id: int, tool: Tool) -> bool:
    wanted = request.args
    return (
        item.courseid == course_id
        and item.tool_id == tool.id
        and wanted.get("resource_link_id", str(item.activity_id)) == str(item.activity_id)
        and wanted.get("resource_id", item.resource_id) == item.resource_id
        and wanted.get("tag", item.tag) == item.tag
    )


@blueprint.post(_PATH)
def create_line_item(course_id: int) -> Response:
    """Create a line item."""
    moodle, tool = moodle_of(current_app), _tool(names.LINE_ITEM)
    asked = _body(_ITEM)
    if course_id not in moodle.courses:
        abort(404)
    activity_id = int(asked.get("resourceLinkId") or 0)
    if activity_id and activity_id not in moodle.activities:
        abort(404)
    with moodle.lock:
        item = LineItem(moodle.new_id("grade_item"), course_id, tool.id, *_label_and_maximum(asked))
        item.activity_id = activity_id
        item.resource_id, item.tag = str(asked.get("resourceId", "")), str(asked.get("tag", ""))
        moodle.line_items[item.id] = item
    return json_answer({**asked, "id": _address(item, tool)}, 201, _ITEM + _UTF8)


def _body(kind: str) -> dict[str, Any]:
    asked = request.get_json(force=True, silent=True)
    if request.mimetype != kind:
        abort(415)
    if not isinstance(asked, dict):
        abort(400)
    return asked


def _label_and_maximum(asked: dict[str, Any]) -> tuple[str, float]:
    label, maximum = asked.get("label"), asked.get("scoreMaximum")
    if not isinstance(label, str) or not label or not isinstance(maximum, (int, float)) or maximum <= 0:
        abort(400)
    return label, float(maximum)


@blueprint.get(_ONE)
def line_item(course_id: int, item_id: int) -> Response:
    """Tell one line item."""
    tool = _tool(names.LINE_ITEM, names.LINE_ITEM_READ)
    return json_answer(_listed(_item(course_id, item_id, tool), tool), kind=_ITEM + _UTF8)


@blueprint.put(_ONE)
def change_line_item(course_id: int, item_id: int) -> Response:
    """Change a line item."""
    moodle, tool = moodle_of(current_app), _tool(names.LINE_ITEM)
    item, asked = _item(course_id, item_id, tool), _body(_ITEM)
    with moodle.lock:
        item.label, item.maximum = _label_and_maximum(asked)
        item.resource_id, item.tag = str(asked.get("resourceId", "")), str(asked.get("tag", ""))
        moodle.changed()
    return json_answer(_listed(item, tool), kind=_ITEM + _UTF8)


@blueprint.delete(_ONE)
def delete_line_item(course_id: int, item_id: int) -> Response:
    """Delete a line item with its marks."""
    moodle = moodle_of(current_app)
    item = _item(course_id, item_id, _tool(names.LINE_ITEM))
    with moodle.lock:
        del moodle.line_items[item.id]
        moodle.changed()
    return Response("", 204)


@blueprint.post(f"{_ONE}/scores")
def post_score(course_id: int, item_id: int) -> Response:
    """Take a mark; one that is not a whole second newer than the one that is there is refused (409)."""
    moodle = moodle_of(current_app)
    item = _item(course_id, item_id, _tool(names.SCORE))
    asked = _body(_SCORE)
    score = _score(asked)
    enrolment = moodle.enrolments[course_id].get(score.user_id)
    if enrolment is None or enrolment.role_id != STUDENT:
        abort(400)
    with moodle.lock:
        held = item.scores.get(score.user_id)
        if held is not None and _second(held) >= _second(score):
            abort(409)
        item.scores[score.user_id] = score
        moodle.changed()
    return Response("", 200, content_type=_SCORE + _UTF8)


def _score(asked: dict[str, Any]) -> Score:
    given, maximum = asked.get("scoreGiven"), asked.get("scoreMaximum")
    numbers = all(value is None or isinstance(value, (int, float)) for value in (given, maximum))
    words = asked.get("activityProgress") in _ACTIVITY and asked.get("gradingProgress") in _GRADING
    paired = given is None or (isinstance(maximum, (int, float)) and maximum > 0)
    user = str(asked.get("userId", ""))
    if not (numbers and words and paired and user.isdecimal() and isinstance(asked.get("timestamp"), str)):
        abort(400)
    if _moment(asked["timestamp"]).tzinfo is None:
        abort(400)
    final = asked["gradingProgress"] == "FullyGraded"
    return Score(
        user_id=int(user),
        given=float(given) if final and given is not None else None,
        maximum=float(maximum or 0),
        timestamp=asked["timestamp"],
        activity_progress=asked["activityProgress"],
        grading_progress=asked["gradingProgress"],
        comment=str(asked.get("comment", "")),
    )


def _second(score: Score) -> int:
    return int(_moment(score.timestamp).timestamp())


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        abort(400)


@blueprint.get(f"{_ONE}/results")
def results(course_id: int, item_id: int) -> Response:
    """List the marks of a line item; `user_id` chooses, `limit` and `from` page."""
    tool = _tool(names.RESULT_READ)
    item = _item(course_id, item_id, tool)
    wanted = request.args.get("user_id", 0, int)
    scores = [score for score in item.scores.values() if wanted in {0, score.user_id}]
    start, limit = request.args.get("from", 0, int), request.args.get("limit", 0, int)
    shown = scores[start : start + limit] if limit else scores[start:]
    rows = [_result(item, tool, score) for score in shown]
    answer = json_answer(rows, kind=_RESULTS + _UTF8)
    if limit and start + limit < len(scores):
        link = f"{_address(item, tool, '/results')}&limit={limit}&from={start + limit}"
        answer.headers["Link"] = f'<{link}>; rel="next"'
    return answer


def _result(item: LineItem, tool: Tool, score: Score) -> dict[str, Any]:
    address = _address(item, tool, "/results")
    row: dict[str, Any] = {"id": f"{address}&user_id={score.user_id}", "userId": str(score.user_id)}
    if score.given is None:
        return row
    moodle = moodle_of(current_app)
    zone = zone_of(moodle, moodle.users[score.user_id])
    row |= {"resultScore": _number(item.shown(score)), "resultMaximum": _number(item.maximum)}
    if score.comment:
        row["comment"] = score.comment
    row["scoreOf"] = _address(item, tool)
    row["timestamp"] = _moment(score.timestamp).astimezone(zone).isoformat(timespec="seconds")
    return row
