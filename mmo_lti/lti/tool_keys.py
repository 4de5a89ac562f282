"""The tool's own keys: published before they sign, kept a while after their follower took over (SEC 6.4)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.tool_key import ToolKey
from mmo_lti.services.sealed import seal, unseal

BITS = 2048
OVERLAP = timedelta(hours=24)
"""How long a key is published before its first use, and after its last."""
PUBLISHED = ("kty", "n", "e", "kid", "alg", "use")
FIRST_KID = "mmo-1"


def published(session: Session, now: datetime) -> list[dict[str, Any]]:
    """The public keys that platforms may need at this moment, newest first."""
    keys = _all(session)
    found = []
    for place, key in enumerate(keys):
        follower = keys[place - 1] if place else None
        if follower is None or now < follower.signs_from + OVERLAP:
            found.append({name: key.public[name] for name in PUBLISHED})
    return found


@dataclass(frozen=True)
class Turn:
    """A published key: `state` is `next`, `signing` or `previous`; `until` is the end of its publication."""

    kid: str
    state: str
    signs_from: datetime
    until: datetime | None


def timetable(session: Session, now: datetime) -> list[Turn]:
    """The published keys, newest first: which signs, which will, which one is still asked for."""
    shown = {key["kid"] for key in published(session, now)}
    found: list[Turn] = []
    follower: ToolKey | None = None
    signing = False
    for key in _all(session):
        state = "next" if key.signs_from > now else "previous" if signing else "signing"
        signing = signing or state == "signing"
        if key.kid in shown:
            until = follower.signs_from + OVERLAP if follower else None
            found.append(Turn(key.kid, state, key.signs_from, until))
        follower = key
    return found


def signing_key(session: Session, secret: str, now: datetime) -> RSAKey:
    """The key that signs at this moment."""
    current = next((key for key in _all(session) if key.signs_from <= now), None)
    if current is None:
        raise LookupError("the tool has no key yet")
    return RSAKey.import_key(unseal(secret, current.sealed_private), {"kid": current.kid})


def ensure_key(session: Session, secret: str, now: datetime) -> None:
    """Make the first key where there is none; several processes may try at once."""
    if session.scalar(select(ToolKey.kid).limit(1)) is not None:
        return
    try:
        with session.begin_nested():
            session.add(_fresh(secret, FIRST_KID, published_at=now, signs_from=now))
    except IntegrityError:
        return


def rotate(session: Session, secret: str, now: datetime) -> str:
    """Publish the next key; it signs from a day later on. Returns its `kid`.

    A rotation that has begun is not begun again: the key that waits is returned.
    """
    ensure_key(session, secret, now)
    newest = _all(session)[0]
    if newest.signs_from > now:
        return newest.kid
    kid = f"mmo-{secrets.token_hex(6)}"
    session.add(_fresh(secret, kid, published_at=now, signs_from=now + OVERLAP))
    session.flush()
    return kid


def forget_old(session: Session, now: datetime) -> int:
    """Delete keys that are published no longer; returns how many."""
    kept = {key["kid"] for key in published(session, now)}
    old = [key for key in _all(session) if key.kid not in kept]
    for key in old:
        session.delete(key)
    return len(old)


def sign(session: Session, secret: str, claims: Mapping[str, Any], now: datetime) -> str:
    """A signed token with the key of the moment."""
    key = signing_key(session, secret, now)
    header = {"alg": "RS256", "typ": "JWT", "kid": key.kid}
    return jwt.encode(header, dict(claims), key, algorithms=["RS256"])


def _all(session: Session) -> list[ToolKey]:
    return list(session.scalars(select(ToolKey).order_by(ToolKey.signs_from.desc(), ToolKey.kid)))


def _fresh(secret: str, kid: str, *, published_at: datetime, signs_from: datetime) -> ToolKey:
    key = RSAKey.generate_key(BITS, {"kid": kid, "alg": "RS256", "use": "sig"}, private=True)
    return ToolKey(
        kid=kid,
        public=dict(key.as_dict(private=False)),
        sealed_private=seal(secret, key.as_pem(private=True).decode()),
        published_at=published_at,
        signs_from=signs_from,
    )
