"""Workers that can be killed, and a queue that forgets: for tests in one process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import requests
from sqlalchemy.orm import Session

from mmo_lti.models.database import Database
from moodle_sync.sandbox import WsgiAdapter


class Killed(BaseException):
    """The worker is gone: nothing of it runs any more."""


class Life:
    """A worker's: it may end at a request, before it is sent or after Moodle has done what it asks."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.dead = False

    def spend(self) -> None:
        """One request nearer to its end."""
        if self.left is not None:
            self.left -= 1
            self.dead = self.left < 0
        self.check()

    def check(self) -> None:
        if self.dead:
            raise Killed


class MortalAdapter(WsgiAdapter):
    def __init__(self, app: object, life: Life, random: Random) -> None:
        super().__init__(app)
        self._life, self._random = life, random

    def send(self, request: requests.PreparedRequest, **more: object) -> requests.Response:  # type: ignore[override]
        if self._random.random() < 0.5:
            self._life.spend()
            return super().send(request, **more)
        response = super().send(request, **more)
        self._life.spend()
        return response


class MortalDatabase(Database):
    """A dead worker writes nothing: neither its end nor that it gives its lease back."""

    def __init__(self, living: Database, life: Life) -> None:
        self.url, self.queue, self.engine = living.url, living.queue, living.engine
        self._writers = living._writers
        self._life = life

    @contextmanager
    def write(self) -> Iterator[Session]:
        self._life.check()
        with super().write() as session:
            yield session
            self._life.check()


class ForgetfulQueue:
    """What a Redis would hold: that somebody is to look into the outbox."""

    def __init__(self) -> None:
        self.poked = False

    def poke(self) -> None:
        self.poked = True
