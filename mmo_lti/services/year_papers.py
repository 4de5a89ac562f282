"""The papers of an association's year with the files of each, in the order of 5.1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mmo_lti.documents.sentence import fill
from mmo_lti.models.association import Association
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.report import Report
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.document_kind import DocumentKind
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.document_party import filing_words
from mmo_lti.services.file_kind import FileKind
from mmo_lti.services.scope import local_today
from mmo_lti.services.term import day_of_meeting

ORDERS = {
    OrderKind.CREATION: DocumentKind.CREATION_ORDER,
    OrderKind.APPOINTMENT: DocumentKind.APPOINTMENT_ORDER,
    OrderKind.RELEASE: DocumentKind.APPOINTMENT_ORDER,
    OrderKind.ACTING: DocumentKind.ACTING_ORDER,
    OrderKind.RENAMING: DocumentKind.RENAMING_ORDER,
    OrderKind.CLOSING: DocumentKind.CLOSING_ORDER,
    OrderKind.MERGER: DocumentKind.CLOSING_ORDER,
}
_LASTING = (OrderKind.CREATION, OrderKind.APPOINTMENT, OrderKind.ACTING)
_LOOSE = {
    FileKind.PLAN: DocumentKind.PLAN,
    FileKind.PLAN_SCAN: DocumentKind.PLAN,
    FileKind.PROTOCOL: DocumentKind.PROTOCOL,
    FileKind.PROTOCOL_SCAN: DocumentKind.PROTOCOL,
    FileKind.REPORT: DocumentKind.REPORT,
    FileKind.READING_COPY: DocumentKind.REPORT,
}
_PLACES = (DocumentKind.REGULATION, DocumentKind.PLAN, DocumentKind.REPORT, DocumentKind.PROTOCOL)


@dataclass(frozen=True)
class Paper:
    """One document: its files may be none. `ended_on` as in `retention.KeptDocument`."""

    kind: DocumentKind
    title: str
    files: Sequence[StoredFile] = ()
    day: date | None = None
    registered: str = ""
    ended_on: date | None = None

    @property
    def is_order(self) -> bool:
        """Orders come first, and are named even while their scan is not filed."""
        return self.kind in ORDERS.values()


def papers_of(session: Session, association: Association, year: AcademicYear) -> list[Paper]:
    """Orders that ran in the year, the regulation, then what belongs to the year; each file once."""
    papers = [
        *_orders(session, association, year),
        Paper(DocumentKind.REGULATION, ""),
        *_plans(session, association, year),
        *_reports(session, association, year),
        *_protocols(session, association, year),
    ]
    told = {file.id for paper in papers for file in paper.files}
    papers += _loose(session, association, year, told)
    return sorted(papers, key=_place)


def _place(paper: Paper) -> int:
    if paper.is_order:
        return -1
    return _PLACES.index(paper.kind) if paper.kind in _PLACES else len(_PLACES)


def _orders(session: Session, association: Association, year: AcademicYear) -> list[Paper]:
    orders = session.scalars(
        select(Order)
        .where(
            Order.centre_id == association.centre_id,
            Order.association_id == association.id,
            Order.since <= year.last_day,
            or_(Order.kind.in_(_LASTING), Order.since >= year.first_day),
            or_(Order.until.is_(None), Order.until >= year.first_day),
        )
        .order_by(Order.since, Order.id)
    )
    words = filing_words()
    return [
        Paper(
            ORDERS[order.kind],
            words[f"order_{order.kind.value}"],
            _there(order.scan),
            order.signed_on,
            order.number,
            association.closed_on if order.kind is OrderKind.CREATION else order.until,
        )
        for order in orders
    ]


def _plans(session: Session, association: Association, year: AcademicYear) -> list[Paper]:
    plans = session.scalars(
        select(Plan)
        .where(
            Plan.centre_id == association.centre_id,
            Plan.association_id == association.id,
            Plan.year == year.start,
        )
        .order_by(Plan.version)
    )
    return [
        Paper(
            DocumentKind.PLAN,
            fill(filing_words()["plan_version"], {"version": str(plan.version)}),
            files,
            plan.agreed_on,
        )
        for plan in plans
        if (files := _there(plan.pdf, plan.docx, plan.scan))
    ]


def _reports(session: Session, association: Association, year: AcademicYear) -> list[Paper]:
    reports = session.scalars(
        select(Report).where(
            Report.centre_id == association.centre_id,
            Report.association_id == association.id,
            Report.year == year.start,
        )
    )
    return [
        Paper(
            DocumentKind.REPORT,
            filing_words()["report"],
            files,
            local_today(session, report.centre_id, report.first_submitted_at)
            if report.first_submitted_at
            else None,
        )
        for report in reports
        if (files := _there(report.pdf, report.docx, report.reading_copy))
    ]


def _protocols(session: Session, association: Association, year: AcademicYear) -> list[Paper]:
    protocols = session.scalars(
        select(Protocol)
        .where(
            Protocol.centre_id == association.centre_id,
            Protocol.association_id == association.id,
            Protocol.year == year.start,
        )
        .order_by(Protocol.number, Protocol.version)
    )
    return [
        Paper(
            DocumentKind.PROTOCOL,
            fill(filing_words()["protocol"], {"number": str(protocol.number)}),
            files,
            day_of_meeting(session, protocol.meeting),
            str(protocol.number),
        )
        for protocol in protocols
        if (files := _there(protocol.scan, protocol.pdf, protocol.docx))
    ]


def _loose(
    session: Session, association: Association, year: AcademicYear, told: Iterable[int]
) -> list[Paper]:
    """Files of the year that no paper names: theses, appendices, a scan that was replaced."""
    files = session.scalars(
        select(StoredFile)
        .where(
            StoredFile.centre_id == association.centre_id,
            StoredFile.association_id == association.id,
            StoredFile.year == year.start,
            StoredFile.id.not_in(told),
        )
        .order_by(StoredFile.kind, StoredFile.id)
    )
    words = filing_words()
    titles = {FileKind.THESES: words["theses"], FileKind.REPORT_APPENDIX: words["appendix"]}
    return [
        Paper(
            _LOOSE.get(FileKind(file.kind), DocumentKind.APPENDIX),
            file.title or titles.get(FileKind(file.kind), words["unnamed"]),
            (file,),
            local_today(session, file.centre_id, file.created_at),
        )
        for file in files
    ]


def _there(*files: StoredFile | None) -> list[StoredFile]:
    return [file for file in files if file is not None]
