"""A platform that answers a byte at a time: a real server, because only a socket shows who waits for what."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PAUSE_SECONDS = 0.02
LONGEST_SECONDS = 3.0
"""So long a server goes on at most, for a test to end that finds nobody who cuts it off."""

ANSWERS: dict[str, tuple[bytes, bytes]] = {
    "body of a told length": (b"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n", b" "),
    "body that ends with the connection": (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
    "body in chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "one chunk that never ends": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n", b" "),
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "header": (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: a\r\n"),
    "empty promises": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}
"""What comes at once, and what comes again and again after that."""


@contextmanager
def trickling(at_once: bytes, again: bytes, *, first: bytes = b"") -> Iterator[int]:
    """A server of this machine that answers so, `first` a whole answer on the same connection; gives its port."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    connection.recv(65536)
                    if first:
                        connection.sendall(first)
                        connection.recv(65536)
                    connection.sendall(at_once)
                    for _ in range(int(LONGEST_SECONDS / PAUSE_SECONDS)):
                        if done.wait(PAUSE_SECONDS):
                            return
                        connection.sendall(again)
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            done.set()
            thread.join()
