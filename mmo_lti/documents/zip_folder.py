"""A ZIP for people on Windows: names that every unpacker reads, each once, and a table of contents."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from types import TracebackType
from typing import BinaryIO, Self

CHUNK = 1024 * 1024

_UNSAFE = re.compile(r'(?:[\x00-\x20\x7f<>:"/\\|?*\u00a0\u200b-\u200f\u202a-\u202e]|\.(?=[./\\]))+')
_NAME_LENGTH = 80
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ZipFolder:
    """A ZIP being written. Its files are papers and pictures, packed already: they are stored as they are.

    Russian names carry the mark of UTF-8 (bit 11). Equal data give equal bytes.
    """

    def __init__(self, target: BinaryIO, made_at: datetime) -> None:
        """`made_at` is the moment that each file names as its own."""
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_STORED)
        self._moment = made_at.timetuple()[:6]
        self._used: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def name_for(self, stem: str, suffix: str, folder: str = "") -> str:
        """A harmless name that is still free: «5 Протоколы/Протокол № 3.pdf», the next one «… (2).pdf»."""
        stem = _UNSAFE.sub(" ", stem).strip(" .")[:_NAME_LENGTH].rstrip(" .")
        suffix = _UNSAFE.sub("", suffix.lower())
        inside = f"{folder}/" if folder else ""
        name, again = f"{inside}{stem}{suffix}", 2
        while name.casefold() in self._used:
            name, again = f"{inside}{stem} ({again}){suffix}", again + 1
        self._used.add(name.casefold())
        return name

    def add(self, name: str, content: bytes | BinaryIO, size: int | None = None) -> str:
        """Write a file, a stream in pieces; returns its SHA-256. `size` is a stream's length in bytes."""
        member = zipfile.ZipInfo(name, self._moment)
        member.external_attr = 0o644 << 16
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        member.file_size = len(content) if isinstance(content, bytes) else size or 0
        digest = hashlib.sha256()
        with self._zip.open(member, "w") as out:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                out.write(chunk)
        return digest.hexdigest()


def suffix_of(file_name: str) -> str:
    """The ending of a name with its dot, or nothing."""
    return PurePath(file_name).suffix


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A table for a spreadsheet: UTF-8 with a mark, «;», nothing in it is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula is marked as text."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell.replace("\u00a0", " ")
