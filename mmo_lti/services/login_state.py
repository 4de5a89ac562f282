"""Begun logins in the database: each is taken once, by whichever process asks first."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from mmo_lti.models.login_state import LoginState

_states = cast("Table", LoginState.__table__)
_KEEP = insert(_states)
_PURGE = delete(_states).where(_states.c.expires_at <= bindparam("moment"))
_TAKE = (
    update(_states)
    .where(
        _states.c.state_digest == bindparam("of"),
        _states.c.used_at.is_(None),
        _states.c.expires_at > bindparam("moment"),
    )
    .values(used_at=bindparam("moment"))
    .returning(*_states.c)
)


def keep(session: Session, values: dict[str, Any], moment: datetime) -> None:
    """Store a begun login (the row's columns), and forget those that never finished."""
    purge(session, moment)
    session.execute(_KEEP, values)


def take(session: Session, state_digest: str, moment: datetime) -> Row[*tuple[Any, ...]] | None:
    """The begun login, if nobody took it before and it has not expired: one conditional UPDATE decides."""
    return session.execute(_TAKE, {"of": state_digest, "moment": moment}).one_or_none()


def was_used(session: Session, state_digest: str) -> bool:
    """Whether a login that cannot be taken is one that was taken before: then the launch is a replay."""
    used = select(LoginState.used_at).where(LoginState.state_digest == state_digest)
    return session.scalar(used) is not None


def purge(session: Session, moment: datetime) -> int:
    """Delete expired rows; returns how many."""
    gone = session.execute(_PURGE, {"moment": moment})
    return int(gone.rowcount)  # type: ignore[attr-defined]
