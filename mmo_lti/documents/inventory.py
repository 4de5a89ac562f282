"""The inventory of an association's documents of a year («Опись»): on paper and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from mmo_lti.documents import pdf
from mmo_lti.documents.folder import wording
from mmo_lti.documents.heading import common, signed
from mmo_lti.documents.parties import Institution
from mmo_lti.documents.sentence import fill
from mmo_lti.documents.typography import line
from mmo_lti.documents.zip_folder import table
from mmo_lti.rules.names import PersonName
from mmo_lti.rules.wording import DOCUMENT, FILE, date_in_digits, date_in_words, total_in_words, year_in_words
from mmo_lti.rules.year import AcademicYear

FORM = "inventory"


class Group(StrEnum):
    """The kinds of documents in the order of 5.1; what belongs to none of them comes last."""

    ORDER = "order"
    REGULATION = "regulation"
    PLAN = "plan"
    REPORT = "report"
    PROTOCOL = "protocol"
    OTHER = "other"


class Absence(StrEnum):
    """Why a file is not there."""

    NONE_FILED = "none_filed"
    WITHDRAWN = "withdrawn"
    LOST = "lost"
    CHANGED = "changed"
    """It is there, but its bytes are not those that were filed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledPaper:
    """One file of a document, or a document without one.

    `document` numbers the documents: files of one document share it. `file` is where it lies in the archive.
    """

    document: int
    group: Group
    title: str
    day: date | None = None
    registered: str = ""
    sheets: int | None = None
    file: str = ""
    sha256: str = ""
    kept_until: date | None = None
    absence: Absence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The papers of a year, in order, and who drew the list up."""

    institution: Institution
    association: str
    year: AcademicYear
    papers: Sequence[FiledPaper]
    compiled_by: PersonName
    compiled_on: date
    as_of: datetime


def render_pdf(document: Inventory) -> bytes:
    """The inventory as PDF/A-2a."""
    return pdf.compile_form(FORM, context(document), as_of=document.as_of)


def as_table(document: Inventory) -> bytes:
    """The inventory for a spreadsheet, a row for each file."""
    return table(wording()[FORM]["columns"], [_cells(paper) for paper in document.papers])


def context(document: Inventory) -> dict[str, Any]:
    """What the form is filled with: strings, ready to print."""
    words = wording()[FORM]
    documents = len({paper.document for paper in document.papers})
    files = sum(1 for paper in document.papers if paper.file)
    filled = common(document.institution, document.association, document.year) | {
        "year_in_words": year_in_words(document.year),
        "documents": total_in_words(documents, DOCUMENT),
        "files": total_in_words(files, FILE),
    }
    subtitle = line(fill(words["of"], filled))
    return {
        **filled,
        "title": words["title"],
        "subtitle": subtitle,
        "document_title": line(f"{words['title']} {subtitle}"),
        "rows": [_cells(paper) for paper in document.papers],
        "total": line(fill(words["total"], filled)),
        "compiled_by": signed(document.compiled_by),
        "compiled_on": date_in_words(document.compiled_on),
    }


def _cells(paper: FiledPaper) -> list[str]:
    words = wording()[FORM]
    return [
        str(paper.document),
        words["groups"][paper.group.value],
        line(paper.title),
        date_in_digits(paper.day) if paper.day else "",
        line(paper.registered),
        str(paper.sheets) if paper.sheets else "",
        " – ".join(
            filter(None, (line(paper.file), words["absences"][paper.absence.value] if paper.absence else ""))
        ),
        paper.sha256,
        date_in_digits(paper.kept_until) if paper.kept_until else words["no_term"],
        "",
    ]
