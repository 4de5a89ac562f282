"""QR codes among the words of a DOCX template: a name for the picture beside the address it stands for."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

from mmo_lti.qr_code import qr_png

SIDE = Mm(32)
_QR = "qr"


class _Named(InlineImage):  # type: ignore[misc]
    """A picture with the words that are read aloud for it."""

    def __init__(self, template: DocxTemplate, picture: bytes, words: str) -> None:
        super().__init__(template, io.BytesIO(picture), width=SIDE)
        self._words = words

    def _insert_image(self) -> str:
        drawn: str = super()._insert_image()
        return drawn.replace("<wp:docPr ", f"<wp:docPr descr={quoteattr(self._words)} ", 1)


def qr_pictures(document: DocxTemplate, context: Mapping[str, Any]) -> dict[str, Any]:
    """What a template may print as a picture: by name, from the context's `qr`."""
    return {
        name: _Named(document, qr_png(code["address"]), code["words"])
        for name, code in context.get(_QR, {}).items()
    }
