"""Background work: wanted in the change's transaction, claimed by conditional UPDATE, done at least once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, event, func, or_, select, update
from sqlalchemy.orm import Session

from mmo_lti.models.outbox import OutboxRow
from mmo_lti.services.clock import farthest, wall_clock

MAX_ATTEMPTS = 8
"""After so many failures a row is dead: it is shown, and a person retries or drops it."""

BACKOFF_SECONDS = (5, 15, 60, 300, 900, 1800, 3600)
"""How long a failed row waits before its next attempt, by attempt."""

LONGEST_PAUSE_SECONDS = BACKOFF_SECONDS[-1]
"""No row waits longer, whatever the other side asks: what does was written before the clock was set back."""

BUSY_SECONDS = 2
"""How long a row waits whose thing another worker holds."""


def want(
    session: Session,
    centre_id: int,
    kind: str,
    subject_id: int,
    now: datetime,
    payload: dict[str, Any] | None = None,
) -> OutboxRow:
    """Write that work of `kind` about `subject_id` is wanted; poke the queue after the commit.

    A row of the same kind and subject that nobody has claimed yet serves as well: no second one is written.
    One that was given up is taken up again, with all its attempts.
    """
    _poke_after_commit(session)
    row = None if payload else _standing(session, centre_id, kind, subject_id)
    if row is None:
        row = OutboxRow(
            centre_id=centre_id, kind=kind, subject_id=subject_id, payload=payload or {}, created_at=now
        )
        session.add(row)
        return row
    row.not_before = None
    if row.dead:
        row.dead, row.attempts, row.failure, row.created_at = False, 0, "", now
    return row


def _standing(session: Session, centre_id: int, kind: str, subject_id: int) -> OutboxRow | None:
    """A row that can stand for the new wish; one that somebody else holds right now cannot.

    It is held until our commit: a worker that claimed it in between would do its job too early.
    """
    return session.scalar(
        select(OutboxRow)
        .where(
            OutboxRow.done_at.is_(None),
            OutboxRow.kind == kind,
            OutboxRow.subject_id == subject_id,
            OutboxRow.centre_id == centre_id,
            OutboxRow.claimed_by.is_(None),
        )
        .order_by(OutboxRow.dead, OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _poke_after_commit(session: Session) -> None:
    queue = session.info.get("queue")
    if queue is None or session.info.get("poke_pending"):
        return
    session.info["poke_pending"] = True

    def poke(_session: Session) -> None:
        # The end of a savepoint is told alike, but nobody else can see the row yet.
        if not session.in_nested_transaction() and session.info.pop("poke_pending", False):
            queue.poke()

    if not session.info.get("poke_listens"):
        session.info["poke_listens"] = True
        event.listen(session, "after_commit", poke)


def claim(session: Session, worker: str, lease_seconds: int) -> OutboxRow | None:
    """Take the oldest free row for `worker`, or none. Call in a transaction of its own."""
    at, life = wall_clock(), timedelta(seconds=lease_seconds)
    free = _free(at, life)
    oldest = select(OutboxRow.id).where(*free).order_by(OutboxRow.id).limit(1)
    row_id = session.scalar(oldest.with_for_update(skip_locked=True))
    if row_id is None:
        return None
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, *free)
        .values(
            claimed_by=worker,
            lease_until=at + life,
            attempts=OutboxRow.attempts + 1,
        )
        .execution_options(synchronize_session=False)
    )
    return session.get(OutboxRow, row_id, populate_existing=True)


def _free(at: datetime, life: timedelta) -> tuple[ColumnElement[bool], ...]:
    """Rows that nobody holds and that wait for nothing; no end is believed that nobody can have meant."""
    longest = timedelta(seconds=LONGEST_PAUSE_SECONDS)
    return (
        OutboxRow.done_at.is_(None),
        OutboxRow.dead.is_(False),
        or_(
            OutboxRow.claimed_by.is_(None),
            OutboxRow.lease_until < at,
            OutboxRow.lease_until > farthest(at, life),
        ),
        or_(
            OutboxRow.not_before.is_(None),
            OutboxRow.not_before <= at,
            OutboxRow.not_before > farthest(at, longest),
        ),
    )


def prolong(session: Session, row_id: int, worker: str, lease_seconds: int) -> bool:
    """Keep a claimed row; false when another worker has it by now (then stop)."""
    kept = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.claimed_by == worker, OutboxRow.done_at.is_(None))
        .values(lease_until=wall_clock() + timedelta(seconds=lease_seconds))
    )
    return bool(kept.rowcount == 1)  # type: ignore[attr-defined]


def finish(session: Session, row_id: int, worker: str, now: datetime) -> bool:
    """Mark the row done if it is still this worker's, and what was given up of the same work before."""
    done = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.claimed_by == worker, OutboxRow.done_at.is_(None))
        .values(done_at=now, failure="")
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return False
    row = session.get_one(OutboxRow, row_id, populate_existing=True)
    if not row.payload:
        _bury(session, row, now)
    return True


def _bury(session: Session, row: OutboxRow, now: datetime) -> None:
    given_up = select(OutboxRow).where(
        OutboxRow.done_at.is_(None),
        OutboxRow.kind == row.kind,
        OutboxRow.subject_id == row.subject_id,
        OutboxRow.centre_id == row.centre_id,
        OutboxRow.dead.is_(True),
    )
    for other in session.scalars(given_up.with_for_update(skip_locked=True)).all():
        if not other.payload:
            other.done_at, other.dead, other.failure = now, False, ""


def fail(
    session: Session, row_id: int, worker: str, code: str, *, retry: bool = True, after: int = 0
) -> None:
    """Give the row back with the failure's code; after the last attempt, or without `retry`, it is dead.

    `after`: seconds that the other side asks us to wait; it gets an hour at most.
    """
    row = session.get(OutboxRow, row_id, with_for_update=True)
    if row is None or row.claimed_by != worker or row.done_at is not None:
        return
    row.failure = code[:200]
    row.claimed_by = None
    row.lease_until = None
    if not retry or row.attempts >= MAX_ATTEMPTS:
        row.dead = True
        return
    pause = BACKOFF_SECONDS[min(row.attempts - 1, len(BACKOFF_SECONDS) - 1)]
    row.not_before = wall_clock() + timedelta(seconds=max(pause, min(after, LONGEST_PAUSE_SECONDS)))


def postpone(session: Session, row_id: int, worker: str) -> None:
    """Give the row back because its thing is busy: the attempt does not count."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.claimed_by == worker, OutboxRow.done_at.is_(None))
        .values(
            claimed_by=None,
            lease_until=None,
            attempts=OutboxRow.attempts - 1,
            not_before=wall_clock() + timedelta(seconds=BUSY_SECONDS),
        )
    )


def forget_done(session: Session, centre_id: int, before: datetime) -> int:
    """Delete the rows of a centre that were done before a moment; returns how many."""
    gone = session.execute(
        delete(OutboxRow).where(OutboxRow.centre_id == centre_id, OutboxRow.done_at < before)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def waiting(session: Session, centre_id: int | None = None) -> int:
    """How many rows are neither done nor dead."""
    count = (
        select(func.count())
        .select_from(OutboxRow)
        .where(OutboxRow.done_at.is_(None), OutboxRow.dead.is_(False))
    )
    if centre_id is not None:
        count = count.where(OutboxRow.centre_id == centre_id)
    return session.scalar(count) or 0
