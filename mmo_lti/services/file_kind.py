"""The kinds of files in the archive: who may bring them, what they may be, what they are called."""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import date
from enum import StrEnum

from mmo_lti.files.kind import EVERYTHING, SCANS, Kind
from mmo_lti.models.association import Association
from mmo_lti.rules.action import Action
from mmo_lti.rules.year import AcademicYear


class FileKind(StrEnum):
    """`StoredFile.kind`: what is produced here, and what is brought from outside."""

    PLAN = "plan"
    PROTOCOL = "protocol"
    REPORT = "report"
    READING_COPY = "report_reading_copy"
    ORDER = "order"
    PLAN_SCAN = "plan_scan"
    PROTOCOL_SCAN = "protocol_scan"
    ORDER_SCAN = "order_scan"
    THESES = "theses"
    REPORT_APPENDIX = "report_appendix"


BRINGS: dict[FileKind, tuple[Action, ...]] = {
    FileKind.PLAN_SCAN: (Action.ASSOCIATION_ADOPT,),
    FileKind.PROTOCOL_SCAN: (Action.PROTOCOL_DRAFT, Action.PROTOCOL_LODGE, Action.ASSOCIATION_ADOPT),
    FileKind.ORDER_SCAN: (Action.ORDER_REGISTER,),
    FileKind.THESES: (Action.THESES_ADD,),
    FileKind.REPORT_APPENDIX: (Action.REPORT_DRAFT,),
}
"""Any of these actions allows to bring a file of the kind; nobody brings the others."""

SCANNED = frozenset({FileKind.PLAN_SCAN, FileKind.PROTOCOL_SCAN, FileKind.ORDER_SCAN})
"""What was signed on paper and scanned."""
_DOCUMENTS = frozenset({FileKind.THESES, FileKind.REPORT_APPENDIX})
_ENDINGS = {Kind.PDF: "pdf", Kind.JPEG: "jpg", Kind.PNG: "png", Kind.DOCX: "docx"}
_UNSAFE = re.compile(r"[^a-z0-9]+")


def allowed_content(kind: FileKind) -> Set[Kind]:
    """A scan is a picture or a PDF; theses and appendices may also be a DOCX."""
    return EVERYTHING if kind in _DOCUMENTS else SCANS


def ending(content: Kind) -> str:
    """The ending of a file's name, by content."""
    return _ENDINGS[content]


def plan_name(association: Association, year: int, version: int) -> str:
    """`plan-mmo-02-2026-27-red-1`, without an ending: names are our own, never what somebody sent."""
    return f"plan-{_safe(association.code)}-{AcademicYear(year).slug}-red-{version}"


def protocol_name(year: int, number: int, *, scan: bool = False) -> str:
    """`protokol-2-2026-27`, and `protokol-2-2026-27-skan` for the signed paper."""
    return f"protokol-{number}-{AcademicYear(year).slug}{'-skan' if scan else ''}"


def report_name(association: Association, year: int, *, with_appendices: bool = False) -> str:
    """`otchet-mmo-02-2026-27`, and the reading copy with its appendices."""
    tail = "-s-prilozheniyami" if with_appendices else ""
    return f"otchet-{_safe(association.code)}-{AcademicYear(year).slug}{tail}"


def order_name(association: Association, signed_on: date) -> str:
    """`prikaz-mmo-02-2026-09-01`."""
    return f"prikaz-{_safe(association.code)}-{signed_on.isoformat()}"


def archive_name(association: Association, year: AcademicYear) -> str:
    """`arhiv-mmo-02-2026-27.zip`: all documents of a year."""
    return f"arhiv-{_safe(association.code)}-{year.slug}.zip"


def upload_name(kind: FileKind, association: Association | None, year: int | None) -> str:
    """The name of an upload that nobody named better."""
    parts = [_safe(kind.value)]
    parts += [_safe(association.code)] if association else []
    parts += [AcademicYear(year).slug] if year is not None else []
    return "-".join(parts)


def _safe(text: str) -> str:
    return _UNSAFE.sub("-", text.casefold()).strip("-") or "mmo"
