"""The job that files official documents: a plan agreed, a protocol lodged, a report sent or accepted.

It may run any number of times: what was frozen gives the same bytes, and the same bytes change nothing.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.documents import plan as plan_form
from mmo_lti.documents import protocol as protocol_form
from mmo_lti.files.kind import Kind
from mmo_lti.files.pdf import pages_count
from mmo_lti.files.store import ByteStore, Stored
from mmo_lti.models.database import Database
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.report import Report
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.states import PlanState
from mmo_lti.services.archive import Entry, enter, replace_bytes
from mmo_lti.services.file_kind import FileKind, ending, plan_name, protocol_name
from mmo_lti.services.meeting_protocol import SIGNED
from mmo_lti.services.plan_document import build as build_plan
from mmo_lti.services.protocol_document import build as build_protocol
from mmo_lti.services.report_assembling import put_files
from mmo_lti.services.report_assembly import produce
from mmo_lti.services.report_document import build as build_report
from mmo_lti.services.report_row import SENT
from mmo_lti.services.scope import hold


@dataclass(frozen=True)
class _Rendered:
    docx: Stored
    pdf: Stored
    pages: int


def file_document(database: Database, store: ByteStore, kind: str, subject_id: int, now: datetime) -> bool:
    """File the document of a plan, protocol or report (`kind` is the outbox row's `document`).

    False when there is nothing to file: the thing is gone, or has moved to a state without a document.
    `ValueError` for another kind.
    """
    filers = {"plan": _file_plan, "protocol": _file_protocol, "report": _file_report}
    if kind not in filers:
        raise ValueError(kind)
    return filers[kind](database, store, subject_id, now)


def _file_plan(database: Database, store: ByteStore, plan_id: int, now: datetime) -> bool:
    """An agreed version is filed once: its proposals may be answered on, its paper stays."""
    with database.read() as session:
        plan = session.get(Plan, plan_id)
        if plan is None or plan.state is not PlanState.AGREED or plan.pdf_id is not None:
            return False
        document = build_plan(session, plan, now)
        centre_id = plan.centre_id
    rendered = _keep(store, centre_id, plan_form.render_docx(document), plan_form.render_pdf(document))
    with database.write() as session:
        plan = hold(session, session.get_one(Plan, plan_id))
        if plan.pdf_id is not None:
            return False
        name = plan_name(plan.association, plan.year, plan.version)
        _file_both(session, plan, FileKind.PLAN, name, rendered, now)
    return True


def _file_protocol(database: Database, store: ByteStore, protocol_id: int, now: datetime) -> bool:
    with database.read() as session:
        protocol = session.get(Protocol, protocol_id)
        if protocol is None or protocol.state not in SIGNED or not protocol.frozen:
            return False
        document = build_protocol(session, protocol, now)
        centre_id, lodged_at = protocol.centre_id, protocol.lodged_at
    rendered = _keep(
        store, centre_id, protocol_form.render_docx(document), protocol_form.render_pdf(document)
    )
    with database.write() as session:
        protocol = hold(session, session.get_one(Protocol, protocol_id))
        if protocol.lodged_at != lodged_at:
            return False  # lodged again meanwhile: that wants its own paper
        _file_both(
            session, protocol, FileKind.PROTOCOL, protocol_name(protocol.year, protocol.number), rendered, now
        )
    return True


def _file_report(database: Database, store: ByteStore, report_id: int, now: datetime) -> bool:
    """The report as it was sent: frozen rows, the words, the marks of submission and acceptance."""
    with database.read() as session:
        report = session.get(Report, report_id)
        if report is None or report.state not in SENT:
            return False
        stamp = (report.state, report.submitted_at, report.decided_at)
        document = build_report(session, report, report.decided_at or report.submitted_at or now)
        centre_id, appendices = report.centre_id, list(report.gathered.get("appendices") or [])
    files = produce(database, store, centre_id, document, appendices)
    with database.write() as session:
        report = hold(session, session.get_one(Report, report_id))
        if (report.state, report.submitted_at, report.decided_at) != stamp:
            return False
        put_files(session, report, files, now)
    return True


def _keep(store: ByteStore, centre_id: int, docx: bytes, pdf: bytes) -> _Rendered:
    return _Rendered(
        docx=store.put(centre_id, io.BytesIO(docx)),
        pdf=store.put(centre_id, io.BytesIO(pdf)),
        pages=pages_count(io.BytesIO(pdf)),
    )


def _file_both(
    session: Session, paper: Plan | Protocol, kind: FileKind, name: str, rendered: _Rendered, now: datetime
) -> None:
    paper.docx_id = _put(session, paper, paper.docx, kind, name, Kind.DOCX, rendered.docx, None, now).id
    paper.pdf_id = _put(session, paper, paper.pdf, kind, name, Kind.PDF, rendered.pdf, rendered.pages, now).id


def _put(
    session: Session,
    paper: Plan | Protocol,
    there: StoredFile | None,
    kind: FileKind,
    name: str,
    content: Kind,
    stored: Stored,
    pages: int | None,
    now: datetime,
) -> StoredFile:
    if there is not None:
        return there if there.sha256 == stored.sha256 else replace_bytes(session, there, stored, now, pages)
    entry = Entry(
        centre_id=paper.centre_id,
        association_id=paper.association_id,
        year=paper.year,
        kind=kind,
        name=f"{name}.{ending(content)}",
        media_type=content.media_type,
        pages=pages,
    )
    return enter(session, entry, stored, now)
