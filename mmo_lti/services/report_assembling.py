"""The state of a report while a job assembles it: started once, finished once, failed back (R14).

`Report.assembling` names one assembling. A job that wakes up late finds another name, or none, and changes
nothing.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.files.kind import Kind
from mmo_lti.files.store import Stored
from mmo_lti.models.association import Association
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.report import Report
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import outbox
from mmo_lti.services.actor import Actor, clock_actor
from mmo_lti.services.archive import Entry, enter, replace_bytes
from mmo_lti.services.file_kind import FileKind, ending, report_name
from mmo_lti.services.permission import require
from mmo_lti.services.report_notice import tell_assembled
from mmo_lti.services.report_row import SENT, ensure_report, reopen
from mmo_lti.services.scope import hold, local_today
from mmo_lti.services.state_change import change_state

STEPS = ("gather", "docx", "pdf", "reading_copy", "finish")
"""What an assembling does, in order: codes of the catalogue."""


@dataclass(frozen=True)
class Produced:
    """One file of a report whose bytes the store has."""

    stored: Stored
    pages: int | None = None


@dataclass(frozen=True)
class ReportFiles:
    """The editable report, the archival one without appendices, and the reading copy with them."""

    docx: Produced
    pdf: Produced
    reading_copy: Produced


def start_assembling(
    session: Session, actor: Actor, association: Association, year: AcademicYear, now: datetime
) -> Report:
    """Want the report assembled, anew if it was before: the words stay. A second click changes nothing.

    Refused: `report.submitted` (at) once it was sent, `report.too_early` (year, since).
    """
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.REPORT_ASSEMBLE, today, association)
    report = hold(session, ensure_report(session, association, year, today))
    if report.state is ReportState.ASSEMBLING:
        if not _is_wanted(session, report):
            outbox.want(session, report.centre_id, "assemble_report", report.id, now)
        return report
    if report.state in SENT:
        raise RuleError("report.submitted", at=report.submitted_at)
    reopen(session, actor, report, now)
    report.previous_state = report.state
    change_state(session, actor, report, ReportState.ASSEMBLING, "report.assemble", now)
    report.assembling, report.assembling_at = str(uuid.uuid4()), now
    report.step, report.steps_done, report.steps_total, report.failure = STEPS[0], 0, len(STEPS), ""
    outbox.want(session, report.centre_id, "assemble_report", report.id, now)
    return report


def set_progress(session: Session, report: Report, assembling: str, step: str, done: int, total: int) -> bool:
    """Show how far an assembling is; false when it is not the running one any more."""
    hold(session, report)
    if not _is_running(report, assembling):
        return False
    report.step, report.steps_done, report.steps_total = step, done, total
    return True


def finish_assembling(
    session: Session,
    report: Report,
    assembling: str,
    gathered: dict[str, Any],
    files: ReportFiles,
    now: datetime,
) -> bool:
    """Take over what an assembling made: rows and files at once, exactly once; false when it is too late."""
    hold(session, report)
    if not _is_running(report, assembling):
        return False
    change_state(session, clock_actor(report.centre_id), report, ReportState.DRAFT, "report.assembled", now)
    report.gathered, report.gathered_at = gathered, now
    report.assembling, report.step, report.steps_done = "", "", report.steps_total
    report.previous_state, report.failure = None, ""
    put_files(session, report, files, now)
    tell_assembled(session, report, local_today(session, report.centre_id, now), now)
    return True


def fail_assembling(session: Session, report: Report, code: str, now: datetime) -> bool:
    """Put a report back where it was: its assembling was given up for `code` (a sentence of ours)."""
    hold(session, report)
    if report.state is not ReportState.ASSEMBLING:
        return False
    before = report.previous_state or ReportState.NONE
    change_state(session, clock_actor(report.centre_id), report, before, "report.assembling_failed", now)
    report.assembling, report.previous_state, report.failure = "", None, code
    return True


def put_files(session: Session, report: Report, files: ReportFiles, now: datetime) -> None:
    """Enter the three files. A draft's entries take the new bytes; those that were submitted stay."""
    name = report_name(report.association, report.year)
    whole = report_name(report.association, report.year, with_appendices=True)
    kind = FileKind.REPORT
    report.docx_id = _put(session, report, report.docx, kind, name, Kind.DOCX, files.docx, now).id
    report.pdf_id = _put(session, report, report.pdf, kind, name, Kind.PDF, files.pdf, now).id
    copy = report.reading_copy
    report.reading_copy_id = _put(
        session, report, copy, FileKind.READING_COPY, whole, Kind.PDF, files.reading_copy, now
    ).id
    session.flush()
    session.refresh(report, ["docx", "pdf", "reading_copy"])


def _put(
    session: Session,
    report: Report,
    there: StoredFile | None,
    kind: FileKind,
    name: str,
    content: Kind,
    produced: Produced,
    now: datetime,
) -> StoredFile:
    if there is not None and (report.returned_at is None or there.created_at > report.returned_at):
        return replace_bytes(session, there, produced.stored, now, produced.pages)
    entry = Entry(
        centre_id=report.centre_id,
        association_id=report.association_id,
        year=report.year,
        kind=kind,
        name=f"{name}.{ending(content)}",
        media_type=content.media_type,
        pages=produced.pages,
    )
    return enter(session, entry, produced.stored, now)


def _is_running(report: Report, assembling: str) -> bool:
    return report.state is ReportState.ASSEMBLING and report.assembling == assembling


def _is_wanted(session: Session, report: Report) -> bool:
    """Whether some row of the outbox still stands for the assembling."""
    row = session.scalar(
        select(OutboxRow.id)
        .where(
            OutboxRow.centre_id == report.centre_id,
            OutboxRow.kind == "assemble_report",
            OutboxRow.subject_id == report.id,
            OutboxRow.done_at.is_(None),
            OutboxRow.dead.is_(False),
        )
        .limit(1)
    )
    return row is not None
