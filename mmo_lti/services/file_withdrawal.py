"""Withdrawing a file uploaded by mistake, and what that does to the paper it belongs to (R17)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.action import Action
from mmo_lti.services.actor import Actor
from mmo_lti.services.file_kind import BRINGS, FileKind
from mmo_lti.services.permission import NotFound, may
from mmo_lti.services.protocol import withdraw_scan
from mmo_lti.services.scope import check_centre
from mmo_lti.services.stored_file import withdraw


def may_withdraw(session: Session, actor: Actor, association: Association, today: date) -> bool:
    """Whether the actor withdraws files of the association."""
    return may(session, actor, Action.FILE_WITHDRAW, today, association)


def is_withdrawable(file: StoredFile) -> bool:
    """Whether a file was brought by a person and is still there: what was made here is made anew instead."""
    return FileKind(file.kind) in BRINGS and file.withdrawn_at is None


def withdraw_file(session: Session, actor: Actor, file: StoredFile, reason: str, now: datetime) -> StoredFile:
    """Withdraw a file. The scan of a lodged protocol returns it; an accepted one then owes a new version.

    `file.reason_missing` without a reason; `NotFound` for a file that was made here. Twice is once.
    """
    check_centre(actor, file)
    if FileKind(file.kind) not in BRINGS:
        raise NotFound
    protocol = session.scalar(
        select(Protocol).where(Protocol.centre_id == file.centre_id, Protocol.scan_id == file.id)
    )
    if protocol is None or file.withdrawn_at is not None:
        return withdraw(session, actor, file, reason, now)
    withdraw_scan(session, actor, protocol, reason, now)
    return file
