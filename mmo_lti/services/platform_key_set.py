"""The shared copy of a platform's key set: who may fetch it, and what was fetched."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.registration import PlatformKeySet

FETCH = timedelta(seconds=6)
"""After this time a process that fetches has died."""
FAILED_PAUSE = timedelta(seconds=15)
"""So long nobody asks again after a fetch that failed."""
UNKNOWN_PAUSE = timedelta(minutes=1)
"""An unknown `kid` makes us ask at most once in this time, however many come."""


@dataclass(frozen=True)
class StoredKeys:
    """A copy of the row; `asked_at` is set while somebody fetches."""

    keys: list[Any] = field(default_factory=list)
    fetched_at: datetime | None = None
    fresh_until: datetime | None = None
    asked_at: datetime | None = None
    failed_at: datetime | None = None
    unknown_asked_at: datetime | None = None

    def is_fresh(self, moment: datetime) -> bool:
        """Whether the set need not be asked for."""
        return self.fresh_until is not None and moment < self.fresh_until

    def is_asked_for(self, moment: datetime) -> bool:
        """Whether a process fetches it right now."""
        return self.asked_at is not None and self.asked_at > moment - FETCH

    def has_just_failed(self, moment: datetime) -> bool:
        """Whether it is too early to try again."""
        return self.failed_at is not None and self.failed_at > moment - FAILED_PAUSE

    def may_ask(self, moment: datetime, *, unknown: bool) -> bool:
        """Whether somebody may fetch now; `unknown`: because of an unknown `kid`."""
        if self.is_asked_for(moment) or self.has_just_failed(moment):
            return False
        last = self.unknown_asked_at if unknown else None
        return last is None or last <= moment - UNKNOWN_PAUSE


def load(session: Session, registration_id: int) -> StoredKeys:
    """What is known of the registration's keys."""
    row = session.get(PlatformKeySet, registration_id)
    if row is None:
        return StoredKeys()
    return StoredKeys(
        row.keys, row.fetched_at, row.fresh_until, row.asked_at, row.failed_at, row.unknown_asked_at
    )


def claim(session: Session, registration_id: int, moment: datetime, *, unknown: bool) -> bool:
    """Whether this process is the one that fetches now; of several that ask at once one is.

    For an unknown `kid` only such fetches count, so that a rotation right after an ordinary refresh is
    followed at once.
    """
    row = session.get(PlatformKeySet, registration_id, with_for_update=True, populate_existing=True)
    if row is None:
        row = PlatformKeySet(registration_id=registration_id)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            return False
    elif not load(session, registration_id).may_ask(moment, unknown=unknown):
        return False
    row.asked_at = moment
    if unknown:
        row.unknown_asked_at = moment
    return True


def store(
    session: Session, registration_id: int, keys: list[Any], moment: datetime, fresh_for: timedelta
) -> None:
    """Keep a fetched set; nobody is asking any more."""
    _change(
        session,
        registration_id,
        keys=keys,
        fetched_at=moment,
        fresh_until=moment + fresh_for,
        asked_at=None,
        failed_at=None,
    )


def failed(session: Session, registration_id: int, moment: datetime) -> None:
    """Note that a fetch failed: the last good set stays, and the pause before the next try runs from here."""
    _change(session, registration_id, asked_at=None, failed_at=moment)


def _change(session: Session, registration_id: int, **values: Any) -> None:
    session.execute(
        update(PlatformKeySet).where(PlatformKeySet.registration_id == registration_id).values(**values)
    )
