"""Connected courses: from them the tool opens, and their participants may be read."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.services import course as courses
from mmo_lti.services.group_link import alive_in_course
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import now, session_for_request, signed_in

PATH = "/city/settings/courses"


def make_blueprint() -> Blueprint:
    """`/city/settings/courses`."""
    pages = Blueprint("courses", __name__)
    pages.add_url_rule(PATH, view_func=connected, methods=["GET"])
    pages.add_url_rule(PATH + "/<int:number>/disconnect", view_func=course_disconnect, methods=["POST"])
    return pages


def connected() -> str:
    """The list."""
    return _page(Form({}))


def course_disconnect(number: int) -> Response:
    """Take a connection back."""
    session, actor = session_for_request(), signed_in()
    course = courses.find_course(session, actor.centre_id, number)
    return perform(
        lambda: courses.disconnect_course(session, actor, course, now()),
        form=Form(),
        page=_page,
        done=gettext("Курс отключён: его участники больше не читаются."),
        to=PATH,
    )


def _page(form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    found = courses.connected_courses(session, actor, now())
    groups = {one.id: len(alive_in_course(session, one)) for one in found}
    return render_template("settings/courses.html", form=form, courses=found, groups=groups)
