"""The text of a DOCX in reading order, tables and headers included."""

import io

from docx import Document
from docx.oxml.ns import qn

from tests.documents.pdf_text import flat


def opened(data: bytes):
    return Document(io.BytesIO(data))


def paragraphs_of(data: bytes) -> list[str]:
    return [_text(paragraph) for paragraph in opened(data).element.body.iter(qn("w:p"))]


def text_of(data: bytes) -> str:
    return flat(" ".join(paragraphs_of(data)))


def _text(paragraph) -> str:
    pieces = {
        qn("w:t"): lambda node: node.text or "",
        qn("w:tab"): lambda _node: "\t",
        qn("w:br"): lambda _node: "\n",
    }
    return "".join(pieces[node.tag](node) for node in paragraph.iter() if node.tag in pieces)
