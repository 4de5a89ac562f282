"""The report with its appendices in one file, to be read: the archival document is the report alone.

A merged PDF is no PDF/A any more and its tags are gone, so its metadata say what it is (forms.md, 4).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pikepdf import Dictionary, Name, OutlineItem, Pdf, String

from mmo_lti.documents import pdf
from mmo_lti.documents.folder import wording
from mmo_lti.documents.heading import common
from mmo_lti.documents.page_fit import UnfitError, fitted
from mmo_lti.documents.report import Appendix, ReportDocument, context
from mmo_lti.documents.sentence import fill
from mmo_lti.documents.typography import line
from mmo_lti.rules.wording import date_in_digits

FORM = "reading_copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """An appendix with its file: `file_name` as it was uploaded, `content` its bytes or where they lie."""

    entry: Appendix
    file_name: str
    content: bytes | Path

    def read(self) -> bytes:
        """The bytes of the file."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


@dataclass(frozen=True, slots=True)
class ReadingCopy:
    """The merged PDF, and the numbers of the appendices that are attached apart, in the ZIP."""

    pdf: bytes
    apart: tuple[str, ...]


def merge(document: ReportDocument, report_pdf: bytes, attached: Sequence[Attached]) -> ReadingCopy:
    """Report, inventory, and for each appendix a title sheet and its pages; bookmarks for all of them.

    A file that is encrypted, damaged or of another format gets a sheet «Файл приложен отдельно». Equal data
    give equal bytes.
    """
    bodies = [_pages(one) for one in attached]
    missing = [one for one, body in zip(attached, bodies, strict=True) if body is None]
    words = wording()["reading_copy"]
    merged = Pdf.new()
    marks: list[tuple[str, int]] = []
    with (
        Pdf.open(io.BytesIO(_sheets(document, attached, missing))) as sheets,
        Pdf.open(io.BytesIO(report_pdf)) as own,
    ):
        _add(merged, marks, words["bookmark_report"], own.pages)
        _add(merged, marks, words["inventory"], sheets.pages[len(attached) :])
        for number, (one, body) in enumerate(zip(attached, bodies, strict=True)):
            _add(
                merged,
                marks,
                f"{_named(one.entry)}. {line(one.entry.title)}",
                sheets.pages[number : number + 1],
            )
            if body is not None:
                merged.pages.extend(body.pages)
        _untag(merged)
        with merged.open_outline() as outline:
            outline.root.extend(OutlineItem(title, page) for title, page in marks)
        _describe(merged, document)
        out = io.BytesIO()
        merged.save(out, deterministic_id=True)
    return ReadingCopy(out.getvalue(), tuple(one.entry.number for one in missing))


def _pages(one: Attached) -> Pdf | None:
    try:
        return fitted(one.read())
    except UnfitError:
        return None


def _add(merged: Pdf, marks: list[tuple[str, int]], title: str, pages: Any) -> None:
    marks.append((title, len(merged.pages)))
    merged.pages.extend(pages)


def _sheets(document: ReportDocument, attached: Sequence[Attached], missing: Sequence[Attached]) -> bytes:
    """The title sheets, one page each, and the inventory after them."""
    words = wording()["reading_copy"]
    sheets = [
        {
            "appendix": _named(one.entry),
            "title": line(one.entry.title),
            "apart": fill(words["separately_why"], {"file_name": line(one.file_name)})
            if one in missing
            else "",
        }
        for one in attached
    ]
    report = context(document)
    return pdf.compile_form(
        FORM,
        {
            **common(document.institution, document.association, document.year),
            "document_title": report["document_title"],
            "for_year": report["for_year"],
            "sheets": sheets,
            "rows": [inventory_row(one.entry) for one in attached],
        },
        as_of=document.as_of,
    )


def inventory_row(entry: Appendix) -> dict[str, str]:
    """A line of the inventory, as strings: number, title, day, sheets, state."""
    return {
        "number": entry.number,
        "title": line(entry.title),
        "day": date_in_digits(entry.day) if entry.day else "",
        "sheets": str(entry.sheets) if entry.sheets else "",
        "state": wording()["report"]["states"][entry.state.value] if entry.state else "",
    }


def _named(entry: Appendix) -> str:
    return line(fill(wording()["reading_copy"]["appendix"], {"number": entry.number}))


def _untag(merged: Pdf) -> None:
    """Marks of a structure that was left behind would only mislead."""
    for page in merged.pages:
        for key in (Name.StructParents, Name.Tabs):
            if key in page:
                del page[key]


def _describe(merged: Pdf, document: ReportDocument) -> None:
    subject = wording()["reading_copy"]["subject"]
    title = context(document)["document_title"]
    merged.Root.Lang = String("ru-RU")
    merged.Root.PageMode = Name.UseOutlines
    merged.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    with merged.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:description"] = subject
        metadata["xmp:CreateDate"] = _moment(document.as_of)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
