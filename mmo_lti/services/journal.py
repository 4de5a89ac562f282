"""Writing the journal: the only way a row gets there, always inside the change's own transaction."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.models.journal import JournalEntry
from mmo_lti.services.actor import Actor


def record(
    session: Session,
    actor: Actor,
    action: str,
    thing: object,
    now: datetime,
    *,
    old: str = "",
    new: str = "",
    association_id: int | None = None,
    role: str = "",
    words: str = "",
) -> None:
    """Add a row about `thing` (a mapped object): ids and states; of `words` only a salted digest is kept."""
    session.flush()
    entry = JournalEntry(
        centre_id=actor.centre_id,
        at=now,
        actor=actor.person_id,
        role=role,
        action=action,
        object_type=thing.__tablename__,  # type: ignore[attr-defined]
        object_id=thing.id,  # type: ignore[attr-defined]
        association_id=association_id,
        old_state=old,
        new_state=new,
        digest=_digest(words, actor.centre_id, now) if words else "",
    )
    session.add(entry)


def _digest(words: str, centre_id: int, now: datetime) -> str:
    return hmac.new(f"{centre_id}:{now.isoformat()}".encode(), words.encode(), hashlib.sha256).hexdigest()
