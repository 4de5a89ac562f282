"""A protocol: fill it in, print it, lay the signed scan to it, hand it in."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask import Response as FlaskResponse
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.installation import installation
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import protocol as protocols
from mmo_lti.services import protocol_edit, protocol_page
from mmo_lti.services.association import find_association
from mmo_lti.services.file_kind import FileKind, protocol_name
from mmo_lti.services.permission import NotFound
from mmo_lti.services.protocol_edit import Block
from mmo_lti.web.form import Form, perform
from mmo_lti.web.person_words import person_line
from mmo_lti.web.request import now, session_for_request, signed_in
from mmo_lti.web.sentences import sentence
from mmo_lti.web.upload import take_upload

ONE = "/a/<code>/<year:year>/protocols/<int:number>"
Acts = dict[str, tuple[Callable[[], object], str]]


def make_blueprint() -> Blueprint:
    """`/a/CODE/2026-27/protocols/N`."""
    pages = Blueprint("protocols", __name__)
    pages.add_url_rule(ONE, view_func=protocol_view, methods=["GET"])
    pages.add_url_rule(ONE, view_func=protocol_change, methods=["POST"])
    pages.add_url_rule(ONE + "/scan", view_func=scan_put, methods=["POST"])
    pages.add_url_rule(ONE + "/draft.<any(docx, pdf):kind>", view_func=draft_file, methods=["GET"])
    return pages


def protocol_view(code: str, year: AcademicYear, number: int) -> str:
    """One protocol."""
    return _page(_found(code, year, number), Form({}))


def protocol_change(code: str, year: AcademicYear, number: int) -> Response:
    """Write it, hand it in, begin a correction."""
    form = Form()
    session, actor, moment = session_for_request(), signed_in(), now()
    protocol = _found(code, year, number)
    edit = _edit(form, protocol)

    def lodge() -> object:
        if (
            "chair" in form.values and protocol.state in protocol_edit.OPEN
        ):  # the page sends along what was typed and not saved yet
            edit()
            session.commit()
        return protocols.lodge(session, actor, protocol, moment, reason=form.text("reason"))

    acts: Acts = {
        "edit": (
            edit,
            gettext("Протокол сохранён.")
            if protocol.scan_id
            else gettext("Протокол сохранён. Распечатайте его, подпишите и загрузите скан."),
        ),
        "lodge": (lodge, gettext("Протокол сдан. С этого дня заседание засчитывается.")),
        "correct": (
            lambda: protocols.correct(session, actor, protocol, moment),
            gettext("Исправление начато: принятый протокол остаётся в силе."),
        ),
    }
    chosen = form.text("act")
    if chosen not in acts:
        raise NotFound
    act, done = acts[chosen]
    return perform(act, form=form, page=lambda tried: _page(protocol, tried), done=done, to=request.path)


def scan_put(code: str, year: AcademicYear, number: int) -> Response:
    """Take the signed scan in; the protocol keeps it whatever else is faulty or still missing."""
    form = Form()
    session, actor, moment = session_for_request(), signed_in(), now()
    protocol, reason = _found(code, year, number), form.text("reason")
    name = protocol_name(year.start, number, scan=True)
    association = protocol.association
    scan = take_upload(
        form, "scan", FileKind.PROTOCOL_SCAN, association, year=year.start, name=name, reason=reason
    )
    if scan is not None:
        try:
            protocols.put_scan(session, actor, protocol, scan, moment, reason)
            session.commit()
        except RuleError as error:
            session.rollback()
            form.faults["scan"] = sentence(error)
    elif "scan" not in form.faults:
        form.faults["scan"] = gettext("Выберите файл со сканом подписанного протокола.")
    return perform(
        _edit(form, protocol) if "chair" in form.values else lambda: protocol,
        form=form,
        page=lambda tried: _page(protocol, tried),
        done=gettext("Скан загружен. Проверьте протокол и сдайте его."),
        to=request.path.removesuffix("/scan"),
    )


def _edit(form: Form, protocol: Protocol) -> Callable[[], object]:
    """Write chair, secretary and the blocks as they were typed; a fault stands at its field before that."""
    session, actor, moment = session_for_request(), signed_in(), now()
    chair, secretary = form.number("chair"), form.number("secretary")
    blocks = [_block(form, one) for one in form.numbers("question")]
    return lambda: protocol_edit.edit(
        session, actor, protocol, chair_id=chair, secretary_id=secretary, blocks=blocks, now=moment
    )


def draft_file(code: str, year: AcademicYear, number: int, kind: str) -> FlaskResponse:
    """The protocol as it stands, to be printed and signed."""
    protocol = _found(code, year, number)
    content, media_type = protocol_page.draft(session_for_request(), signed_in(), protocol, kind, now())
    name = f"{protocol_name(year.start, number)}.{kind}"
    return send_file(BytesIO(content), mimetype=media_type, download_name=name, as_attachment=True)


def _block(form: Form, question: int) -> Block:
    def field(name: str) -> str:
        return form.text(f"{name}-{question}", longest=20_000)

    return Block(
        item_id=question,
        heard=field("heard"),
        discussed=field("discussed"),
        decision=field("decision"),
        responsible=field("responsible"),
        due=form.day(f"due-{question}"),
        unanimous=form.ticked(f"unanimous-{question}"),
        votes_for=form.number(f"for-{question}"),
        votes_against=form.number(f"against-{question}"),
        votes_abstained=form.number(f"abstained-{question}"),
    )


def _found(code: str, year: AcademicYear, number: int) -> Protocol:
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    return protocol_page.find_protocol(session, actor, association, year, number, now())


def _page(protocol: Protocol, form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    page = protocol_page.protocol_page(session, actor, protocol, now())
    return render_template(
        "protocols/page.html",
        form=form,
        blank=Form({}),
        protocol=protocol,
        association=protocol.association,
        meeting=protocol.meeting,
        year=AcademicYear(protocol.year),
        page=page,
        may={one.value for one in page.may},
        with_reason={one.value for one in page.with_reason},
        people_options=[(one.id, person_line(one)) for one in page.people],
        max_bytes=installation().config.max_upload_bytes,
    )
