"""Meetings and events of a year: plan, invite, move, cancel, agenda, who came, held."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.activity import Level
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import agenda, attendance, meeting_page
from mmo_lti.services import meeting as meetings
from mmo_lti.services.agenda import Question
from mmo_lti.services.association import find_association
from mmo_lti.services.association_page import association_year
from mmo_lti.services.attendance import GuestFields
from mmo_lti.services.meeting import MeetingFields
from mmo_lti.services.meeting_protocol import protocol_of
from mmo_lti.services.permission import NotFound
from mmo_lti.web import words
from mmo_lti.web.form import Form, one_of, perform
from mmo_lti.web.request import now, session_for_request, signed_in, today

LIST = "/a/<code>/<year:year>/meetings"
ONE = LIST + "/<int:number>"
Acts = dict[str, tuple[Callable[[], object], str]]


def make_blueprint() -> Blueprint:
    """`/a/CODE/2026-27/meetings/N`; events that are no meetings have their own word in the address."""
    pages = Blueprint("meetings", __name__)
    pages.add_url_rule(LIST, view_func=meetings_list, methods=["GET"])
    pages.add_url_rule(LIST, view_func=meeting_plan, methods=["POST"])
    for address in (ONE, ONE.replace("/meetings/", "/events/")):
        pages.add_url_rule(address, view_func=meeting_page_view, methods=["GET"])
        pages.add_url_rule(address, view_func=meeting_change, methods=["POST"])
    return pages


def meetings_list(code: str, year: AcademicYear) -> str:
    """The year's list, and the form for one outside the plan."""
    return _list(code, year, Form({}))


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
        day=form.day("day"),
        is_meeting=form.ticked("is_meeting"),
        for_young=form.ticked("for_young"),
        level=one_of(Level, form.text("level")),
    )
    return perform(
        lambda: meetings.plan_meeting(
            session, actor, association, year, fields, now(), form_key=form.text("form_key")
        ),
        form=form,
        page=lambda tried: _list(code, year, tried),
        done=gettext("Мероприятие запланировано. Пригласите на него, когда известны время и место."),
        to=lambda warned: f"/a/{code}/{year.slug}/meetings/{warned.thing.number}",
    )


def meeting_page_view(code: str, year: AcademicYear, number: int) -> str:
    """One meeting."""
    return _page(*_found(code, year, number), Form({}))


def meeting_change(code: str, year: AcademicYear, number: int) -> Response:
    """Whatever changes one meeting; `act` names it."""
    form = Form()
    association, meeting = _found(code, year, number)
    acts = _before(meeting, form) | _after(meeting, form)
    chosen = form.text("act")
    if chosen not in acts:
        raise NotFound
    act, done = acts[chosen]
    to = f"/a/{code}/{year.slug}/meetings/{number}"
    return perform(
        act,
        form=form,
        page=lambda tried: _page(association, meeting, tried),
        done=done,
        to=lambda _result: _next(meeting, to) if chosen == "held" else to,
    )


def _before(meeting: Meeting, form: Form) -> Acts:
    session, actor, moment = session_for_request(), signed_in(), now()
    starts_at = form.moment("day", "clock") if form.text("act") in {"call", "move"} else None
    place, reason = form.text("place"), form.text("reason")
    minutes = form.number("minutes") or meeting.minutes
    return {
        "call": (
            lambda: meetings.call(
                session,
                actor,
                meeting,
                starts_at=starts_at or moment,
                place=place,
                topic=form.text("topic"),
                minutes=minutes,
                now=moment,
            ),
            gettext("Приглашения отправлены. Мероприятие появится в календаре Moodle."),
        ),
        "move": (
            lambda: meetings.move(
                session,
                actor,
                meeting,
                starts_at=starts_at or moment,
                place=place or None,
                reason=reason,
                minutes=minutes,
                now=moment,
            ),
            gettext("Перенесено. Приглашённые узнают о новом времени и месте."),
        ),
        "cancel": (
            lambda: meetings.cancel(session, actor, meeting, reason, moment),
            gettext("Отменено. Приглашённые узнают об этом."),
        ),
        "coming": (
            lambda: attendance.rsvp(session, actor, meeting, True, moment),
            gettext("Спасибо, вас ждут."),
        ),
        "not_coming": (
            lambda: attendance.rsvp(session, actor, meeting, False, moment),
            gettext("Отмечено, что вас не будет."),
        ),
    }


def _after(meeting: Meeting, form: Form) -> Acts:
    session, actor, moment = session_for_request(), signed_in(), now()
    present = [int(one) for one in form.chosen("present") if one.isdecimal()]
    return {
        "agenda": (
            lambda: agenda.set_agenda(session, actor, meeting, _questions(form), moment),
            gettext("Повестка сохранена."),
        ),
        "guests": (
            lambda: attendance.set_guests(session, actor, meeting, _guests(form), moment),
            gettext("Приглашённые сохранены."),
        ),
        "attendance": (
            lambda: attendance.mark(session, actor, meeting, present, moment),
            gettext("Присутствие отмечено."),
        ),
        "held": (
            lambda: meetings.mark_held(session, actor, meeting, moment, present=present),
            gettext("Отмечено как проведённое. Черновик протокола готов."),
        ),
        "unmark": (
            lambda: meetings.unmark_held(session, actor, meeting, moment),
            gettext("Отметка снята, номер черновика протокола сохранён."),
        ),
    }


def _questions(form: Form) -> list[Question]:
    rows = zip(form.chosen("wording"), form.chosen("speaker"), form.chosen("question"), strict=False)
    return [
        Question(wording=wording, speaker=speaker, id=int(number) if number.isdecimal() else None)
        for wording, speaker, number in rows
    ]


def _guests(form: Form) -> list[GuestFields]:
    lines = [line.partition(",") for line in form.text("guests", longest=10_000).splitlines()]
    return [GuestFields(name.strip(), position.strip()) for name, _, position in lines if name.strip()]


def _next(meeting: Meeting, to: str) -> str:
    protocol = protocol_of(session_for_request(), meeting) if meeting.is_meeting else None
    return to.split("/meetings/", maxsplit=1)[0] + f"/protocols/{protocol.number}" if protocol else to


def _found(code: str, year: AcademicYear, number: int) -> tuple[Association, Meeting]:
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    return association, meeting_page.find_meeting(session, association, year, number)


def _page(association: Association, meeting: Meeting, form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    page = meeting_page.meeting_page(session, actor, meeting, now())
    return render_template(
        "meetings/page.html",
        form=form,
        association=association,
        year=AcademicYear(meeting.year),
        meeting=meeting,
        page=page,
        may={one.value for one in page.may},
        today=today(),
    )


def _list(code: str, year: AcademicYear, form: Form) -> str:
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
