"""The five documents of an association in a year, from the database (R16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.rules.document_kind import DocumentKind
from mmo_lti.rules.documents_owed import DocumentFacts, OwedDocument, documents_owed
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import link
from mmo_lti.services.year_rows import YearRows, frame_of, gather


@dataclass(frozen=True)
class DocumentOwed:
    """One of the five, and the page where it is or where the next step is done."""

    document: OwedDocument
    path: str


def documents_of(
    session: Session, association: Association, year: int, today: date
) -> tuple[DocumentOwed, ...]:
    """The five documents in the order of 5.1 for the year that starts in `year`, on a local day.

    The report is that of the year before.
    """
    centre = session.get_one(Centre, association.centre_id)
    rows = gather(session, frame_of(session, centre, year), [association])[association.id]
    past = gather(session, frame_of(session, centre, year - 1), [association])[association.id]
    ordered = session.scalar(
        select(Order.id)
        .where(
            Order.centre_id == centre.id,
            Order.association_id == association.id,
            Order.kind == OrderKind.CREATION,
        )
        .limit(1)
    )
    facts = DocumentFacts(
        has_creation_order=ordered is not None,
        # The centre's version of the regulation is registered with the centre itself (R16.3).
        has_regulation=bool(centre.regulation),
        plan=rows.plan_fact(),
        past_report=past.report_fact(),
        protocols=[fact for _meeting, _protocol, fact in rows.protocol_facts()],
    )
    found = documents_owed(today, facts, rows.frame.settings, rows.frame.transfers)
    paths = _paths(rows)
    return tuple(DocumentOwed(document, paths[document.kind]) for document in found)


def _paths(rows: YearRows) -> Mapping[DocumentKind, str]:
    association, year = rows.association, rows.frame.year.start
    page = link.association_path(association)
    open_protocols = [
        link.protocol_path(association, protocol) if protocol else link.meeting_path(association, meeting)
        for meeting, protocol, fact in rows.protocol_facts()
        if not fact.lodged
    ]
    return {
        DocumentKind.CREATION_ORDER: f"{page}/documents",
        DocumentKind.REGULATION: f"{page}/documents",
        DocumentKind.PLAN: link.plan_path(association, year),
        DocumentKind.REPORT: link.report_path(association, AcademicYear(year).previous.start),
        DocumentKind.PROTOCOL: next(iter(open_protocols), f"{page}/documents"),
    }
