"""I. Access tokens for services: a platform that is slow to give one delays its own services only."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from mmo_lti.lti import platform_service
from mmo_lti.lti.outgoing import Answer
from mmo_lti.lti.platform_service import PlatformService, ServiceFailed
from mmo_lti.services.registration import register_platform
from tests.lti.conftest import NOW, platform_facts
from tests.lti.platform import TOKEN
from tests.lti.services import READ

OTHER = "https://other.example"
SOON = 2


class Slow:
    """Gives tokens; that of the first platform when the test says so."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def send(self, _method: str, url: str, **_: object) -> Answer:
        if url == TOKEN:
            self.begun.set()
            assert self.may_end.wait(4 * SOON)
        return Answer(200, {}, b'{"access_token": "given", "expires_in": 3600}')


@pytest.fixture
def other(service, database) -> PlatformService:
    """A second platform on the same ground."""
    facts = platform_facts(
        iss=OTHER,
        authorization_endpoint=f"{OTHER}/auth",
        token_endpoint=f"{OTHER}/token",
        jwks_uri=f"{OTHER}/certs",
    )
    with database.write() as session:
        registered = register_platform(session, facts, frozenset(), NOW)
        session.flush()
        number = registered.id
    return replace(
        service,
        platform=replace(service.platform, registration_id=number, token_endpoint=f"{OTHER}/token"),
    )


def test_lti_084_a_slow_platform_delays_nobody_elses_services(service, other, monkeypatch):
    way = Slow()
    monkeypatch.setattr(service.ground, "outgoing", way)
    with ThreadPoolExecutor(3) as pool:
        asking = pool.submit(service.token, READ)
        try:
            assert way.begun.wait(SOON)
            assert pool.submit(other.token, READ).result(SOON) == "given"
            assert not asking.done()
        finally:
            way.may_end.set()
        assert asking.result(SOON) == "given"


def test_lti_084_whoever_waits_too_long_may_try_again(service, monkeypatch):
    way = Slow()
    monkeypatch.setattr(service.ground, "outgoing", way)
    monkeypatch.setattr(platform_service, "WAIT_SECONDS", 0.05)
    with ThreadPoolExecutor(3) as pool:
        asking = pool.submit(service.token, READ)
        try:
            assert way.begun.wait(SOON)
            with pytest.raises(ServiceFailed, match="token_timeout") as failed:
                pool.submit(service.token, READ).result(SOON)
            assert failed.value.again
        finally:
            way.may_end.set()
        assert asking.result(SOON) == "given"
