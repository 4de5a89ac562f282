"""Requests without a network: the application is called directly, cookies go back as from a browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

App = Callable[..., Any]


@dataclass(frozen=True)
class Answered:
    """An answer: what of it a browser goes on with."""

    status: int
    headers: list[tuple[str, str]]

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return next(value for name, value in self.headers if name == "Location")

    def cookies(self) -> str:
        """What a browser would send back."""
        set_ones = [value.split(";")[0] for name, value in self.headers if name == "Set-Cookie"]
        return "; ".join(one for one in set_ones if not one.endswith("="))

    def sent_on(self) -> dict[str, str]:
        """The parameters of a redirect."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.location).query).items()}


@dataclass(frozen=True)
class Request:
    """One request, made before the clock runs."""

    path: str
    body: bytes | None = None
    cookie: str = ""

    @classmethod
    def form(cls, path: str, fields: Mapping[str, str], cookie: str = "") -> Request:
        """A posted form."""
        return cls(path, urlencode(fields).encode(), cookie)

    def environ(self) -> dict[str, Any]:
        """What a web server hands over; good for one call."""
        body = self.body or b""
        environ = {
            "REQUEST_METHOD": "GET" if self.body is None else "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path,
            "QUERY_STRING": "",
            "SERVER_NAME": "tool.example",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "203.0.113.7",
            "HTTP_HOST": "tool.example",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": None,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if self.body is not None:
            environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
            environ["CONTENT_LENGTH"] = str(len(body))
        if self.cookie:
            environ["HTTP_COOKIE"] = self.cookie
        return environ


def call(app: App, environ: dict[str, Any]) -> Answered:
    """Request to answer, body read to its end."""
    found: list[Any] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], _error: object = None
    ) -> Callable[..., Any]:
        found[:] = [int(status[:3]), headers]
        return found.append

    chunks = app(environ, start_response)
    for _ in chunks:
        pass
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
    return Answered(found[0], found[1])
