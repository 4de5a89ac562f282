"""Stores of begun logins: each gives a login once and tells a replay from an unknown state."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mmo_lti.lti.state_store import STATE_SECONDS, DatabaseStates, PendingLogin, RedisStates
from tests.lti.conftest import NOW


class OneRedis:
    """The three commands that the store uses, with expiry by a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.kept: dict[str, tuple[bytes, float]] = {}

    def set(self, name: str, value: str | bytes, ex: int) -> None:
        self.kept[name] = (value if isinstance(value, bytes) else value.encode(), self.now + ex)

    def getdel(self, name: str) -> bytes | None:
        value, until = self.kept.pop(name, (None, 0.0))
        return value if until > self.now else None

    def exists(self, name: str) -> int:
        return int(name in self.kept and self.kept[name][1] > self.now)


@pytest.fixture(params=["database", "redis"])
def store(request, database):
    """A store, and how its time is moved."""
    if request.param == "database":
        moment = [NOW]

        def forward(seconds: float) -> None:
            moment[0] += timedelta(seconds=seconds)

        return DatabaseStates(database), lambda: moment[0], forward
    server = OneRedis()

    def pass_time(seconds: float) -> None:
        server.now += seconds

    return RedisStates(server), lambda: NOW, pass_time  # type: ignore[arg-type]


@pytest.fixture
def login(registration) -> PendingLogin:
    return PendingLogin("b" * 64, "nonce", registration.id, "1", "https://tool.example/lti/launch")


def test_lti_020_login_is_given_once(store, login):
    states, moment, _ = store
    states.keep("state", login, moment())
    assert not states.was_used("state")
    assert states.take("state", moment()) == login
    assert states.take("state", moment()) is None
    assert states.was_used("state")


def test_lti_017_unknown_and_expired(store, login):
    states, moment, forward = store
    assert states.take("unknown", moment()) is None
    assert not states.was_used("unknown")
    states.keep("state", login, moment())
    forward(STATE_SECONDS - 1)
    states.keep("other", login, moment())
    forward(1)
    assert states.take("state", moment()) is None
    assert states.take("other", moment()) == login
