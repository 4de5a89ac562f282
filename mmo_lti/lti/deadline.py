"""The time that one request to a platform may take in all: headers, body, handshake and everything else.

A socket's own timeout starts again with each byte, so whoever sends a byte a second holds a reader for ever.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from contextvars import ContextVar
from types import TracebackType
from typing import Self

_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


class Deadline:
    """When it passes, the connections of the request are shut down, whatever is waited for on them.

    To the reader that looks like the end of the answer: ask `passed` before believing one.
    """

    def __init__(self, seconds: float) -> None:
        """The time runs from here."""
        self._at = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []

    @staticmethod
    def current() -> Deadline | None:
        """The deadline of the request that this thread makes."""
        return _current.get()

    @property
    def left(self) -> float:
        """Seconds, none below zero."""
        return max(0.0, self._at - time.monotonic())

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return not self.left

    def watch(self, connection: socket.socket) -> None:
        """Shut this connection down too; TLS may be laid over it later."""
        # A handle of our own stays good when TLS takes the socket over, and when its owner closes it.
        handle = socket.socket(fileno=os.dup(connection.fileno()))
        with self._lock:
            self._watched.append(handle)
        if self.passed:
            self._shut()

    def _shut(self) -> None:
        with self._lock:
            for handle in self._watched:
                with suppress(OSError):
                    handle.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._timer.cancel()
        _current.reset(self._token)
        with self._lock:
            for handle in self._watched:
                handle.close()
            self._watched.clear()
