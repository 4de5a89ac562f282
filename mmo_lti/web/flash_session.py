"""Flask's own cookie: it carries the messages of the next page only (`flash`)."""

from __future__ import annotations

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer


class FlashSession(SecureCookieSessionInterface):
    """Signs as Flask does, with a serializer that is made once and not for every request."""

    def __init__(self, app: Flask) -> None:
        """Take the key of `app`, whose settings are in place."""
        self._serializer = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:  # noqa: ARG002 - Flask's form
        """The serializer; none without a secret key."""
        return self._serializer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where a page left or took a message."""
        if session.accessed or session.modified:
            super().save_session(app, session, response)
