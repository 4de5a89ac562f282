"""Keys change while people come: nobody is turned away."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import responses
from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import select
from werkzeug.test import TestResponse

from mmo_lti.lti import tool_keys
from mmo_lti.models.database import Database
from mmo_lti.models.person import Account
from mmo_lti.models.web_session import WebSession
from tests.lti.conftest import Clock, Journey
from tests.lti.platform import JWKS, TOOL, Platform

THREADS = 4
SECRET = "secret of the tests"


@dataclass
class RotatingPlatform:
    """Signs with its newest key and publishes what it says it publishes."""

    keys: list[RSAKey]
    signing: int = 0
    published: tuple[int, ...] = (0,)
    fetched: list[tuple[int, ...]] = field(default_factory=list)

    def signer(self) -> Platform:
        """The platform as it signs at this moment."""
        return Platform(self.keys[self.signing], kid=f"key-{self.signing}")

    def answer(self, _request: Any) -> tuple[int, dict[str, str], str]:
        """The key set, as it is asked for."""
        self.fetched.append(self.published)
        keys = [
            {**self.keys[each].as_dict(private=False), "kid": f"key-{each}", "alg": "RS256", "use": "sig"}
            for each in self.published
        ]
        return 200, {"Content-Type": "application/json"}, responses.json_module.dumps({"keys": keys})


@pytest.fixture
def rotating(rsa_keys: list[RSAKey]) -> Iterator[RotatingPlatform]:
    found = RotatingPlatform(rsa_keys)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback("GET", JWKS, found.answer)
        yield found


def opened_by(response: TestResponse) -> str:
    """The handle of the session that an answer signs its browser in to; empty where it does not."""
    cookies = " ".join(response.headers.getlist("Set-Cookie"))
    given = re.findall(r"__Host-mmo_session_([0-9a-f]{12})=\d+\.[\w-]+;", cookies)
    there = re.findall(r"/s/([0-9a-f]{12})/", response.location or "")
    return given[0] if given == there else ""


def signed_in(database: Database) -> dict[str, str]:
    """Whose session each handle is, by `sub`."""
    with database.read() as session:
        rows = session.execute(select(WebSession.handle, Account.sub).join(WebSession.account))
        return {row.handle: row.sub for row in rows}


@dataclass
class Load:
    """People who come in several threads until they are told to stop."""

    app: Flask
    clock: Clock
    platform: RotatingPlatform
    numbers: Iterator[int] = field(default_factory=count)
    statuses: list[int] = field(default_factory=list)
    sessions: list[tuple[str, str]] = field(default_factory=list)
    """Who came, and the handle of the session whose cookie the browser was given."""
    stopped: threading.Event = field(default_factory=threading.Event)
    under_way: int = 0
    jumping: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)

    def run(self, meanwhile: Callable[[Load], None]) -> None:
        """Launch without a break while `meanwhile` turns keys."""
        with ThreadPoolExecutor(THREADS) as pool:
            people = [pool.submit(self._come) for _ in range(THREADS)]
            try:
                meanwhile(self)
            finally:
                self.stopped.set()
            for each in people:
                each.result()

    def wait_for(self, more: int) -> None:
        """Until so many more people have come."""
        with self.changed:
            enough = len(self.statuses) + more
            assert self.changed.wait_for(lambda: len(self.statuses) >= enough, timeout=30)

    def jump(self, **duration: float) -> None:
        """Move the clock between two launches: a leap in the middle of one would make its token old."""
        with self.changed:
            self.jumping = True
            assert self.changed.wait_for(lambda: self.under_way == 0, timeout=30)
            self.clock.forward(**duration)
            self.jumping = False
            self.changed.notify_all()

    def _come(self) -> None:
        while not self.stopped.is_set():
            with self.changed:
                assert self.changed.wait_for(lambda: not self.jumping, timeout=30)
                self.under_way += 1
            # A browser each: one keeps ten begun logins at most.
            journey = Journey(self.app.test_client(), self.platform.signer(), self.clock)
            try:
                sub = str(next(self.numbers) % 9)
                came = journey.launch(sub=sub)
                self.sessions.append((sub, opened_by(came)))
                self.statuses.append(came.status_code)
            finally:
                with self.changed:
                    self.under_way -= 1
                    self.changed.notify_all()


def test_lti_063_platform_rotates_under_load(app, clock, rotating, database: Database):
    """Moodle publishes the new key and signs with it at once, and forgets the old one later."""

    def turn(load: Load) -> None:
        load.wait_for(20)
        for fresh in (1, 2):
            rotating.published = (fresh - 1, fresh)
            rotating.signing = fresh
            load.wait_for(20)
            rotating.published = (fresh,)
            load.wait_for(20)
            load.jump(minutes=2)

    load = Load(app, clock, rotating)
    load.run(turn)
    assert len(load.statuses) >= 100
    assert set(load.statuses) == {303}
    assert_right_people(load, database)
    assert rotating.fetched == [(0,), (0, 1), (1, 2)]


def test_lti_064_platform_that_rotates_twice_in_a_minute_is_asked_once(app, clock, rotating):
    """The price of the limit (064): a second unknown key is refused for the rest of the minute."""
    journey = Journey(app.test_client(), rotating.signer(), clock)
    assert journey.launch().status_code == 303
    for fresh, status in ((1, 303), (2, 401)):
        rotating.published = (fresh - 1, fresh)
        rotating.signing = fresh
        journey.platform = rotating.signer()
        assert journey.launch().status_code == status
    clock.forward(minutes=1)
    assert journey.launch().status_code == 303


def assert_right_people(load: Load, database: Database) -> None:
    """Everybody who came got a session of their own, as nobody else."""
    known = signed_in(database)
    assert len(load.sessions) == len(load.statuses)
    assert [who for who, handle in load.sessions if known.get(handle) != who] == []
    assert len({handle for _, handle in load.sessions}) == len(load.sessions)


@dataclass
class Verifier:
    """A platform that keeps our key set for a day, as Moodle may, and asks again for an unknown `kid`."""

    app: Flask
    clock: Clock
    keys: dict[str, Any] = field(default_factory=dict)
    until: Any = None

    def check(self, token: str) -> None:
        """Raise where the token does not verify by what is kept."""
        if self.until is None or self.clock() >= self.until:
            self._fetch()
        jwt.decode(token, KeySet.import_key_set(self.keys), algorithms=["RS256"])

    def _fetch(self) -> None:
        self.keys = self.app.test_client().get("/lti/jwks", base_url=TOOL).json
        self.until = self.clock() + timedelta(hours=24)


def test_lti_080_our_key_rotates_under_load(app, clock, rotating, database: Database):
    """Tokens of ours are verified by key sets of any age up to a day while the key turns, twice."""
    verifiers = [Verifier(app, clock) for _ in range(8)]

    def sign() -> str:
        with database.write() as session:
            tool_keys.ensure_key(session, SECRET, clock())
            return tool_keys.sign(session, SECRET, {"iss": "x"}, clock())

    def turn(load: Load) -> None:
        kids = set()
        for hour in range(0, 120, 3):
            if hour in (12, 60):
                with database.write() as session:
                    kids.add(tool_keys.rotate(session, SECRET, clock()))
            token = sign()
            verifiers[hour // 3 % 8].check(token)
            for each in verifiers:
                each.check(token)
            with database.write() as session:
                tool_keys.forget_old(session, clock())
            load.jump(hours=3)
            load.wait_for(1)
        assert len(kids) == 2

    load = Load(app, clock, rotating)
    load.run(turn)
    assert set(load.statuses) == {303}
    assert_right_people(load, database)
