"""Every code that has a sentence in the catalogue, read from `sentence_codes.txt` beside this module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

FILE = Path(__file__).with_suffix(".txt")


def _read(lines: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """Number of the line, code, and the parameter by which its sentence changes (or nothing)."""
    for number, line in enumerate(lines, start=1):
        code, _, parameter = line.strip().partition(" ")
        if code and not code.startswith("#"):
            yield number, code, parameter


PLURAL_BY: Mapping[str, str] = {
    code: parameter
    for _, code, parameter in _read(FILE.read_text(encoding="utf-8").splitlines())
    if parameter
}
"""The parameter by which a whole sentence changes with a number («ждёт / ждут»)."""

Message = tuple[int, str, str | tuple[str, str], list[str]]


def extract_codes(
    fileobj: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[Message]:
    """Give the codes to Babel's extraction of messages (`babel.cfg`), whose signature this is."""
    del keywords, comment_tags, options
    for number, code, parameter in _read(fileobj.read().decode().splitlines()):
        if parameter:
            yield number, "ngettext", (code, code), []
        else:
            yield number, "gettext", code, []
