"""The page for a launch from a course that nobody connected, and the gate that leads there.

School classes with pupils share the Moodle: from their courses no name is read and no page opens. Here alone
an invitation is redeemed, and a coordinator connects the course (R1, «Who may»).
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from mmo_lti.installation import Installation
from mmo_lti.rules.errors import RuleError
from mmo_lti.services.admission import Admission
from mmo_lti.services.arrival import arrival_of, is_admitted
from mmo_lti.services.course import connect_course, find_course
from mmo_lti.services.invitation import redeem
from mmo_lti.services.permission import NotFound
from mmo_lti.web.request import is_open_to_all, now, session_for_request, signed_in

PAGE = "/course"
TECHNICAL = ("/admin", "/city/sync")
"""What a site administrator sees from any course: technical health, no personal data."""


def make_blueprint() -> Blueprint:
    """The page about the course of the launch."""
    pages = Blueprint("arrival", __name__)
    pages.add_url_rule(PAGE, view_func=course_page, methods=["GET"])
    pages.add_url_rule(PAGE + "/invitation", view_func=invitation_redeem, methods=["POST"])
    pages.add_url_rule(PAGE + "/connect", view_func=course_connect, methods=["POST"])
    return pages


def attach(app: Flask) -> None:
    """Put the gate before every page, and lead coordinators to the page of an unconnected course."""
    app.before_request(_gate)
    installation: Installation = app.extensions["mmo"]
    installation.landings.append(_landing)


def course_page() -> BaseResponse:
    """What the course of the launch is to us."""
    return _page(200)


def invitation_redeem() -> BaseResponse:
    """Become the centre's first coordinator by the code from the registration."""
    try:
        redeem(session_for_request(), signed_in(), request.form.get("code", ""), now())
    except RuleError as refused:
        return _page(409, refused.code)
    return redirect(PAGE, 303)


def course_connect() -> BaseResponse:
    """Connect the course of the launch."""
    actor, session = signed_in(), session_for_request()
    if actor.course_id is None:
        raise NotFound
    connect_course(session, actor, find_course(session, actor.centre_id, actor.course_id), now())
    return redirect("/", 303)


def _page(status: int, fault: str = "") -> Response:
    arrival = arrival_of(session_for_request(), signed_in(), now())
    return make_response(render_template("lti/course.html", arrival=arrival, fault=fault), status)


def _gate() -> Response | None:
    if is_open_to_all() or request.blueprint == "arrival":
        return None
    actor = signed_in()
    if is_admitted(session_for_request(), actor, now()):
        return None
    if actor.site_administrator and request.path.startswith(TECHNICAL):
        return None
    return _page(403)


def _landing(session: Session, admission: Admission, moment: datetime) -> str | None:
    if admission.connected or admission.actor.course_id is None:
        return None
    arrival = arrival_of(session, admission.actor, moment)
    return PAGE if arrival.coordinator or not arrival.officer else None
