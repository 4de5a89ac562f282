"""Stores of begun logins: each gives a login once and tells a replay from an unknown state."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import Mock
from uuid import uuid4

import pytest
import redis

from mmo_lti.config import ConfigError, load_config
from mmo_lti.lti import state_store
from mmo_lti.lti.refusal import Outcome, Refused
from mmo_lti.lti.state_store import (
    STATE_SECONDS,
    DatabaseStates,
    MemoryStates,
    PendingLogin,
    RedisStates,
    open_states,
)
from tests.lti.conftest import NOW
from tests.lti.platform import TOOL
from tests.lti.statements import statements_of


class OneRedis:
    """The two commands that the store uses, with expiry by a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.kept: dict[str, tuple[bytes, float]] = {}

    def set(
        self, name: str, value: str | bytes, ex: int, *, xx: bool = False, get: bool = False
    ) -> bytes | bool | None:
        before = self.get(name)
        if not xx or before is not None:
            self.kept[name] = (value if isinstance(value, bytes) else value.encode(), self.now + ex)
        return before if get else True

    def get(self, name: str) -> bytes | None:
        value, until = self.kept.get(name, (None, 0.0))
        return value if until > self.now else None


@pytest.fixture(params=["database", "memory", "redis"])
def store(request, database):
    """A store, and how its time is moved."""
    if request.param != "redis":
        moment = [NOW]

        def forward(seconds: float) -> None:
            moment[0] += timedelta(seconds=seconds)

        states = MemoryStates() if request.param == "memory" else DatabaseStates(database)
        return states, lambda: moment[0], forward
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


@pytest.mark.services
def test_lti_020_a_real_redis_gives_a_login_once(login):
    """What the fake of the tests above promises: of twenty who ask at once one gets it."""
    url = os.environ.get("TEST_REDIS_URL")
    assert url, "TEST_REDIS_URL names no Redis: run the tests by .ci/services"
    state = uuid4().hex
    with redis.Redis.from_url(url) as client, ThreadPoolExecutor(20) as pool:
        states = RedisStates(client)
        assert states.take(state, NOW) is None
        assert not states.was_used(state)
        states.keep(state, login, NOW)
        found = list(pool.map(lambda _: states.take(state, NOW), range(20)))
        assert [each for each in found if each] == [login]
        assert states.was_used(state)


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


def test_memory_keeps_no_more_than_it_may(login, monkeypatch):
    monkeypatch.setattr(state_store, "MAX_IN_MEMORY", 3)
    states = MemoryStates()
    for number in range(5):
        states.keep(str(number), login, NOW)
    assert [states.take(str(number), NOW) for number in range(5)] == [None, None, login, login, login]


def test_lti_015_memory_forgets_logins_that_never_finish(login):
    states = MemoryStates()
    for number in range(1000):
        states.keep(str(number), login, NOW)
    states.keep("last", login, NOW + timedelta(seconds=STATE_SECONDS))
    assert len(states._kept) == 1


@pytest.fixture(params=[redis.ConnectionError, redis.TimeoutError, redis.ResponseError])
def lose_redis(request, side, monkeypatch) -> Callable[[], None]:
    """From then on the store of logins is a Redis that does not do what it is asked."""
    client = Mock()
    client.get.side_effect = client.set.side_effect = request.param("secret host")
    return lambda: monkeypatch.setattr(side, "states", RedisStates(client))


def test_a_login_without_redis_is_for_later(journey, expect, lose_redis):
    lose_redis()
    response = journey.login()
    expect.refused(response, Outcome.LATER, "store.down")
    assert response.headers["Retry-After"]


def test_a_launch_without_redis_is_for_later(journey, expect, caplog, lose_redis):
    journey.login()
    token = journey.platform.sign(journey.claims())
    lose_redis()
    for _ in range(2):
        response = journey.post(token)
        expect.refused(response, Outcome.LATER, "store.down")
        assert response.headers["Retry-After"]
    assert "secret host" not in caplog.text
    assert not any(record.exc_info for record in caplog.records)


def test_whether_a_state_was_used_is_for_later_without_redis(side, lose_redis):
    lose_redis()
    with pytest.raises(Refused, match=r"store\.down"):
        side.states.was_used("state")


def test_settings_choose_the_store(tmp_path, database):
    def chosen(**env):
        return type(open_states(load_config({"MMO_DATA": str(tmp_path), **env}), database))

    assert chosen() is DatabaseStates
    assert chosen(REDIS_URL="redis://127.0.0.1:1/0") is RedisStates
    assert chosen(MMO_STATES="memory") is MemoryStates
    for wrong in ({"MMO_STATES": "files"}, {"MMO_STATES": "memory", "REDIS_URL": "redis://127.0.0.1:1/0"}):
        with pytest.raises(ConfigError, match="MMO_STATES"):
            chosen(**wrong)


@pytest.mark.parametrize("state", ["", "x", "x" * 43, "x" * 43 + "." + "a" * 24, ".", "я.я", "\ud800.x"])
def test_lti_017_states_that_we_never_made_cost_no_look_into_the_store(journey, database, state):
    """Garbage is refused before anything is asked of a database or Redis."""
    sent = {"state": state.encode(errors="replace"), "id_token": "x.y.z"}
    with statements_of(database) as statements:
        response = journey.client.post("/lti/launch", data=sent, base_url=TOOL)
    assert response.status_code == 401
    assert [each for each in statements if "login_states" in each] == []
