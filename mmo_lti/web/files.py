"""Files of the archive, by the rights of what they belong to."""

from __future__ import annotations

import tempfile

from flask import Blueprint, Response, render_template, request, send_file

from mmo_lti.installation import installation
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import document_list, stored_file
from mmo_lti.services.association import find_association
from mmo_lti.services.report_archive import ReportArchive, report_archive
from mmo_lti.services.year_archive import YearArchive, year_archive
from mmo_lti.web.request import now, session_for_request, signed_in

SHOWN_IN_PLACE = {"application/pdf", "image/jpeg", "image/png"}


def make_blueprint() -> Blueprint:
    """`/files/N`, the list of an association's documents, and a year of them as one ZIP."""
    pages = Blueprint("files", __name__)
    pages.add_url_rule("/files/<int:number>", view_func=file_open, methods=["GET"])
    pages.add_url_rule("/a/<code>/documents", view_func=documents, methods=["GET"])
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
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    years = document_list.documents_by_year(session, actor, association, now())
    return render_template("documents/page.html", association=association, years=years)


def documents_of_year(code: str, year: AcademicYear) -> Response:
    """One ZIP of a year."""
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    archive = year_archive(session, installation().store, actor, association, year, now())
    return _made(archive)


def report_with_appendices(code: str, year: AcademicYear) -> Response:
    """One ZIP of a report and its appendices, each a file of its own."""
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    return _made(report_archive(session, installation().store, actor, association, year, now()))


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
