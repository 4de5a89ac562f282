"""Begun logins in the database: each is taken once, by whichever process asks first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mmo_lti.models.login_state import LoginState


def keep(session: Session, state: LoginState, moment: datetime) -> None:
    """Store a begun login, and forget those that never finished."""
    purge(session, moment)
    session.add(state)


def take(session: Session, state_digest: str, moment: datetime) -> LoginState | None:
    """The begun login, if nobody took it before and it has not expired: one conditional UPDATE decides."""
    return session.scalar(
        update(LoginState)
        .where(
            LoginState.state_digest == state_digest,
            LoginState.used_at.is_(None),
            LoginState.expires_at > moment,
        )
        .values(used_at=moment)
        .returning(LoginState)
    )


def was_used(session: Session, state_digest: str) -> bool:
    """Whether a login that cannot be taken is one that was taken before: then the launch is a replay."""
    used = select(LoginState.used_at).where(LoginState.state_digest == state_digest)
    return session.scalar(used) is not None


def purge(session: Session, moment: datetime) -> int:
    """Delete expired rows; returns how many."""
    gone = session.execute(delete(LoginState).where(LoginState.expires_at <= moment))
    return int(gone.rowcount)  # type: ignore[attr-defined]
