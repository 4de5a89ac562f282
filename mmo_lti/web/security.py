"""Headers that every answer carries: who may frame us, which scripts run, what leaks to other sites."""

from __future__ import annotations

import secrets
import threading
import time

from flask import Flask, Response, g

from mmo_lti.installation import installation
from mmo_lti.services.registration import platform_origins

ORIGINS_SECONDS = 10.0
"""So long the origins of the platforms are remembered by a process."""


def attach(app: Flask) -> None:
    """Hang the headers on an application; templates get `csp_nonce()`."""
    origins = PlatformOrigins()
    app.extensions["mmo.origins"] = origins

    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _policy(origins.current()))
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "no-store")
        if installation().config.secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    app.after_request(add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """The nonce without which no script of the page runs."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def _policy(origins: frozenset[str]) -> str:
    """The policy of this answer; `g.form_action` and `g.frame_ancestor` add one origin each."""
    ancestors = sorted(origins | {g.get("frame_ancestor", "")} - {""})
    actions = [g.form_action] if "form_action" in g else []
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{csp_nonce()}'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "frame-src 'self'",
            "object-src 'self'",
            "base-uri 'none'",
            " ".join(("form-action 'self'", *actions)),
            " ".join(("frame-ancestors 'self'", *ancestors)),
        )
    )


class PlatformOrigins:
    """Origins of the enabled platforms, asked for at most every few seconds."""

    def __init__(self) -> None:
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
                with installation().database.read() as session:
                    self._known = platform_origins(session)
                self._until = time.monotonic() + ORIGINS_SECONDS
            return self._known
