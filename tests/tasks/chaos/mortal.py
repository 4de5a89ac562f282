"""A worker in the test's own process that can be killed anywhere; dead, it neither writes nor sends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import requests
from sqlalchemy.orm import Session

from mmo_lti.models.database import Database
from moodle_sync.sandbox import WsgiAdapter

ROOT = Path(__file__).resolve().parents[3]
OURS = tuple(str(ROOT / name) for name in ("mmo_lti", "moodle_sync", "tasks"))
NOT_THE_WORKERS = str(ROOT / "moodle_sync" / "sandbox")


class Killed(BaseException):
    """The worker is gone: nothing of it runs any more."""


@cache
def _is_ours(filename: str) -> bool:
    return filename.startswith(OURS) and not filename.startswith(NOT_THE_WORKERS)


class Life:
    """A worker's. It ends at one of its requests, before it is sent or after its effect, or at any line of ours.

    What unwinds afterwards (`finally`, the ends of `with` blocks) meets a dead worker's database and network.
    """

    def __init__(self) -> None:
        self.dead = False
        self._requests: int | None = None
        self._lines = 0

    def check(self) -> None:
        if self.dead:
            raise Killed

    def request(self) -> None:
        """One request nearer to its end."""
        if self._requests is not None:
            self._requests -= 1
            self.dead = self._requests < 0
        self.check()

    @contextmanager
    def ending(self, requests: int | None, lines: int | None) -> Iterator[None]:
        """What runs inside dies after so many requests, or lines; None: not by them."""
        self._requests, self._lines = requests, lines or 0
        before = sys.gettrace()
        try:
            if lines is not None:
                sys.settrace(self._enter)
            yield
        finally:
            sys.settrace(before)
            self._requests = None

    def _enter(self, frame: FrameType, _event: str, _arg: Any) -> Callable[..., Any] | None:
        return self._line if _is_ours(frame.f_code.co_filename) else None

    def _line(self, _frame: FrameType, event: str, _arg: Any) -> Callable[..., Any]:
        if event == "line":
            self._lines -= 1
            if self._lines < 0:
                self.dead = True
                raise Killed
        return self._line


@contextmanager
def outside() -> Iterator[None]:
    """What others do meanwhile is not counted as the worker's own lines."""
    before = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(before)


class MortalAdapter(WsgiAdapter):
    """`around` is called with each request's body before it is sent and, or, after Moodle has done it."""

    def __init__(self, app: Any, life: Life, random: Random, around: Callable[[bytes, bool], None]) -> None:
        super().__init__(app)
        self._life, self._random, self._around = life, random, around

    def send(self, request: requests.PreparedRequest, **more: object) -> requests.Response:
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        self._life.check()
        early = self._random.random() < 0.5
        with outside():
            self._around(body, False)
        if early:
            self._life.request()
        with outside():
            response = super().send(request, **more)
            self._around(body, True)
        if not early:
            self._life.request()
        return response


class MortalDatabase(Database):
    """The database as a worker reaches it: a dead one commits nothing, not even that it gives its lease back."""

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
