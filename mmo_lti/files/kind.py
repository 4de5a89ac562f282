"""The kinds of files the archive takes, told by their first bytes."""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum
from pathlib import PurePath

from mmo_lti.files.refusal import FileRefused

HEAD_BYTES = 8
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Kind(StrEnum):
    """A kind of file, by content."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    DOCX = "docx"

    @property
    def media_type(self) -> str:
        """The type to serve it with."""
        return _MEDIA_TYPES[self]


SCANS = frozenset({Kind.PDF, Kind.JPEG, Kind.PNG})
EVERYTHING = frozenset(Kind)

_MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_HEADS = {
    b"%PDF-": Kind.PDF,
    b"\xff\xd8\xff": Kind.JPEG,
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"PK\x03\x04": Kind.DOCX,
}
_SUFFIXES = {
    ".pdf": Kind.PDF,
    ".jpg": Kind.JPEG,
    ".jpeg": Kind.JPEG,
    ".jpe": Kind.JPEG,
    ".jfif": Kind.JPEG,
    ".png": Kind.PNG,
    ".docx": Kind.DOCX,
}


def kind_by_head(head: bytes, allowed: Set[Kind] = EVERYTHING) -> Kind:
    """The kind that the first bytes announce; raise `FileRefused` where they announce none we take.

    What to send instead depends on what is `allowed`: where no DOCX is, a `scan_` code says so.
    """
    if not head:
        raise FileRefused("empty")
    for magic, kind in _HEADS.items():
        if head.startswith(magic):
            return kind
    code = "old_word" if head.startswith(_OLE) else "type_unknown"
    raise FileRefused(code if Kind.DOCX in allowed else f"scan_{code}")


def check_name(filename: str, kind: Kind) -> None:
    """Refuse a file whose name says another kind; a name without an ending says nothing."""
    suffix = PurePath(filename.strip()).suffix.lower()
    if suffix and _SUFFIXES.get(suffix) is not kind:
        raise FileRefused("name_mismatch", name_says=suffix.removeprefix("."), content=kind.value)
