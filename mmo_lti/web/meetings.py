"""Meetings and events of a year: the list, and planning one outside the plan."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.rules.activity import Level
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import meeting as meetings
from mmo_lti.services import meeting_page
from mmo_lti.services.association import find_association
from mmo_lti.services.association_page import association_year
from mmo_lti.services.link import meeting_path
from mmo_lti.services.meeting import MeetingFields
from mmo_lti.services.permission import NotFound
from mmo_lti.web import meeting, words
from mmo_lti.web.form import Form, one_of, perform
from mmo_lti.web.request import now, session_for_request, signed_in

LIST = "/a/<code>/<year:year>/meetings"


def make_blueprint() -> Blueprint:
    """`/a/CODE/2026-27/meetings` and one of them; an event that is no meeting is `…/events/N`."""
    pages = Blueprint("meetings", __name__)
    pages.add_url_rule(LIST, view_func=meetings_list, methods=["GET"])
    pages.add_url_rule(LIST, view_func=meeting_plan, methods=["POST"])
    for address in (LIST + "/<int:number>", LIST.replace("/meetings", "/events") + "/<int:number>"):
        pages.add_url_rule(address, view_func=meeting.meeting_view, methods=["GET"])
        pages.add_url_rule(address, view_func=meeting.meeting_change, methods=["POST"])
        pages.add_url_rule(address + "/screen", view_func=meeting.screen_view, methods=["GET"])
        pages.add_url_rule(
            address + "/sheet.<any(docx, pdf):kind>", view_func=meeting.sheet_file, methods=["GET"]
        )
    return pages


def meetings_list(code: str, year: AcademicYear) -> str:
    """The year's list, and the form for one outside the plan."""
    return _page(code, year, Form({}))


def meeting_plan(code: str, year: AcademicYear) -> Response:
    """Plan a meeting or event outside the plan."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    fields = MeetingFields(
        topic=form.text("topic", required=True, longest=300),
        form=form.text("form"),
        place=form.text("place"),
        starts_at=form.moment("day", "clock") if form.text("clock") else None,
        day=form.day("day", required=True),
        is_meeting=form.ticked("is_meeting"),
        for_young=form.ticked("for_young"),
        level=one_of(Level, form.text("level")),
    )
    return perform(
        lambda: meetings.plan_meeting(
            session, actor, association, year, fields, now(), form_key=form.text("form_key")
        ),
        form=form,
        page=lambda tried: _page(code, year, tried),
        done=gettext("Мероприятие запланировано. Пригласите на него, когда известны время и место."),
        to=lambda warned: meeting_path(association, warned.thing),
    )


def _page(code: str, year: AcademicYear, form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    page = association_year(session, actor, association, year, now())
    if page.rows is None:
        raise NotFound
    return render_template(
        "meetings/list.html",
        form=form,
        association=association,
        year=year,
        page=page,
        planning=meeting_page.planning(session, actor, association, year, now()),
        levels=words.level_words().items(),
    )
