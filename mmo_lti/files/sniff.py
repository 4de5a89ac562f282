"""What a file really is: by content, then by opening it.

Signature libraries call a DOCX with macros plain DOCX, and a PDF with an archive behind it a PDF; so each
file is opened, in a confined child process, and looked through.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
import tempfile
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from mmo_lti.confined import MEBIBYTE, Limits, OutOfLimitsError, run_confined
from mmo_lti.files.docx import inspect_docx
from mmo_lti.files.image import inspect_image
from mmo_lti.files.kind import EVERYTHING, HEAD_BYTES, Kind, check_name, kind_by_head
from mmo_lti.files.pdf import inspect_pdf, write_without_owner_password
from mmo_lti.files.refusal import FileRefused

# A scan of 50 MB, 600 dots an inch, takes about three seconds and 400 MiB.
LIMITS = Limits(seconds=30, memory=1536 * MEBIBYTE)
_REWRITE = "rewrite"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is; `pages` is unknown for DOCX. Warnings are codes, like those of `FileRefused`.

    `owner_password`, `repaired` (PDF), `local_template`, `file_links` (DOCX).
    """

    kind: Kind
    pages: int | None
    warnings: tuple[str, ...] = ()


def sniff(stream: BinaryIO, filename: str, *, allowed: Set[Kind] = EVERYTHING) -> Sniffed:
    """Tell what `stream` (seekable) is, whatever its name; raise `FileRefused` where it can't be taken.

    The cheap questions are asked here, the file is opened in a child process. Leaves the stream at its start.
    """
    stream.seek(0)
    kind = kind_by_head(stream.read(HEAD_BYTES), allowed)
    if kind not in allowed:
        raise FileRefused("type_not_allowed", kind=kind.value)
    check_name(filename, kind)
    try:
        told = json.loads(_ask_child(stream, kind.value))
    except OutOfLimitsError as error:
        raise FileRefused("bomb") from error
    finally:
        stream.seek(0)
    if "code" in told:
        raise FileRefused(told["code"], **told["params"])
    return Sniffed(kind, told["pages"], tuple(told["warnings"]))


def inspect(stream: BinaryIO, kind: Kind) -> Sniffed:
    """Open and look through a file in this process: what the child does."""
    if kind is Kind.PDF:
        pages, warnings = inspect_pdf(stream)
        return Sniffed(kind, pages, warnings)
    if kind is Kind.DOCX:
        unknown, warnings = inspect_docx(stream)
        return Sniffed(kind, unknown, warnings)
    pages, warnings = inspect_image(stream, kind)
    return Sniffed(kind, pages, warnings)


def without_owner_password(stream: BinaryIO) -> BinaryIO:
    """A PDF that `sniff` warned of, rewritten without the owner's restrictions (in a child, too)."""
    try:
        return io.BytesIO(_ask_child(stream, _REWRITE))
    except OutOfLimitsError as error:
        raise FileRefused("bomb") from error


def _ask_child(stream: BinaryIO, task: str) -> bytes:
    stream.seek(0)
    with tempfile.TemporaryFile() as spool:
        opened: IO[bytes] = stream
        if not _has_handle(stream):
            shutil.copyfileobj(stream, spool)
            spool.flush()
            spool.seek(0)
            opened = spool
        return run_confined("mmo_lti.files.sniff", [task], limits=LIMITS, opened=opened)


def _has_handle(stream: BinaryIO) -> bool:
    try:
        stream.fileno()
    except (OSError, AttributeError):
        return False
    return True


def _main() -> None:
    LIMITS.impose()
    # Opened anew: the place in the file that standard input stands at is shared with the parent.
    with Path("/dev/stdin").open("rb") as stream:
        if sys.argv[1] == _REWRITE:
            write_without_owner_password(stream, sys.stdout.buffer)
            return
        try:
            found = inspect(stream, Kind(sys.argv[1]))
            told: dict[str, Any] = {"pages": found.pages, "warnings": found.warnings}
        except FileRefused as refused:
            told = {"code": refused.code, "params": refused.params}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    _main()
