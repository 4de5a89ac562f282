"""F. Keys of the platform: one that is slow to answer delays its own newcomers only, and few of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import timedelta
from itertools import islice

import pytest

from mmo_lti.lti import platform_keys
from mmo_lti.lti.outgoing import Answer
from mmo_lti.lti.platform_keys import MAX_WAITING, PlatformKeys
from mmo_lti.lti.refusal import Outcome, Refused
from mmo_lti.services import platform_key_set
from mmo_lti.services.registration import register_platform
from tests.lti.conftest import NOW, platform_facts
from tests.lti.platform import JWKS, Platform

OTHER = "https://other.example"
HOUR = timedelta(hours=1)
SOON = 2
"""Seconds for what must not wait at all; a failing test ends after them."""


class Slow:
    """The way out to platforms: a fetch of `slow` ends when the test says so."""

    def __init__(self, platform: Platform) -> None:
        self.document = platform.jwks()
        self.slow = ""
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.asked: list[str] = []

    def get_json(self, url: str) -> tuple[object, Answer]:
        self.asked.append(url)
        if url == self.slow:
            self.begun.set()
            assert self.may_end.wait(4 * SOON)
        return self.document, Answer(200, {}, b"")


@pytest.fixture
def way(platform) -> Slow:
    return Slow(platform)


@pytest.fixture
def keys(database, way, clock) -> PlatformKeys:
    return PlatformKeys(database, way, clock, lambda *_: None)  # type: ignore[arg-type]


@pytest.fixture
def other(database) -> int:
    """The number of a second registered platform."""
    facts = platform_facts(
        iss=OTHER,
        authorization_endpoint=f"{OTHER}/auth",
        token_endpoint=f"{OTHER}/token",
        jwks_uri=f"{OTHER}/certs",
    )
    with database.write() as session:
        registered = register_platform(session, facts, frozenset(), NOW)
        session.flush()
        return registered.id


@pytest.fixture
def pool(way) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(24) as threads:
        yield threads
        way.may_end.set()


@pytest.fixture
def ask_slowly(pool, keys, way, registration) -> Callable[[], Future[object]]:
    """Begin a launch with a key that nobody has heard of, while the platform takes its time."""

    def begin() -> Future[object]:
        way.slow = JWKS
        found = pool.submit(keys.find, registration.id, JWKS, "unheard-of")
        assert way.begun.wait(SOON)
        return found

    return begin


def outcome_of(found: Future[object]) -> tuple[Outcome, str]:
    error = found.exception(SOON)
    assert isinstance(error, Refused)
    return error.outcome, error.reason


def test_lti_065_a_slow_platform_does_not_delay_another(pool, keys, way, ask_slowly, other):
    asking = ask_slowly()
    assert pool.submit(keys.find, other, f"{OTHER}/certs", "key-1").result(SOON)
    assert not asking.done()
    way.may_end.set()
    assert outcome_of(asking) == (Outcome.UNTRUSTED, "untrusted.kid")


def test_lti_065_a_slow_platform_does_not_delay_launches_with_a_known_key(
    pool, keys, way, registration, ask_slowly
):
    assert keys.find(registration.id, JWKS, "key-1")
    asking = ask_slowly()
    assert pool.submit(keys.find, registration.id, JWKS, "key-1").result(SOON)
    assert not asking.done()


def test_lti_065_a_key_that_another_process_found_is_used_while_ours_asks(
    pool, keys, way, registration, database, clock, ask_slowly
):
    """A process that has just begun knows no keys, and its first launch is a forged one."""
    asking = ask_slowly()
    with database.write() as session:
        platform_key_set.store(session, registration.id, way.document["keys"], clock(), HOUR)
    assert pool.submit(keys.find, registration.id, JWKS, "key-1").result(SOON)
    assert not asking.done()


def test_lti_065_only_a_few_wait_for_a_slow_platform(pool, keys, way, registration, ask_slowly, monkeypatch):
    """Whoever comes while enough are waiting is told at once to come again."""
    monkeypatch.setattr(platform_keys, "WAIT_SECONDS", 4 * SOON)
    ask_slowly()
    launches = [pool.submit(keys.find, registration.id, JWKS, "key-1") for _ in range(MAX_WAITING + 10)]
    told = list(islice(as_completed(launches, SOON), 10))
    assert {outcome_of(each) for each in told} == {(Outcome.LATER, "platform.jwks_busy")}
    waiting = [each for each in launches if each not in told]
    assert not any(each.done() for each in waiting)
    way.may_end.set()
    assert all(each.result(SOON) for each in waiting)
    assert way.asked == [JWKS]


def test_lti_065_whoever_waits_is_told_to_come_again_in_the_end(
    pool, keys, registration, ask_slowly, monkeypatch
):
    monkeypatch.setattr(platform_keys, "WAIT_SECONDS", 0.05)
    asking = ask_slowly()
    waiting = pool.submit(keys.find, registration.id, JWKS, "key-1")
    assert outcome_of(waiting) == (Outcome.LATER, "platform.jwks_busy")
    assert not asking.done()
