"""One meeting or event: invite, move, cancel, agenda, who came, held."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, send_file
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from mmo_lti.installation import installation
from mmo_lti.models.association import Association
from mmo_lti.models.meeting import AttendanceMark, Meeting
from mmo_lti.rules.states import MeetingState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import agenda, attendance, attendance_document, meeting_page
from mmo_lti.services import meeting as meetings
from mmo_lti.services.agenda import Question
from mmo_lti.services.association import find_association
from mmo_lti.services.attendance import GuestFields
from mmo_lti.services.check_in_door import Door, door_of
from mmo_lti.services.link import go_path, meeting_path, protocol_path
from mmo_lti.services.meeting_protocol import protocol_of
from mmo_lti.services.permission import NotFound
from mmo_lti.web.form import LARGEST, Form, perform
from mmo_lti.web.qr_code import qr_code
from mmo_lti.web.request import now, session_for_request, signed_in

Acts = dict[str, tuple[Callable[[], object], str]]


def meeting_view(code: str, year: AcademicYear, number: int) -> str:
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
    if chosen == "held" and _ticks_nobody(meeting, form):
        return Response(_nobody_page(association, meeting), mimetype="text/html")
    act, done = acts[chosen]
    return perform(
        act,
        form=form,
        page=lambda tried: _page(association, meeting, tried),
        done=done,
        to=lambda _result: _next(meeting) if chosen == "held" else request.path,
    )


def _ticks_nobody(meeting: Meeting, form: Form) -> bool:
    """Whether a list came without a single tick, and nobody checked in while it was open."""
    if meeting.state is not MeetingState.PLANNED or "listed" not in form.values or form.chosen("present"):
        return False
    shown = form.numbers("shown")
    return not any(
        row.mark is AttendanceMark.PRESENT and row.person_id not in shown for row in meeting.attendance
    )


def _nobody_page(association: Association, meeting: Meeting) -> str:
    """Asks before a protocol with nobody present is drafted."""
    return render_template(
        "meetings/nobody.html", association=association, meeting=meeting, year=AcademicYear(meeting.year)
    )


def sheet_file(code: str, year: AcademicYear, number: int, kind: str) -> FlaskResponse:
    """The registration sheet, to be printed."""
    session, actor = session_for_request(), signed_in()
    _, meeting = _found(code, year, number)
    public_url = installation().config.public_url
    content, media_type = attendance_document.sheet(session, actor, meeting, kind, now(), public_url)
    name = f"list-registracii-{year.slug}-{number}.{kind}"
    return send_file(BytesIO(content), mimetype=media_type, download_name=name, as_attachment=True)


def screen_view(code: str, year: AcademicYear, number: int) -> str | Response:
    """The QR code and the six digits alone, to be projected or printed; back to the meeting without them."""
    association, meeting = _found(code, year, number)
    door = door_of(session_for_request(), signed_in(), meeting, now())
    if door is None:
        return redirect(meeting_path(association, meeting), 302)
    return render_template(
        "meetings/screen.html", association=association, meeting=meeting, door=door, qr=_qr_of(door)
    )


def _qr_of(door: Door) -> Markup:
    return qr_code(installation().config.public_url + go_path(door.link))


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
            gettext("День и место сохранены. Приглашённые узнают о новом времени и месте.")
            if meeting.called_at
            else gettext("День и место сохранены."),
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
    listed = "listed" in form.values or bool(form.chosen("present"))
    present, shown, guests = form.numbers("present"), form.numbers("shown"), _guests(form)
    return {
        "agenda": (
            lambda: agenda.set_agenda(session, actor, meeting, _questions(form), moment),
            gettext("Повестка сохранена."),
        ),
        "guests": (
            lambda: attendance.set_guests(session, actor, meeting, guests, moment),
            gettext("Приглашённые сохранены."),
        ),
        "attendance": (
            lambda: attendance.mark(session, actor, meeting, present, moment, shown=shown),
            gettext("Присутствие отмечено."),
        ),
        "held": (
            lambda: meetings.mark_held(
                session, actor, meeting, moment, present=present if listed else None, shown=shown
            ),
            gettext("Отмечено как проведённое. Черновик протокола готов.")
            if meeting.is_meeting
            else gettext("Отмечено как проведённое."),
        ),
        "unmark": (
            lambda: meetings.unmark_held(session, actor, meeting, moment),
            gettext("Отметка снята, номер черновика протокола сохранён.")
            if meeting.is_meeting
            else gettext("Отметка снята."),
        ),
    }


def _questions(form: Form) -> list[Question]:
    rows = zip(form.chosen("wording"), form.chosen("speaker"), form.chosen("question"), strict=False)
    return [
        Question(
            wording=wording,
            speaker=speaker,
            id=int(number) if number.isdecimal() and int(number) <= LARGEST else None,
        )
        for wording, speaker, number in rows
    ]


def _guests(form: Form) -> list[GuestFields]:
    lines = [line.partition(",") for line in form.text("guests", longest=10_000).splitlines()]
    return [GuestFields(name.strip(), position.strip()) for name, _, position in lines if name.strip()]


def _next(meeting: Meeting) -> str:
    protocol = protocol_of(session_for_request(), meeting) if meeting.is_meeting else None
    return protocol_path(meeting.association, protocol) if protocol else request.path


def _found(code: str, year: AcademicYear, number: int) -> tuple[Association, Meeting]:
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    return association, meeting_page.find_meeting(session, association, year, number)


def _page(association: Association, meeting: Meeting, form: Form) -> str:
    page = meeting_page.meeting_page(session_for_request(), signed_in(), meeting, now())
    return render_template(
        "meetings/page.html",
        form=form,
        association=association,
        year=AcademicYear(meeting.year),
        meeting=meeting,
        page=page,
        qr=_qr_of(page.door) if page.door else None,
        may={one.value for one in page.may},
    )
