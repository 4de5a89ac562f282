"""The registration sheet of a meeting: a paper that is signed at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from mmo_lti.documents import docx, pdf
from mmo_lti.documents.folder import wording
from mmo_lti.documents.heading import common, listed, signed
from mmo_lti.documents.parties import Institution, Person
from mmo_lti.documents.sentence import fill
from mmo_lti.documents.typography import ended, line
from mmo_lti.qr_code import qr_svg
from mmo_lti.rules.names import PersonName
from mmo_lti.rules.wording import PERSON, counted, date_in_words

FORM = "attendance_sheet"
BLANK_ROWS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceSheet:
    """Who is expected, in any order, with room for others.

    No phone, no e-mail, no date of birth. Before the meeting it has no protocol number and no `total`; lines
    are left for them. `check_in` is the address at which people check in by phone, while they still can.
    """

    institution: Institution
    association: str
    topic: str
    held_on: date
    people: tuple[Person, ...]
    protocol_number: int | str | None = None
    total: int | None = None
    secretary: PersonName | None = None
    check_in: str = ""
    blank_rows: int = BLANK_ROWS
    as_of: datetime


def render_docx(document: AttendanceSheet, template: bytes | Path | None = None) -> bytes:
    """The sheet as DOCX, from the centre's own template if given; raises `docx.TemplateRefused`."""
    return docx.render(FORM, context(document), template, as_of=document.as_of)


def render_pdf(document: AttendanceSheet) -> bytes:
    """The sheet as PDF/A-2a."""
    pictures = {"check_in": qr_svg(document.check_in)} if document.check_in else {}
    return pdf.compile_form(FORM, context(document), as_of=document.as_of, pictures=pictures)


def context(document: AttendanceSheet) -> dict[str, Any]:
    """What both forms are filled with: strings, ready to print."""
    words = wording()["attendance_sheet"]
    blank = wording()["common"]["number_blank"]
    total = counted(document.total, PERSON) if document.total is not None else blank
    filled = common(document.institution, document.association) | {
        "held_on": date_in_words(document.held_on),
        "number_text": line(str(document.protocol_number)) if document.protocol_number else blank,
        "topic": ended(line(document.topic)),
        "total": total,
    }
    title = line(fill(words["title"], filled))
    rows = listed(document.people)
    empty = [
        {"number": str(number), "name": "", "organisation": "", "position": ""}
        for number in range(len(rows) + 1, len(rows) + document.blank_rows + 1)
    ]
    return {
        **filled,
        "title": title,
        "document_title": line(f"{title}, {filled['held_on']}"),
        "held": line(fill(words["held"], filled)),
        "rows": rows + empty,
        "secretary": signed(document.secretary),
        "check_in": words["check_in"] if document.check_in else "",
        "qr": {"check_in_picture": _picture(document)} if document.check_in else {},
    }


def _picture(document: AttendanceSheet) -> dict[str, str]:
    return {"address": document.check_in, "words": wording()["attendance_sheet"]["check_in_alt"]}
