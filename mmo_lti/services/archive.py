"""Entries of the archive and the bytes they name.

Bytes are kept once per centre under their hash; an entry names them. Bytes go only when nothing names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.files.store import ByteStore, Stored
from mmo_lti.models.centre import Centre
from mmo_lti.models.database import Database
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.services import outbox
from mmo_lti.services.file_kind import FileKind


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is written about a file beside its bytes; `name` has its ending."""

    centre_id: int
    association_id: int | None
    year: int | None
    kind: FileKind
    name: str
    media_type: str
    pages: int | None = None
    title: str = ""
    uploaded_by: int | None = None


def enter(session: Session, entry: Entry, stored: Stored, now: datetime) -> StoredFile:
    """Enter bytes that the store has."""
    _share_archive(session, entry.centre_id)
    file = StoredFile(
        centre_id=entry.centre_id,
        association_id=entry.association_id,
        year=entry.year,
        kind=entry.kind.value,
        name=entry.name,
        title=entry.title,
        media_type=entry.media_type,
        sha256=stored.sha256,
        size=stored.size,
        pages=entry.pages,
        uploaded_by=entry.uploaded_by,
        created_at=now,
    )
    session.add(file)
    session.flush()
    return file


def replace_bytes(
    session: Session, file: StoredFile, stored: Stored, now: datetime, pages: int | None = None
) -> StoredFile:
    """Let an entry name other bytes: a draft made anew. The old ones go unless something else names them."""
    _share_archive(session, file.centre_id)
    old = file.sha256
    file.sha256, file.size, file.pages, file.created_at = stored.sha256, stored.size, pages, now
    session.flush()
    if old != stored.sha256:
        want_removal(session, file.centre_id, old, now)
    return file


def want_removal(session: Session, centre_id: int, sha256: str, now: datetime) -> None:
    """Want bytes looked at that an entry has stopped naming."""
    outbox.want(session, centre_id, "remove_bytes", centre_id, now, {"sha256": sha256})


def remove_bytes(database: Database, store: ByteStore, centre_id: int, sha256: str) -> bool:
    """The job `remove_bytes`: delete bytes that no entry names any more (R17.4); true when they went."""
    with database.write() as session:
        session.execute(select(Centre.id).where(Centre.id == centre_id).with_for_update())
        named = session.scalar(
            select(StoredFile.id)
            .where(
                StoredFile.centre_id == centre_id,
                StoredFile.sha256 == sha256,
                StoredFile.withdrawn_at.is_(None),
            )
            .limit(1)
        )
        return named is None and store.delete(centre_id, sha256)


def _share_archive(session: Session, centre_id: int) -> None:
    """Nobody deletes bytes of the centre while this transaction enters some."""
    session.execute(
        select(Centre.id).where(Centre.id == centre_id).with_for_update(read=True, key_share=True)
    )
