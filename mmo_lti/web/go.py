"""`/go/CODE`: where a link in a mail or a message, or a QR code, leads, signed in or not.

Signed in, it opens the thing. Otherwise it names nobody and nothing, and leads through Moodle; a running
meeting's link shows the code to be typed there.
"""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from mmo_lti.installation import Installation, installation
from mmo_lti.models.notice import Notice
from mmo_lti.services import check_in, notice, way_back
from mmo_lti.web.request import current_actor, now, session_for_request

PREFETCH = "prefetch"


def make_blueprint() -> Blueprint:
    """Pages that need no sign-in."""
    pages = Blueprint("public", __name__)
    pages.add_url_rule("/go/<code>", view_func=go, methods=["GET"])
    return pages


def attach(app: Flask) -> None:
    """Let launches land where a link was to lead."""
    site: Installation = app.extensions["mmo"]
    site.landings.append(way_back.take)


def go(code: str) -> Response | tuple[str, int]:
    """Open what the notice of `code` is about, or the meeting's check-in, or show the way through Moodle."""
    found = notice.by_code(session_for_request(), code)
    if found is None:
        return _meeting(code)
    actor = current_actor()
    if actor is not None and actor.centre_id == found.centre_id:
        return redirect(found.link or "/", 302)
    if not _is_robot():
        _mark(found)
    return render_template(
        "go/page.html", way=way_back.way_to_moodle(session_for_request(), found, now())
    ), 200


def _meeting(code: str) -> Response | tuple[str, int]:
    session, actor = session_for_request(), current_actor()
    meeting = check_in.by_link(session, code)
    if meeting is None:
        return render_template("go/unknown.html"), 404
    if actor is not None and actor.centre_id == meeting.centre_id:
        return redirect(f"/check-in/{code}", 302)
    is_open = check_in.refusal_now(session, meeting, now()) is None
    return render_template(
        "go/meeting.html",
        way=way_back.way_to_association(session, meeting.association),
        code=meeting.check_in_code if is_open else "",
    ), 200


def _mark(found: Notice) -> None:
    with installation().database.write() as session:
        way_back.mark(session, found, now())


def _is_robot() -> bool:
    """Whether a browser only looks ahead, or a mail filter asks for headers: nobody has opened the link."""
    return request.method == "HEAD" or PREFETCH in request.headers.get("Sec-Purpose", "")
