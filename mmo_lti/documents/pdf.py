"""PDF/A-2a and PDF/UA-1 by Typst, from the print forms `templates/documents/*.typ`.

The text is data, passed as JSON, never pasted into the source of a form; the system's fonts are off; the
moment is a parameter. So identical data give identical bytes on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import typst

from mmo_lti.documents.folder import FONTS, FORMS
from mmo_lti.documents.signs import printable
from mmo_lti.documents.typography import breakable

STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]


def compile_form(
    form: str, context: Mapping[str, Any], *, as_of: datetime, pictures: Mapping[str, str] | None = None
) -> bytes:
    """Print `FORM.typ` with the context; `as_of` (aware) is the moment the PDF names as its making.

    `pictures` are SVGs by the names under which the form finds them among its inputs.
    Signs that the font lacks are printed «□». Raises `ValueError` for a moment without a zone.
    """
    if as_of.tzinfo is None:
        raise ValueError("a moment without a zone")
    pdf = typst.compile(
        FORMS / f"{form}.typ",
        root=FORMS,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={**(pictures or {}), "data": json.dumps(_printed(context), ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=int(as_of.timestamp()),
    )
    return bytes(pdf)


def _printed(value: Any) -> Any:
    if isinstance(value, str):
        return breakable(printable(value))
    if isinstance(value, Mapping):
        return {key: _printed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printed(inner) for inner in value]
    return value


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
