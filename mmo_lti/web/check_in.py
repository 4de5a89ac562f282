"""«Я на заседании»: one tap after the QR code, or six digits typed after a launch from Moodle."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import check_in, typed_code
from mmo_lti.services.link import meeting_path
from mmo_lti.services.permission import NotFound
from mmo_lti.web.form import Form, Page, perform
from mmo_lti.web.request import now, session_for_request, signed_in
from mmo_lti.web.sentences import sentence, sentences

PAGE = "/check-in"


def make_blueprint() -> Blueprint:
    """`/check-in` takes the digits, `/check-in/CODE` is where the QR code leads whoever is signed in."""
    pages = Blueprint("check_in", __name__)
    pages.add_url_rule(PAGE, view_func=code_page, methods=["GET"])
    pages.add_url_rule(PAGE, view_func=code_typed, methods=["POST"])
    pages.add_url_rule(PAGE + "/<code>", view_func=link_page, methods=["GET"])
    pages.add_url_rule(PAGE + "/<code>", view_func=link_tapped, methods=["POST"])
    return pages


def code_page() -> str:
    """Where the six digits are typed."""
    return _code_page(Form({}))


def code_typed() -> Response:
    """Check in to the meeting whose digits were typed."""
    form = Form()
    meeting = _meeting_of(form)
    if meeting is None:
        return Response(_code_page(form), 422, mimetype="text/html")
    return _check_in(meeting, form, _code_page)


def link_page(code: str) -> str:
    """The meeting of the QR code: one button."""
    return _link_page(_found(code), Form({}))


def link_tapped(code: str) -> Response:
    """Check in to the meeting of the QR code."""
    meeting = _found(code)
    return _check_in(meeting, Form(), lambda tried: _link_page(meeting, tried))


def _check_in(meeting: Meeting, form: Form, page: Page) -> Response:
    session, actor = session_for_request(), signed_in()
    return perform(
        lambda: check_in.check_in(session, actor, meeting, now()),
        form=form,
        page=page,
        done=gettext("Вы отмечены на заседании.") if meeting.is_meeting else gettext("Вы отмечены."),
        to=meeting_path(meeting.association, meeting),
    )


def _meeting_of(form: Form) -> Meeting | None:
    """The meeting of the typed digits; else what is wrong stands in the form."""
    session = session_for_request()
    typed = form.text("code", required=True, longest=40)
    if not form.faults and not typed_code.is_whole(typed):
        form.faults["code"] = gettext("Код – шесть цифр. Они на экране, под QR-кодом.")
    if form.faults:
        return None
    try:
        meeting = typed_code.meeting_of(session, signed_in(), typed, now())
    except RuleError as refused:
        session.rollback()
        form.refusals.extend(sentences(refused))
        return None
    if meeting is None:
        # The wrong code counts although the answer is a refusal.
        session.commit()
        form.faults["code"] = gettext(
            "Такой код сейчас не действует. Проверьте цифры: у каждого заседания свой код, "
            "он действует от получаса до начала до конца заседания."
        )
    return meeting


def _code_page(form: Form) -> str:
    running = check_in.running(session_for_request(), signed_in(), now())
    return render_template("check_in/code.html", form=form, running=running)


def _found(code: str) -> Meeting:
    meeting = check_in.by_link(session_for_request(), code)
    if meeting is None:
        raise NotFound
    return meeting


def _link_page(meeting: Meeting, form: Form) -> str:
    page = check_in.page_of(session_for_request(), signed_in(), meeting, now())
    why = sentence(page.refusal) if page.refusal else ""
    return render_template("check_in/link.html", form=form, page=page, meeting=meeting, why=why)
