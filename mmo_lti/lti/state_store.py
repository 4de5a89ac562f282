"""Where begun logins wait: shared by all web processes, taken once (security framework 5.1.3 step 9)."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, cast

import redis

from mmo_lti.config import Config
from mmo_lti.lti.refusal import Outcome, Refused
from mmo_lti.models.database import Database
from mmo_lti.services import login_state
from mmo_lti.services.sealed import digest_of

STATE_SECONDS = 600
"""How long a person may take from the click to the tool, a Moodle login included."""
MAX_IN_MEMORY = 200_000
"""More begun logins than this are a flood: about 100 MB."""

_USED = b"used"


class PendingLogin(NamedTuple):
    """What a `state` is bound to."""

    browser_digest: str
    nonce: str
    registration_id: int
    deployment_id: str
    target_link_uri: str


class StateStore(Protocol):
    """Keeps begun logins; `moment` is the machine's time. Raises `Refused` (LATER) where it cannot."""

    def keep(self, state: str, login: PendingLogin, moment: datetime) -> None:
        """Store a login for ten minutes."""

    def take(self, state: str, moment: datetime) -> PendingLogin | None:
        """The login, once: of any number of callers one gets it."""

    def was_used(self, state: str) -> bool:
        """Whether a state that cannot be taken was taken before."""


class DatabaseStates:
    """Begun logins as rows: nothing but the database is needed."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    def keep(self, state: str, login: PendingLogin, moment: datetime) -> None:
        """See `StateStore`."""
        expires = moment + timedelta(seconds=STATE_SECONDS)
        with self._database.write() as session:
            row = {"state_digest": digest_of(state), "expires_at": expires, **login._asdict()}
            login_state.keep(session, row, moment)

    def take(self, state: str, moment: datetime) -> PendingLogin | None:
        """See `StateStore`."""
        with self._database.write() as session:
            row = login_state.take(session, digest_of(state), moment)
            if row is None:
                return None
            return PendingLogin(
                browser_digest=row.browser_digest,
                nonce=row.nonce,
                registration_id=row.registration_id,
                deployment_id=row.deployment_id,
                target_link_uri=row.target_link_uri,
            )

    def was_used(self, state: str) -> bool:
        """See `StateStore`."""
        with self._database.read() as session:
            return login_state.was_used(session, digest_of(state))


class RedisStates:
    """Begun logins in Redis: one round trip to keep, one to take, by leaving a mark in a login's place."""

    def __init__(self, client: redis.Redis) -> None:
        """Keep them in the Redis of `client`."""
        self._redis = client

    def keep(self, state: str, login: PendingLogin, moment: datetime) -> None:
        """See `StateStore`; Redis forgets by its own clock."""
        del moment
        with _answered():
            self._redis.set(self._key(state), json.dumps(login._asdict()), ex=STATE_SECONDS)

    def take(self, state: str, moment: datetime) -> PendingLogin | None:
        """See `StateStore`."""
        del moment
        with _answered():
            before = self._redis.set(self._key(state), _USED, ex=STATE_SECONDS, xx=True, get=True)
        found = cast("bytes | None", before)
        return None if found in {None, _USED} else PendingLogin(**json.loads(found))

    def was_used(self, state: str) -> bool:
        """See `StateStore`."""
        with _answered():
            return self._redis.get(self._key(state)) == _USED

    @staticmethod
    def _key(state: str) -> str:
        return f"mmo:login:{digest_of(state)}"


@contextmanager
def _answered() -> Iterator[None]:
    """Refuse for later where Redis fails; what it says may name hosts, and goes nowhere."""
    try:
        yield
    except redis.RedisError:
        raise Refused(Outcome.LATER, "store.down") from None


class MemoryStates:
    """Begun logins in the memory of the one web process there is: a restart forgets them."""

    def __init__(self) -> None:
        """Nobody has begun yet."""
        self._kept: OrderedDict[str, tuple[PendingLogin | None, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, state: str, login: PendingLogin, moment: datetime) -> None:
        """See `StateStore`; the oldest give way where there are too many."""
        expires = moment + timedelta(seconds=STATE_SECONDS)
        with self._lock:
            self._kept[state] = (login, expires)
            while self._is_over(moment):
                self._kept.popitem(last=False)

    def _is_over(self, moment: datetime) -> bool:
        oldest = next(iter(self._kept.values()))
        return oldest[1] <= moment or len(self._kept) > MAX_IN_MEMORY

    def take(self, state: str, moment: datetime) -> PendingLogin | None:
        """See `StateStore`."""
        with self._lock:
            login, expires = self._kept.get(state, (None, moment))
            if login is None or expires <= moment:
                return None
            self._kept[state] = (None, expires)
            return login

    def was_used(self, state: str) -> bool:
        """See `StateStore`."""
        return self._kept.get(state, (state, None))[0] is None


def open_states(config: Config, database: Database) -> StateStore:
    """The store that the settings ask for: memory, Redis where one is named, else the database."""
    if config.states_in_memory:
        return MemoryStates()
    if config.redis_url:
        return RedisStates(redis.Redis.from_url(config.redis_url, socket_timeout=2, socket_connect_timeout=2))
    return DatabaseStates(database)
