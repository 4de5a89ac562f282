"""Tokens for a platform's services, shared by all processes: who may ask for one, and what was given.

Times are the machine's; tokens are kept encrypted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.course_service import AccessToken
from mmo_lti.services.sealed import Unreadable, seal, unseal

ASKING = timedelta(seconds=6)
"""After this time a process that asks has died."""


@dataclass(frozen=True)
class StoredToken:
    """What is known of a token; empty text where there is none that is good."""

    text: str = ""
    asked_at: datetime | None = None

    def is_asked_for(self, moment: datetime) -> bool:
        """Whether a process is asking for one right now."""
        return self.asked_at is not None and self.asked_at > moment - ASKING


def load(session: Session, registration_id: int, scopes: str, secret: str, moment: datetime) -> StoredToken:
    """The token, if it is still good."""
    row = session.get(AccessToken, (registration_id, scopes), populate_existing=True)
    if row is None:
        return StoredToken()
    if not row.sealed or row.good_until is None or row.good_until <= moment:
        return StoredToken(asked_at=row.asked_at)
    try:
        return StoredToken(unseal(secret, row.sealed), row.asked_at)
    except Unreadable:
        return StoredToken(asked_at=row.asked_at)


def claim(session: Session, registration_id: int, scopes: str, moment: datetime) -> bool:
    """Whether this process is the one that asks now; of several at once one is."""
    key = (registration_id, scopes)
    row = session.get(AccessToken, key, with_for_update=True, populate_existing=True)
    if row is None:
        try:
            with session.begin_nested():
                session.add(AccessToken(registration_id=registration_id, scopes=scopes, asked_at=moment))
        except IntegrityError:
            return False
        return True
    if StoredToken(asked_at=row.asked_at).is_asked_for(moment):
        return False
    row.asked_at = moment
    return True


def store(
    session: Session, registration_id: int, scopes: str, secret: str, text: str, good_until: datetime
) -> None:
    """Keep a token; nobody is asking any more."""
    session.execute(
        update(AccessToken)
        .where(AccessToken.registration_id == registration_id, AccessToken.scopes == scopes)
        .values(sealed=seal(secret, text), good_until=good_until, asked_at=None)
    )


def drop(session: Session, registration_id: int, scopes: str) -> None:
    """Forget a token that a service refused, or a request for one that failed."""
    session.execute(
        delete(AccessToken).where(
            AccessToken.registration_id == registration_id, AccessToken.scopes == scopes
        )
    )
