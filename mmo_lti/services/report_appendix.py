"""The appendices of the report: all signed protocols with their state, theses of talks (R14.5, R15)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.documents.reading_copy import Attached
from mmo_lti.documents.report import Appendix
from mmo_lti.documents.sentence import fill
from mmo_lti.files.store import ByteStore, Store
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.states import MeetingState, ProtocolState
from mmo_lti.services.document_party import filing_words
from mmo_lti.services.file_kind import FileKind
from mmo_lti.services.meeting_protocol import SIGNED
from mmo_lti.services.year_rows import YearRows

_BROUGHT = (FileKind.THESES, FileKind.REPORT_APPENDIX)


def signed_protocol(rows: YearRows, meeting: Meeting) -> Protocol | None:
    """The newest protocol of a meeting that is lodged or accepted; a void or returned one is none."""
    signed = [protocol for protocol in rows.protocols_of(meeting) if protocol.state in SIGNED]
    return max(signed, key=lambda protocol: (protocol.number, protocol.version), default=None)


def appendices_of(session: Session, rows: YearRows) -> list[dict[str, Any]]:
    """The inventory as plain JSON: `number` «1.3», `title`, `day`, `sheets`, `state`, `file_id`."""
    return [*_protocols(rows), *_brought(session, rows)]


def entry_of(appendix: dict[str, Any]) -> Appendix:
    """A line of the inventory, as the document takes it."""
    return Appendix(
        number=appendix["number"],
        title=appendix["title"],
        day=date.fromisoformat(appendix["day"]) if appendix["day"] else None,
        sheets=appendix["sheets"],
        state=ProtocolState(appendix["state"]) if appendix["state"] else None,
    )


def attached(session: Session, store: ByteStore, appendices: list[dict[str, Any]]) -> list[Attached]:
    """The appendices with their bytes; a file that is withdrawn or lost comes without and is noted so."""
    found = []
    for appendix in appendices:
        file = session.get(StoredFile, appendix["file_id"]) if appendix["file_id"] else None
        found.append(
            Attached(
                entry=entry_of(appendix),
                file_name=file.name if file else "",
                content=_bytes_of(store, file),
            )
        )
    return found


def _bytes_of(store: ByteStore, file: StoredFile | None) -> bytes | Path:
    if file is None or file.withdrawn_at is not None or not store.exists(file.centre_id, file.sha256):
        return b""
    if isinstance(store, Store):
        return store.path(file.centre_id, file.sha256)
    with store.open(file.centre_id, file.sha256) as stream:
        return stream.read()


def _protocols(rows: YearRows) -> list[dict[str, Any]]:
    signed = [
        (protocol, rows.day_of_meeting(meeting))
        for meeting in rows.meetings
        if meeting.state is MeetingState.HELD and (protocol := signed_protocol(rows, meeting)) is not None
    ]
    signed.sort(key=lambda each: each[0].number)
    return [
        _line(
            f"1.{place}",
            fill(filing_words()["protocol"], {"number": str(protocol.number)}),
            day,
            protocol.scan,
            protocol.state,
        )
        for place, (protocol, day) in enumerate(signed, start=1)
    ]


def _brought(session: Session, rows: YearRows) -> list[dict[str, Any]]:
    files = session.scalars(
        select(StoredFile)
        .where(
            StoredFile.centre_id == rows.association.centre_id,
            StoredFile.association_id == rows.association.id,
            StoredFile.year == rows.frame.year.start,
            StoredFile.kind.in_(_BROUGHT),
            StoredFile.withdrawn_at.is_(None),
        )
        .order_by(StoredFile.kind.desc(), StoredFile.id)
    )
    words = filing_words()
    return [
        _line(
            f"2.{place}",
            file.title or words["theses" if file.kind == FileKind.THESES else "appendix"],
            rows.frame.day_of(file.created_at),
            file,
            None,
        )
        for place, file in enumerate(files, start=1)
    ]


def _line(
    number: str, title: str, day: date | None, file: StoredFile | None, state: ProtocolState | None
) -> dict[str, Any]:
    there = file is not None and file.withdrawn_at is None
    return {
        "number": number,
        "title": title,
        "day": day.isoformat() if day else None,
        "sheets": file.pages if file and there else None,
        "state": state.value if state else None,
        "file_id": file.id if file and there else None,
    }
