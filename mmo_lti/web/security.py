"""Headers that every answer carries: who may frame us, which scripts run, what leaks to other sites."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Flask, Response, g
from flask.globals import app_ctx
from sqlalchemy.exc import SQLAlchemyError

from mmo_lti.installation import Installation
from mmo_lti.services.platform_address import is_plain_origin
from mmo_lti.services.registration import platform_origins

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

POLICY = "Content-Security-Policy"
_STANDING = [("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff")]
_HTTPS_ONLY = [("Strict-Transport-Security", "max-age=31536000")]
ORIGINS_SECONDS = 10.0
"""So long the origins of the platforms are remembered by a process."""


def attach(app: Flask) -> None:
    """Make ready for the headers of an application; templates get `csp_nonce()`."""
    origins = PlatformOrigins(app.extensions["mmo"])
    app.extensions["mmo.origins"] = origins

    def add_headers(response: Response) -> Response:
        asked = app_ctx.g
        added = asked.get("csp_nonce", ""), asked.get("frame_ancestor", ""), asked.get("form_action", "")
        if any(added):
            response.headers.add(POLICY, _policy(origins.current(), *added))
        if "Cache-Control" not in response.headers and response.mimetype == "text/html":
            response.headers.add("Cache-Control", "no-store")
        return response

    app.after_request(add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


class StandingHeaders:
    """WSGI middleware: the headers of every answer, and the policy of one that asked for nothing special."""

    def __init__(self, app: Flask) -> None:
        """Add to the answers of `app`, to which `attach` was done."""
        here: Installation = app.extensions["mmo"]
        self._app = app.wsgi_app
        self._headers = _STANDING + (_HTTPS_ONLY if here.config.secure else [])
        self._origins: PlatformOrigins = app.extensions["mmo.origins"]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on."""

        def start(
            status: str, headers: list[tuple[str, str]], error: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            headers = headers + self._headers
            if POLICY not in [name for name, _ in headers]:
                headers.append((POLICY, _policy(self._origins.current())))
            return start_response(status, headers, error)

        return self._app(environ, start)


def csp_nonce() -> str:
    """The nonce without which no script of the page runs."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def _policy(origins: frozenset[str], nonce: str = "", ancestor: str = "", action: str = "") -> str:
    """The policy of an answer; `ancestor` and `action` are an origin that may frame it, or get its form.

    Where no template asked for a nonce there is no script, and none may run.
    """
    before, after = _around_scripts(origins, ancestor, action)
    return f"{before}'nonce-{nonce}'{after}" if nonce else f"{before}'none'{after}"


@lru_cache(maxsize=64)
def _around_scripts(origins: frozenset[str], ancestor: str, action: str) -> tuple[str, str]:
    """What of a policy stands before the scripts that it lets run, and what after them.

    Anything but an origin is left out: a `;` in it would write a directive, a `*` let everybody in.
    """
    ancestors = sorted(filter(is_plain_origin, origins | {ancestor}))
    action = action if is_plain_origin(action) else ""
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src *",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "frame-src 'self'",
            "object-src 'self'",
            "base-uri 'none'",
            f"form-action 'self' {action}".rstrip(),
            " ".join(("frame-ancestors 'self'", *ancestors)),
        )
    )
    before, _, after = policy.partition("*")
    return before, after


class PlatformOrigins:
    """Origins of the enabled platforms, asked for at most every few seconds."""

    def __init__(self, installation: Installation) -> None:
        """Ask the database of `installation`."""
        self._installation = installation
        self._lock = threading.Lock()
        self._known: frozenset[str] = frozenset()
        self._until = 0.0

    def forget(self) -> None:
        """Ask anew for the next answer."""
        with self._lock:
            self._until = 0.0

    def current(self) -> frozenset[str]:
        """The origins, at most a few seconds old."""
        with self._lock:
            if time.monotonic() >= self._until:
                # While the database is down, pages say so to whoever could frame them before.
                with suppress(SQLAlchemyError), self._installation.database.read() as session:
                    self._known = platform_origins(session)
                self._until = time.monotonic() + ORIGINS_SECONDS
            return self._known
