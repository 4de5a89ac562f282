"""Files of the archive: brought by people, opened, withdrawn (R16, R17)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from mmo_lti.files.intake import DEFAULT_MAX_BYTES, TakenIn, take_in
from mmo_lti.files.scan_hook import ScanUnavailableError, VirusScan, no_scan
from mmo_lti.files.store import ByteStore
from mmo_lti.models.association import Association
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.permission import Circumstance
from mmo_lti.services import journal, typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.archive import Entry, enter, want_removal
from mmo_lti.services.denial import denial
from mmo_lti.services.file_kind import BRINGS, FileKind, allowed_content, ending, upload_name
from mmo_lti.services.file_rights import require_open
from mmo_lti.services.permission import may, require
from mmo_lti.services.scope import check_centre, hold, local_today

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """A file to send: its safe name, its type, its size in bytes, and the bytes (the caller closes them)."""

    name: str
    media_type: str
    size: int
    stream: BinaryIO


def check_upload(
    session: Session,
    actor: Actor,
    kind: FileKind,
    association: Association | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Raise `Denied` unless the actor may bring a file of the kind: ask before its first byte is read.

    With a `reason` a coordinator brings it for an absent leader. An order's scan may precede its association.
    """
    today = local_today(session, actor.centre_id, now)
    absent = {Circumstance.LEADER_ABSENT, Circumstance.REASON_GIVEN} if reason.strip() else set()
    actions = BRINGS.get(kind, ())
    if not any(may(session, actor, action, today, association, absent) for action in actions):
        refused = actions[0] if actions else Action.FILE_WITHDRAW
        raise denial(session, actor, refused, today, association, absent)


def receive(
    store: ByteStore,
    centre_id: int,
    stream: BinaryIO,
    filename: str,
    kind: FileKind,
    *,
    max_bytes: int = DEFAULT_MAX_BYTES,
    scan: VirusScan = no_scan,
) -> TakenIn:
    """Look through an upload and keep its bytes; `FileRefused` keeps nothing.

    `file.scan_unavailable` while the operator's virus scanner does not answer: nothing is known of the file.
    It takes seconds for a big scan and needs no database: call it outside a transaction.
    """
    allowed = allowed_content(kind)
    try:
        return take_in(store, centre_id, stream, filename, allowed=allowed, max_bytes=max_bytes, scan=scan)
    except ScanUnavailableError as error:
        _log.error("the virus scanner does not answer: %s", error)
        raise RuleError("file.scan_unavailable") from error


def file_received(
    session: Session,
    store: ByteStore,
    actor: Actor,
    taken: TakenIn,
    kind: FileKind,
    *,
    association: Association | None,
    now: datetime,
    year: int | None = None,
    name: str = "",
    title: str = "",
    reason: str = "",
) -> StoredFile:
    """Enter what `receive` kept. `name` is ours and has no ending; `file.gone` asks to send it once more."""
    check_upload(session, actor, kind, association, now, reason)
    content = taken.sniffed.kind
    entry = Entry(
        centre_id=actor.centre_id,
        association_id=association.id if association else None,
        year=year,
        kind=kind,
        name=f"{name or upload_name(kind, association, year)}.{ending(content)}",
        media_type=content.media_type,
        pages=taken.sniffed.pages,
        title=typed_text.line(title, "title", 300),
        uploaded_by=actor.person_id,
    )
    file = enter(session, entry, taken.stored, now)
    if not store.exists(actor.centre_id, taken.stored.sha256):
        raise RuleError("file.gone")
    journal.record(
        session, actor, "file.bring", file, now, new=kind.value, association_id=file.association_id
    )
    return file


def open_file(session: Session, store: ByteStore, actor: Actor, file: StoredFile, now: datetime) -> Opened:
    """Open a file for somebody who may read it; `file.withdrawn` (on), or `file.lost` without its bytes."""
    require_open(session, actor, file, local_today(session, actor.centre_id, now))
    if file.withdrawn_at is not None:
        raise RuleError("file.withdrawn", on=file.withdrawn_at)
    try:
        stream = store.open(file.centre_id, file.sha256)
    except FileNotFoundError:
        raise RuleError("file.lost", name=file.name) from None
    return Opened(file.name, file.media_type, file.size, stream)


def withdraw(session: Session, actor: Actor, file: StoredFile, reason: str, now: datetime) -> StoredFile:
    """The coordinator withdraws a file uploaded by mistake: the bytes go, the entry and its hash stay (R17).

    Needs a reason (`file.reason_missing`); withdrawn twice, it is withdrawn once.
    """
    check_centre(actor, file)
    association = session.get(Association, file.association_id) if file.association_id else None
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.FILE_WITHDRAW, today, association)
    told = typed_text.words(reason, "file.reason_missing")
    hold(session, file)
    if file.withdrawn_at is None:
        file.withdrawn_at, file.withdrawn_reason = now, told
        journal.record(
            session, actor, "file.withdraw", file, now, association_id=file.association_id, words=told
        )
        want_removal(session, file.centre_id, file.sha256, now)
    return file
