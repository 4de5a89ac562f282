"""What is done to a filled DOCX before it is saved, whatever template it came from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

# The style that marks a signature; the coordinator keeps it when editing a template.
SIGNATURE_STYLE = "Подпись"

# In lines of 12 points; in twentieths of a point: a sign of such a line, a column where no width is told.
_HALF_PAGE = 25
_SIGN = 115
_NARROW = 1500

# python-docx refuses longer properties.
_PROPERTY_LENGTH = 255


def finish(document: Any, *, title: str, author: str, made_at: datetime) -> None:
    """Name the document, keep signatures with what they sign, mend cells left without a paragraph."""
    properties = document.core_properties
    properties.title = title[:_PROPERTY_LENGTH]
    properties.author = properties.last_modified_by = author[:_PROPERTY_LENGTH]
    properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None)
    properties.language = "ru-RU"
    properties.revision = 1
    body = document.element.body
    for cell in body.iter(qn("w:tc")):
        if cell.find(qn("w:p")) is None:
            cell.append(OxmlElement("w:p"))
    _keep_rows_whole(body)
    _keep_signatures(document)


def _keep_rows_whole(body: Any) -> None:
    """A row is torn only where it is higher than about half a page."""
    for row in body.iter(qn("w:tr")):
        if max(map(_lines, row.iterchildren(qn("w:tc"))), default=0) < _HALF_PAGE:
            properties = row.get_or_add_trPr()
            if properties.find(qn("w:cantSplit")) is None:
                properties.insert(0, OxmlElement("w:cantSplit"))


def _lines(cell: Any) -> int:
    """How many lines the text of a cell takes, roughly: a character is half as wide as it is high."""
    width = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
    twips = int(width.get(qn("w:w"))) if width is not None else _NARROW
    signs = max(1, twips // _SIGN)
    return sum(1 + len("".join(paragraph.itertext())) // signs for paragraph in cell.iter(qn("w:p")))


def _keep_signatures(document: Any) -> None:
    """A signature never stands alone on a page: what comes right before it is kept with it."""
    style = next((style.style_id for style in document.styles if style.name == SIGNATURE_STYLE), None)
    if style is None:
        return
    for table in document.element.body.iterchildren(qn("w:tbl")):
        if _style_of(next(table.iter(qn("w:p")))) == style:
            _keep_with_next(table.getprevious())


def _keep_with_next(element: Any) -> None:
    """Back over empty lines to the last text or table row."""
    while element is not None and element.tag == qn("w:p"):
        _set_keep(element)
        if "".join(element.itertext()).strip():
            return
        element = element.getprevious()
    if element is not None and element.tag == qn("w:tbl"):
        for paragraph in element.findall(qn("w:tr"))[-1].iter(qn("w:p")):
            _set_keep(paragraph)


def _set_keep(paragraph: Any) -> None:
    paragraph.get_or_add_pPr().get_or_add_keepNext()


def _style_of(paragraph: Any) -> str | None:
    style: str | None = paragraph.style
    return style
