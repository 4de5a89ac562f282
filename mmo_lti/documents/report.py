"""The annual report: «Отчет о деятельности», Приложение 2 of the regulation (R14, R15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from mmo_lti.documents import docx, pdf
from mmo_lti.documents.folder import wording
from mmo_lti.documents.heading import common, described, signed
from mmo_lti.documents.parties import Institution, Person, Signatory
from mmo_lti.documents.report_row import Row
from mmo_lti.documents.report_section import Group, appendix_line, groups_of
from mmo_lti.documents.sentence import fill
from mmo_lti.documents.typography import line, paragraphs
from mmo_lti.rules.regulation import SECTIONS_OF_REPORT, Regulation
from mmo_lti.rules.states import ProtocolState
from mmo_lti.rules.wording import DAY, counted, date_in_words
from mmo_lti.rules.year import AcademicYear

FORM = "report"
_HALF_ROW = 25


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One of the nine: what was gathered, and the leader's own words, kept apart."""

    rows: tuple[Row, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appendix:
    """A line of the inventory: `number` «1.3» (1 protocols, 2 theses), and the state of a protocol."""

    number: str
    title: str
    day: date | None = None
    sheets: int | None = None
    state: ProtocolState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """When the report was sent, by how many days late, whether by the coordinator for the leader (R14.4)."""

    on: date
    days_late: int = 0
    by_coordinator: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The mark «Отчёт принят»: the day, and the director who accepted."""

    on: date
    by: Signatory


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDocument:
    """What the report says; exactly nine sections, `ValueError` otherwise."""

    institution: Institution
    regulation: Regulation
    association: str
    year: AcademicYear
    leader: Person
    sections: tuple[ReportSection, ...]
    appendices: tuple[Appendix, ...] = ()
    submitted: Submitted | None = None
    accepted: Accepted | None = None
    as_of: datetime

    def __post_init__(self) -> None:
        if len(self.sections) != SECTIONS_OF_REPORT:
            raise ValueError("a report has nine sections")


def render_docx(document: ReportDocument, template: bytes | Path | None = None) -> bytes:
    """The report as DOCX, from the centre's own template if given; raises `docx.TemplateRefused`."""
    return docx.render(FORM, context(document), template, as_of=document.as_of)


def render_pdf(document: ReportDocument) -> bytes:
    """The report without appendices as PDF/A-2a: the archival document."""
    return pdf.compile_form(FORM, context(document), as_of=document.as_of)


def context(document: ReportDocument) -> dict[str, Any]:
    """What both forms are filled with: strings, ready to print."""
    words = document.regulation.wording
    for_year = line(f"{words['report_year']} {document.year} {words['year']}")
    return {
        **common(document.institution, document.association, document.year),
        "title": words["report_title"],
        "for_year": for_year,
        "document_title": line(f"{words['report_title']} {document.association} {for_year}"),
        "leader_label": words["leader"],
        "leader": described(document.leader),
        "leader_signature": signed(document.leader.name),
        "sections": [
            _section(document.regulation.section(number), groups_of(number, section.rows), section.words)
            for number, section in enumerate(document.sections, start=1)
        ],
        "appendices_label": words["appendices"],
        "appendices_kinds": [
            f"{number}. {kind}" for number, kind in enumerate(document.regulation.appendices, 1)
        ],
        "appendices": [
            appendix_line(entry.number, entry.title, entry.day, entry.sheets, entry.state)
            for entry in document.appendices
        ],
        "marks": _marks(document.submitted),
        "accepted_on": date_in_words(document.accepted.on) if document.accepted else "",
        "accepted_post": line(document.accepted.by.post) if document.accepted else "",
        "accepted_by": signed(document.accepted.by.name) if document.accepted else "",
    }


def _section(title: str, groups: list[Group], words: str) -> dict[str, Any]:
    typed = paragraphs(words)
    lines = [text for group in groups for text in (group["heading"], *group["rows"])]
    lines += [paragraph["text"] for paragraph in typed]
    # Each line leaves half of its last row of signs empty: how high the section will be, roughly.
    signs = sum(len(text) + _HALF_ROW for text in lines)
    return {"title": title, "groups": groups, "words": typed, "signs": signs}


def _marks(submitted: Submitted | None) -> list[str]:
    """«Отчёт сдан 20 июня 2027 г.», with the lateness, and who sent it for the leader."""
    if submitted is None:
        return []
    words = wording()["report"]
    values = {"submitted_on": date_in_words(submitted.on), "late": counted(submitted.days_late, DAY)}
    marks = [line(fill(words["late" if submitted.days_late else "submitted"], values))]
    return marks + ([words["by_coordinator"]] if submitted.by_coordinator else [])
