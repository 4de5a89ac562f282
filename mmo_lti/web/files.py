"""Files of the archive, by the rights of what they belong to."""

from __future__ import annotations

import tempfile

from flask import Blueprint, render_template, request, send_file
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.installation import installation
from mmo_lti.models.association import Association
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import document_list, stored_file
from mmo_lti.services.association import find_association
from mmo_lti.services.file_withdrawal import is_withdrawable, may_withdraw, withdraw_file
from mmo_lti.services.permission import NotFound
from mmo_lti.services.report_archive import ReportArchive, report_archive
from mmo_lti.services.year_archive import YearArchive, year_archive
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import now, session_for_request, signed_in, today

SHOWN_IN_PLACE = {"application/pdf", "image/jpeg", "image/png"}


def make_blueprint() -> Blueprint:
    """`/files/N`, the list of an association's documents, and a year of them as one ZIP."""
    pages = Blueprint("files", __name__)
    pages.add_url_rule("/files/<int:number>", view_func=file_open, methods=["GET"])
    pages.add_url_rule("/a/<code>/documents", view_func=documents, methods=["GET"])
    pages.add_url_rule("/a/<code>/documents/<int:number>/withdraw", view_func=file_withdraw, methods=["POST"])
    pages.add_url_rule("/a/<code>/documents/<year:year>.zip", view_func=documents_of_year, methods=["GET"])
    pages.add_url_rule("/a/<code>/<year:year>/report.zip", view_func=report_with_appendices, methods=["GET"])
    return pages


def file_open(number: int) -> Response:
    """Open one file, or download it: with `?download=1`, and always where browsers do not show its kind."""
    session, actor = session_for_request(), signed_in()
    file = document_list.find_file(session, actor, number)
    opened = stored_file.open_file(session, installation().store, actor, file, now())
    return send_file(
        opened.stream,
        mimetype=opened.media_type,
        download_name=opened.name,
        as_attachment="download" in request.args or opened.media_type not in SHOWN_IN_PLACE,
    )


def documents(code: str) -> str:
    """All documents of an association that the person may open, newest year first."""
    return _documents(_association(code), Form({}))


def file_withdraw(code: str, number: int) -> Response:
    """Take away the bytes of a file that was uploaded by mistake; its entry and hash stay."""
    form, association = Form(), _association(code)
    session, actor = session_for_request(), signed_in()
    file = document_list.find_file(session, actor, number)
    if file.association_id != association.id:
        raise NotFound
    return perform(
        lambda: withdraw_file(session, actor, file, form.text("reason"), now()),
        form=form,
        page=lambda tried: _documents(association, tried, number),
        done=gettext("Файл изъят: его больше нельзя открыть, запись о нём осталась."),
        to=f"/a/{association.code}/documents",
    )


def _documents(association: Association, form: Form, number: int = 0) -> str:
    """The list; `number` is the file whose form came back."""
    session, actor = session_for_request(), signed_in()
    return render_template(
        "documents/page.html",
        association=association,
        years=document_list.documents_by_year(session, actor, association, now()),
        withdraws=may_withdraw(session, actor, association, today()),
        withdrawable=is_withdrawable,
        form=form,
        number=number,
    )


def _association(code: str) -> Association:
    return find_association(session_for_request(), signed_in().centre_id, code)


def documents_of_year(code: str, year: AcademicYear) -> Response:
    """One ZIP of a year."""
    session, actor = session_for_request(), signed_in()
    archive = year_archive(session, installation().store, actor, _association(code), year, now())
    return _made(archive)


def report_with_appendices(code: str, year: AcademicYear) -> Response:
    """One ZIP of a report and its appendices, each a file of its own."""
    session, actor = session_for_request(), signed_in()
    return _made(report_archive(session, installation().store, actor, _association(code), year, now()))


def _made(archive: YearArchive | ReportArchive) -> Response:
    """Made on disk; the request's transaction ends before the first byte is copied."""
    session_for_request().close()
    made = tempfile.TemporaryFile(dir=installation().config.data)  # noqa: SIM115 - sending closes it
    archive.write(made)
    size = made.tell()
    made.seek(0)
    answer = send_file(made, mimetype="application/zip", download_name=archive.name, as_attachment=True)
    answer.content_length = size
    return answer
