"""The report and its appendices as files of their own: also what no PDF could take in (R15; forms.md, 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from mmo_lti.documents.reading_copy import Attached
from mmo_lti.documents.report import ReportDocument
from mmo_lti.documents.report_archive import write_archive
from mmo_lti.files.store import ByteStore
from mmo_lti.models.association import Association
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.actor import Actor
from mmo_lti.services.file_kind import report_name
from mmo_lti.services.permission import NotFound
from mmo_lti.services.report_appendix import attached
from mmo_lti.services.report_document import build
from mmo_lti.services.report_row import report_of
from mmo_lti.services.stored_file import open_file


@dataclass(frozen=True)
class ReportArchive:
    """What goes into the ZIP; its appendices are read when it is written, without the database."""

    name: str
    document: ReportDocument
    pdf: bytes
    appendices: Sequence[Attached]

    def write(self, target: BinaryIO) -> None:
        """Write the ZIP."""
        write_archive(target, self.document, self.pdf, self.appendices)


def report_archive(
    session: Session,
    store: ByteStore,
    actor: Actor,
    association: Association,
    year: AcademicYear,
    now: datetime,
) -> ReportArchive:
    """The report as it was assembled last, for whoever may open its PDF; `NotFound` before that."""
    report = report_of(session, association, year)
    if report is None or report.pdf is None:
        raise NotFound
    opened = open_file(session, store, actor, report.pdf, now)
    with opened.stream:
        pdf = opened.stream.read()
    return ReportArchive(
        name=f"{report_name(association, year.start, with_appendices=True)}.zip",
        document=build(session, report, report.decided_at or report.submitted_at or report.pdf.created_at),
        pdf=pdf,
        appendices=attached(session, store, list(report.gathered.get("appendices") or [])),
    )
