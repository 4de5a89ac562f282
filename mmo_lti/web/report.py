"""The annual report: assemble it, add words, send it to the director."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.models.report import Report
from mmo_lti.rules.report_check import SECTIONS
from mmo_lti.rules.states import ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import report as reports
from mmo_lti.services import report_assembling, report_page
from mmo_lti.services.association import find_association
from mmo_lti.services.permission import NotFound
from mmo_lti.web import words
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import now, session_for_request, signed_in

LONGEST_WORDS = 20_000
ONE = "/a/<code>/<year:year>/report"


def make_blueprint() -> Blueprint:
    """`/a/CODE/2026-27/report`."""
    pages = Blueprint("report", __name__)
    pages.add_url_rule(ONE, view_func=report_view, methods=["GET"])
    pages.add_url_rule(ONE, view_func=report_change, methods=["POST"])
    pages.add_url_rule(ONE + "/progress", view_func=report_progress, methods=["GET"])
    return pages


def report_view(code: str, year: AcademicYear) -> str:
    """The report of a year."""
    return _page(code, year, Form({}))


def report_progress(code: str, year: AcademicYear) -> dict[str, Any]:
    """How far the assembling is, for the page that waits."""
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    report = report_page.report_page(session, actor, association, year, now()).report
    if report is None or report.state is not ReportState.ASSEMBLING:
        return {"finished": True, "percent": 100, "words": ""}
    percent = round(100 * report.steps_done / max(report.steps_total, 1))
    return {"finished": False, "percent": percent, "words": words.step_word(report.step)}


def report_change(code: str, year: AcademicYear) -> Response:
    """Assemble, write words, send."""
    form = Form()
    session, actor, moment = session_for_request(), signed_in(), now()
    association = find_association(session, actor.centre_id, code)

    words_typed = {
        section: form.text(f"words-{section}", longest=LONGEST_WORDS)
        for section in SECTIONS
        if f"words-{section}" in form.values
    }
    looked_at = {section for section in SECTIONS if form.ticked(f"seen-{section}")}

    def write() -> Report:
        report = reports.open_report(session, actor, association, year, moment)
        return reports.write_changed(session, actor, report, words_typed, moment, looked_at=looked_at)

    def written() -> None:
        """The page sends along what was typed and not saved yet: it stays, whatever becomes of the act."""
        if words_typed:
            write()
            session.commit()

    def assemble() -> Report:
        written()
        return report_assembling.start_assembling(session, actor, association, year, moment)

    def submit() -> Report:
        written()
        report = report_page.need_report(session, association, year)
        return reports.submit(session, actor, report, moment, form.text("reason"))

    acts: dict[str, tuple[Callable[[], object], str]] = {
        "assemble": (
            assemble,
            gettext("Отчёт формируется. Эту страницу можно закрыть: ничего не потеряется."),
        ),
        "write": (write, gettext("Ваши слова сохранены.")),
        "submit": (submit, gettext("Отчёт отправлен директору.")),
    }
    chosen = form.text("act")
    if chosen not in acts:
        raise NotFound
    act, done = acts[chosen]
    to = f"/a/{code}/{year.slug}/report"
    return perform(act, form=form, page=lambda tried: _page(code, year, tried), done=done, to=to)


def _page(code: str, year: AcademicYear, form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    page = report_page.report_page(session, actor, association, year, now())
    return render_template(
        "report/page.html",
        form=form,
        association=association,
        year=year,
        page=page,
        may={one.value for one in page.may},
        with_reason={one.value for one in page.with_reason},
        base=f"/a/{association.code}/{year.slug}/report",
        step_word=words.step_word,
    )
