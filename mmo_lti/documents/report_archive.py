"""The report and its appendices as separate files in one ZIP, with an inventory."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import BinaryIO

from mmo_lti.documents.folder import wording
from mmo_lti.documents.reading_copy import Attached, inventory_row
from mmo_lti.documents.report import ReportDocument
from mmo_lti.documents.sentence import fill

_UNSAFE = re.compile(r'(?:[\x00-\x20\x7f<>:"/\\|?*\u00a0\u200b-\u200f\u202a-\u202e]|\.(?=[./\\]))+')
_NAME_LENGTH = 80
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_archive(
    target: BinaryIO, document: ReportDocument, report_pdf: bytes, attached: Sequence[Attached]
) -> None:
    """Write the ZIP: the report, each appendix under its number, and `опись.csv` (UTF-8 with a mark, «;»).

    Equal data give equal bytes; one file is in memory at a time.
    """
    words = wording()["reading_copy"]
    moment = document.as_of.timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, data: bytes) -> None:
            member = zipfile.ZipInfo(name, moment)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, data)

        add(f"{words['report_file']}.pdf", report_pdf)
        rows = []
        for one, name in zip(attached, _names(attached), strict=True):
            data = one.read()
            add(name, data)
            rows.append([*inventory_row(one.entry).values(), name, hashlib.sha256(data).hexdigest()])
        add(words["inventory_file"], _inventory(words["inventory_columns"], rows))


def _inventory(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula is marked as text."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell.replace("\u00a0", " ")


def _names(attached: Sequence[Attached]) -> Iterator[str]:
    """«Приложение 1.3 Протокол № 3.pdf», each once."""
    used: set[str] = set()
    pattern = wording()["reading_copy"]["appendix"]
    for one in attached:
        stem = f"{fill(pattern, {'number': one.entry.number})} {one.entry.title}"
        stem = _UNSAFE.sub(" ", stem).strip(" .")[:_NAME_LENGTH].rstrip(" .")
        suffix = _UNSAFE.sub("", PurePath(one.file_name).suffix.lower())
        name, again = f"{stem}{suffix}", 2
        while name.casefold() in used:
            name, again = f"{stem} ({again}){suffix}", again + 1
        used.add(name.casefold())
        yield name
