"""Public keys of platforms: cached in the process and in the database, refreshed on an unknown `kid`.

A launch with a known key asks nobody. Times are the machine's (`moment`), not the demo's.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64decode

from mmo_lti.lti.outgoing import Answer, Outgoing, OutgoingFailed
from mmo_lti.lti.refusal import later, untrusted
from mmo_lti.lti.turns import Turns
from mmo_lti.models.database import Database
from mmo_lti.services import platform_key_set
from mmo_lti.services.platform_key_set import StoredKeys

MIN_FRESH = timedelta(minutes=5)
DEFAULT_FRESH = timedelta(hours=1)
MAX_FRESH = timedelta(hours=24)
USABLE = timedelta(hours=24)
"""So long a known key is trusted while the platform's key set cannot be fetched."""
POLL_SECONDS = 0.05
WAIT_SECONDS = 2.0
"""So long a launch waits while another one asks its platform."""
MAX_WAITING = 3
"""So many launches of a platform wait in a process: half of its threads, together with the one that asks."""
MIN_BITS = 2048
MAX_BITS = 8192
MAX_EXPONENT = 2**33

_MAX_AGE = re.compile(r"max-age=(\d{1,9})")


@dataclass
class _Cached:
    stored: StoredKeys
    keys: dict[str, RSAKey]


@dataclass
class PlatformKeys:
    """Finds the key that a launch names; shared by all threads of a process."""

    database: Database
    outgoing: Outgoing
    wall: Callable[[], datetime]
    stale_use: Callable[[int, str], None]
    """Told about each key used although the set could not be refreshed (registration, reason)."""
    _cache: dict[int, _Cached] = field(default_factory=dict)
    _turns: Turns = field(default_factory=lambda: Turns(MAX_WAITING))

    def find(self, registration_id: int, jwks_uri: str, kid: str) -> RSAKey:
        """The platform's key `kid`.

        Raises `Refused`: UNTRUSTED when the platform has no such key, LATER when it could not be asked.
        """
        moment = self.wall()
        cached = self._cache.get(registration_id)
        if cached is None or kid not in cached.keys:
            cached = self._load(registration_id)
        known = cached.keys.get(kid) if _is_usable(cached.stored, moment) else None
        if known is not None and cached.stored.is_fresh(moment):
            return known
        if known is not None and cached.stored.has_just_failed(moment):
            self.stale_use(registration_id, "jwks_down")
            return known
        # While one thread asks, those that know a key go on with it.
        with self._turns.turn(registration_id, 0 if known else WAIT_SECONDS) as mine:
            if mine:
                return self._find_slowly(registration_id, jwks_uri, kid)
        if known is not None:
            return known
        raise later("jwks_busy", kid=kid)

    def _find_slowly(self, registration_id: int, jwks_uri: str, kid: str) -> RSAKey:
        moment = self.wall()
        cached = self._load(registration_id)
        fresh = cached.stored.is_fresh(moment)
        if kid in cached.keys and fresh:
            return cached.keys[kid]
        failure = self._refresh(registration_id, jwks_uri, cached.stored, unknown=fresh)
        cached = self._load(registration_id)
        usable = _is_usable(cached.stored, moment)
        if kid in cached.keys and usable:
            if failure:
                self.stale_use(registration_id, failure)
            return cached.keys[kid]
        if failure or not usable:
            raise later(failure or "jwks_down", kid=kid)
        raise untrusted("kid", kid=kid)

    def _load(self, registration_id: int) -> _Cached:
        with self.database.read() as session:
            stored = platform_key_set.load(session, registration_id)
        cached = self._cache.get(registration_id)
        if cached is None or cached.stored != stored:
            cached = _Cached(stored, usable_keys(stored.keys))
            self._cache[registration_id] = cached
        return cached

    def _refresh(self, registration_id: int, jwks_uri: str, stored: StoredKeys, *, unknown: bool) -> str:
        """Fetch the set if it is this process's turn; returns the failure's word, or nothing."""
        moment = self.wall()
        if not stored.may_ask(moment, unknown=unknown):
            return self._wait(registration_id, stored)
        with self.database.write() as session:
            mine = platform_key_set.claim(session, registration_id, moment, unknown=unknown)
        if not mine:
            return self._wait(registration_id, self._load(registration_id).stored)
        try:
            document, answer = self.outgoing.get_json(jwks_uri)
            keys = _key_list(document)
        except OutgoingFailed as failed:
            with self.database.write() as session:
                platform_key_set.failed(session, registration_id, self.wall())
            return f"jwks_{failed.reason}"
        with self.database.write() as session:
            platform_key_set.store(session, registration_id, keys, self.wall(), _fresh_for(answer))
        return ""

    def _wait(self, registration_id: int, stored: StoredKeys) -> str:
        """Another process is asking, or has just asked: wait for its answer instead of asking too."""
        deadline = time.monotonic() + platform_key_set.FETCH.total_seconds()
        while stored.is_asked_for(self.wall()):
            if time.monotonic() > deadline:
                return "jwks_timeout"
            time.sleep(POLL_SECONDS)
            stored = self._load(registration_id).stored
        return "jwks_down" if stored.has_just_failed(self.wall()) else ""


def usable_keys(entries: list[Any]) -> dict[str, RSAKey]:
    """The keys of a set that may verify a launch, by `kid`; one bad entry does not spoil the others.

    RSA only, 2048 bits or more, an honest exponent, not for encryption (security framework 6.1).
    """
    found: dict[str, RSAKey] = {}
    for entry in entries:
        key = _usable_key(entry)
        if key is not None:
            found.setdefault(entry["kid"], key)
    return found


def _usable_key(entry: Any) -> RSAKey | None:
    if not isinstance(entry, Mapping) or entry.get("kty") != "RSA" or entry.get("use", "sig") != "sig":
        return None
    kid = entry.get("kid")
    if not isinstance(kid, str) or not kid or entry.get("alg", "RS256") != "RS256":
        return None
    operations = entry.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    modulus, exponent = _number(entry.get("n")), _number(entry.get("e"))
    if (
        not MIN_BITS <= modulus.bit_length() <= MAX_BITS
        or not 3 <= exponent < MAX_EXPONENT
        or exponent % 2 == 0
    ):
        return None
    try:
        return RSAKey.import_key({"kty": "RSA", "kid": kid, "n": entry["n"], "e": entry["e"]})
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _number(text: Any) -> int:
    """A number of a key, checked before joserfc sees it; 0 for anything that is none."""
    if not isinstance(text, str) or not text.isascii() or len(text) > MAX_BITS:
        return 0
    try:
        return int.from_bytes(urlsafe_b64decode(text.encode()), "big")
    except ValueError:
        return 0


def _key_list(document: Any) -> list[Any]:
    """The entries of a key set; a document without one usable key is no key set."""
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list) or not usable_keys(keys):
        raise OutgoingFailed("empty")
    return keys


def _fresh_for(answer: Answer) -> timedelta:
    control = answer.headers.get("Cache-Control", "").lower()
    found = _MAX_AGE.search(control)
    if "no-store" in control or "no-cache" in control:
        return MIN_FRESH
    wanted = timedelta(seconds=int(found[1])) if found else DEFAULT_FRESH
    return min(max(wanted, MIN_FRESH), MAX_FRESH)


def _is_usable(stored: StoredKeys, moment: datetime) -> bool:
    return stored.fetched_at is not None and moment - stored.fetched_at < USABLE
