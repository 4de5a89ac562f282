"""A mail server of the tests: takes letters on a free port of the loopback interface."""

from __future__ import annotations

import socketserver
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Thread
from types import TracebackType


class MailServer:
    """Speaks as much SMTP as a client needs; `answers` replace those to a command (`.` ends a letter).

    An empty answer hangs up.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.on_letter: Callable[[], None] = lambda: None
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._running = False

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> MailServer:
        self._thread.start()
        self._running = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Close the port."""
        if self._running:
            self._running = False
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        return type("Handler", (_Conversation,), {"mail": self})


class _Conversation(socketserver.StreamRequestHandler):
    """One client, from greeting to farewell."""

    mail: MailServer

    def handle(self) -> None:
        self.say("220 mail.example")
        while line := self.rfile.readline():
            command = line.split()[0].upper().decode().partition(":")[0]
            if command == "QUIT":
                self.say("221 bye")
                return
            answer = self.letter() if command == "DATA" else self.mail.answers.get(command, "250 fine")
            if not answer:
                return
            self.say(answer)

    def letter(self) -> str:
        """Take one letter; the answer to it."""
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        answer = self.mail.answers.get(".", "250 taken")
        if answer.startswith("250"):
            self.mail.letters.append(message_from_bytes(b"".join(lines), policy=default))
            self.mail.on_letter()
        return answer

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
