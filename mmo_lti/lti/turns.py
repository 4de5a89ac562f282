"""Who asks a platform: one thread of a process at a time, while a few more wait for what it finds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A turn for each platform, by its registration's number: a slow one holds up nobody else's."""

    def __init__(self, waiting: int) -> None:
        """So many threads wait for the turn of one platform at most."""
        self._most = waiting
        self._turns: dict[int, tuple[threading.Lock, threading.Semaphore]] = {}

    @contextmanager
    def turn(self, registration_id: int, seconds: float) -> Iterator[bool]:
        """Whether it is this thread's turn, until the block ends; waits so long, if it may wait at all."""
        asking, waiting = self._turns.setdefault(
            registration_id, (threading.Lock(), threading.Semaphore(self._most))
        )
        mine = asking.acquire(blocking=False)
        if not mine and seconds and waiting.acquire(blocking=False):
            try:
                mine = asking.acquire(timeout=seconds)
            finally:
                waiting.release()
        try:
            yield mine
        finally:
            if mine:
                asking.release()
