"""Sealing the journal: a hash chain per centre, in order, after the rows were committed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import ScalarResult, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.journal import JournalEntry, JournalHead

SEALED_FIELDS = (
    "id",
    "centre_id",
    "at",
    "actor",
    "role",
    "action",
    "object_type",
    "object_id",
    "association_id",
    "old_state",
    "new_state",
    "digest",
)
BATCH = 1000


@dataclass(frozen=True)
class ChainCheck:
    """How a centre's chain stands.

    `broken_at` is the number of the first seal that does not fit its row and the seal before it; `missing`
    counts sealed rows that are gone from the end, `unsealed` those that wait for the next sealing.
    """

    sealed: int
    unsealed: int
    broken_at: int | None = None
    missing: int = 0

    @property
    def whole(self) -> bool:
        """Whether every sealed row is there and unchanged."""
        return self.broken_at is None and self.missing == 0


def seal(session: Session, centre_id: int) -> int:
    """Seal the centre's committed rows that have no seal yet; return how many. A transaction of its own."""
    head = _held_head(session, centre_id)
    rows = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.centre_id == centre_id, JournalEntry.seal_number.is_(None))
        .order_by(JournalEntry.id)
    ).all()
    for row in rows:
        head.seal_number += 1
        head.seal = _link(head.seal, head.seal_number, row)
        row.seal_number = head.seal_number
        row.seal = head.seal
    return len(rows)


def _held_head(session: Session, centre_id: int) -> JournalHead:
    """The end of the chain, held until the transaction ends: two sealers go one after the other."""
    head = session.get(JournalHead, centre_id, with_for_update=True)
    if head is not None:
        return head
    try:
        with session.begin_nested():
            session.add(JournalHead(centre_id=centre_id, seal_number=0, seal=""))
    except IntegrityError:
        # Another sealer began the chain a moment earlier: its end is read below.
        session.expire_all()
    return session.get_one(JournalHead, centre_id, with_for_update=True)


def verify(session: Session, centre_id: int) -> ChainCheck:
    """Walk the centre's chain from its beginning to the first broken link."""
    head = session.get(JournalHead, centre_id)
    unsealed = session.scalar(
        select(func.count())
        .select_from(JournalEntry)
        .where(JournalEntry.centre_id == centre_id, JournalEntry.seal_number.is_(None))
    )
    last, number = "", 0
    # A broken link ends the walk early: the cursor on the server is closed with the block.
    with _sealed(session, centre_id) as rows:
        for row in rows:
            number += 1
            if row.seal_number != number or row.seal != _link(last, number, row):
                return ChainCheck(number - 1, unsealed or 0, broken_at=number)
            last = row.seal
    missing = max(0, (head.seal_number if head else 0) - number)
    if head and missing == 0 and head.seal != last:
        return ChainCheck(number, unsealed or 0, broken_at=number)
    return ChainCheck(number, unsealed or 0, missing=missing)


def _sealed(session: Session, centre_id: int) -> ScalarResult[JournalEntry]:
    chain = (
        select(JournalEntry)
        .where(JournalEntry.centre_id == centre_id, JournalEntry.seal_number.is_not(None))
        .order_by(JournalEntry.seal_number)
    )
    return session.scalars(chain.execution_options(yield_per=BATCH))


def _link(last: str, number: int, row: JournalEntry) -> str:
    said = {name: _plain(getattr(row, name)) for name in SEALED_FIELDS}
    text = json.dumps([last, number, said], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
