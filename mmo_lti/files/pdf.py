"""What is inside a PDF: pages, and things an archive must not take."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from mmo_lti.files.refusal import FileRefused

MAX_PAGES = 2000
MAX_OBJECTS = 500_000
MAX_DEPTH = 50

# Actions (ISO 32000-1, 12.6.4) that run something; going to a page or to a web address is not among them.
_ACTIONS = {
    "/JavaScript": "scripts",
    "/Rendition": "scripts",
    "/ImportData": "scripts",
    "/SubmitForm": "scripts",
    "/RichMediaExecute": "scripts",
    "/Launch": "launch",
    "/GoToE": "embedded",
}
# Entries whose mere presence says the same (7.11.4, 12.3.5, 12.6.4.16, 12.7.8, 13).
_ENTRIES = {
    "/JS": "scripts",
    "/JavaScript": "scripts",
    "/XFA": "scripts",
    "/EmbeddedFiles": "embedded",
    "/EF": "embedded",
    "/Collection": "embedded",
    "/RichMediaContent": "embedded",
}
_TAIL_PADDING = b"\x00\t\n\x0c\r \x1a"
_EOF_MARK = b"%%EOF"

logging.getLogger("pikepdf._core").setLevel(logging.ERROR)


def inspect_pdf(stream: BinaryIO) -> tuple[int, tuple[str, ...]]:
    """The number of pages, and warnings: `owner_password`, `repaired`. Raises `FileRefused`.

    A file that opens without asking but forbids changes is marked encrypted: it is taken, and the caller
    keeps `sniff.without_owner_password(stream)` in its place.
    """
    check_tail(stream)
    with _open(stream) as pdf:
        warnings: tuple[str, ...] = ("owner_password",) if pdf.is_encrypted else ()
        pages = _count(pdf)
        _refuse_active(pdf)
        if pdf.get_warnings():
            warnings += ("repaired",)
    return pages, warnings


def pages_count(stream: BinaryIO) -> int:
    """How many pages (sheets of a scan) a PDF has; raises `FileRefused` where it can't be opened."""
    with _open(stream) as pdf:
        return _count(pdf)


def write_without_owner_password(stream: BinaryIO, out: BinaryIO) -> None:
    """Write the same document with the owner's restrictions taken off, so that it outlives its software."""
    with _open(stream) as pdf:
        pdf.save(out, encryption=False, deterministic_id=True)


def check_tail(stream: BinaryIO, window: int = 1024 * 1024) -> None:
    """Refuse a PDF cut short, or one that something else (an archive, a program) is glued behind."""
    size = stream.seek(0, io.SEEK_END)
    found = -1
    end = size
    while found < 0 and end > 0:
        start = max(0, end - window)
        stream.seek(start)
        block = stream.read(end - start + len(_EOF_MARK))
        at = block.rfind(_EOF_MARK)
        found = start + at if at >= 0 else -1
        end = start
    if found < 0:
        raise FileRefused("damaged")
    stream.seek(found + len(_EOF_MARK))
    while block := stream.read(window):
        if block.strip(_TAIL_PADDING):
            raise FileRefused("trailing_bytes")


def _open(stream: BinaryIO) -> Pdf:
    stream.seek(0)
    try:
        return Pdf.open(stream, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise FileRefused("encrypted") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise FileRefused("damaged") from error


def _count(pdf: Pdf) -> int:
    try:
        pages = len(pdf.pages)
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise FileRefused("damaged") from error
    if pages == 0:
        raise FileRefused("damaged")
    if pages > MAX_PAGES:
        raise FileRefused("too_many_pages", limit=MAX_PAGES)
    return pages


def _refuse_active(pdf: Pdf) -> None:
    if len(pdf.objects) > MAX_OBJECTS:
        raise FileRefused("bomb")
    for indirect in pdf.objects:
        for entries in _dictionaries(indirect, 0):
            _refuse_entries(entries)


def _refuse_entries(entries: Object) -> None:
    for key, code in _ENTRIES.items():
        if key in entries:
            raise FileRefused(code)
    action = entries.get(Name.S)
    if (
        isinstance(action, Name)
        and str(action) in _ACTIONS
        and entries.get(Name.Type, Name.Action) == Name.Action
    ):
        raise FileRefused(_ACTIONS[str(action)])


def _dictionaries(node: Any, depth: int) -> Iterator[Object]:
    """The dictionaries in one indirect object: itself and those nested directly, not those it refers to."""
    if depth > MAX_DEPTH:
        raise FileRefused("bomb")
    if isinstance(node, Array):
        for child in node:
            yield from _nested(child, depth)
    elif isinstance(node, Dictionary | Stream):
        yield node
        for _key, child in node.items():
            yield from _nested(child, depth)


def _nested(child: Any, depth: int) -> Iterator[Object]:
    if isinstance(child, Array | Dictionary) and not child.is_indirect:
        yield from _dictionaries(child, depth + 1)
