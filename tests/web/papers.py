"""Files that people bring, good and bad."""

from __future__ import annotations

import io
from functools import cache

import pikepdf
from docx import Document


@cache
def scan() -> bytes:
    """A PDF of one page."""
    document = pikepdf.new()
    document.add_blank_page()
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()


@cache
def word() -> bytes:
    """A DOCX."""
    out = io.BytesIO()
    Document().save(out)
    return out.getvalue()


def upload(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    """As a form sends it."""
    return io.BytesIO(content), name
