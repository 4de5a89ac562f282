"""The job that assembles a report: gather, DOCX, PDF, reading copy, finish (R15).

Killed at any line and run again, it ends in exactly one report: bytes are kept by their hash, documents carry
the moment the assembling began, and everything is taken over in the one transaction of the last step.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from mmo_lti.documents import reading_copy
from mmo_lti.documents.report import ReportDocument, render_docx, render_pdf
from mmo_lti.files.pdf import pages_count
from mmo_lti.files.store import ByteStore
from mmo_lti.models.database import Database
from mmo_lti.models.report import Report
from mmo_lti.rules.states import ReportState
from mmo_lti.services.report_appendix import attached
from mmo_lti.services.report_assembling import (
    STEPS,
    Produced,
    ReportFiles,
    fail_assembling,
    finish_assembling,
    set_progress,
)
from mmo_lti.services.report_document import build
from mmo_lti.services.report_gathering import gather

Progress = Callable[[str, int, int], object]
"""Called with step, steps done, steps in all; what it raises ends the job, to be run again."""


def assemble(
    database: Database, store: ByteStore, report_id: int, now: datetime, progress: Progress | None = None
) -> bool:
    """Assemble a report that waits for it; true when this run finished it.

    One that does not wait (finished, failed, started anew meanwhile) is left alone. Each step is shown on the
    report before it begins.
    """
    with database.read() as session:
        report = session.get(Report, report_id)
        if report is None or report.state is not ReportState.ASSEMBLING:
            return False
        assembling, began = report.assembling, report.assembling_at or now
    shown = _shown(database, report_id, assembling, progress)
    if not shown("gather"):
        return False
    with database.read() as session:
        report = session.get_one(Report, report_id)
        gathered = gather(session, report)
        document = build(session, report, began, gathered)
        centre_id = report.centre_id
    files = _produce(database, store, centre_id, document, gathered["appendices"], shown)
    if files is None or not shown("finish"):
        return False
    with database.write() as session:
        report = session.get_one(Report, report_id)
        return finish_assembling(session, report, assembling, gathered, files, now)


def produce(
    database: Database,
    store: ByteStore,
    centre_id: int,
    document: ReportDocument,
    appendices: list[dict[str, Any]],
) -> ReportFiles:
    """The three files of a report, their bytes kept."""
    files = _produce(database, store, centre_id, document, appendices, lambda _step: True)
    if files is None:
        raise AssertionError("nobody stopped it")
    return files


def give_up(database: Database, report_id: int, code: str, now: datetime) -> bool:
    """After the last attempt: the report goes back where it was and shows why."""
    with database.write() as session:
        report = session.get(Report, report_id)
        return report is not None and fail_assembling(session, report, code, now)


def _produce(
    database: Database,
    store: ByteStore,
    centre_id: int,
    document: ReportDocument,
    appendices: list[dict[str, Any]],
    shown: Callable[[str], bool],
) -> ReportFiles | None:
    """None as soon as `shown` says that the work is not wanted any more."""
    if not shown("docx"):
        return None
    docx = Produced(store.put(centre_id, io.BytesIO(render_docx(document))))
    if not shown("pdf"):
        return None
    pdf = render_pdf(document)
    printed = Produced(store.put(centre_id, io.BytesIO(pdf)), pages_count(io.BytesIO(pdf)))
    if not shown("reading_copy"):
        return None
    with database.read() as session:
        files = attached(session, store, appendices)
    merged = reading_copy.merge(document, pdf, files).pdf
    copy = Produced(store.put(centre_id, io.BytesIO(merged)), pages_count(io.BytesIO(merged)))
    return ReportFiles(docx=docx, pdf=printed, reading_copy=copy)


def _shown(
    database: Database, report_id: int, assembling: str, progress: Progress | None
) -> Callable[[str], bool]:
    def show(step: str) -> bool:
        done = STEPS.index(step)
        with database.write() as session:
            report = session.get_one(Report, report_id)
            running = set_progress(session, report, assembling, step, done, len(STEPS))
        if running and progress is not None:
            progress(step, done, len(STEPS))
        return running

    return show
