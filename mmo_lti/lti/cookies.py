"""Cookies that work inside another site's frame: names, attributes, and which of several is meant.

A launch is a cross-site POST into a frame: `SameSite=Lax` would not be sent, an unpartitioned cookie would be
blocked. Over plain http on the loopback interface browsers refuse `Secure`, and with it `SameSite=None`,
`Partitioned` and `__Host-`: there tool and platform are one site, and `Lax` arrives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from werkzeug.http import dump_cookie
from werkzeug.wrappers import Response

STATE_SECONDS = 600
MAX_STATES = 10
MAX_SESSIONS = 16
"""Every time the activity is opened is one: tabs of the same day stay alive."""
_MAX_VALUE = 200


class Kept(NamedTuple):
    """One of our cookies: which state or session it belongs to, since when, and its secret."""

    key: str
    since: int
    secret: str


@dataclass(frozen=True)
class Cookies:
    """Sets and reads the tool's cookies; `secure` as in the settings."""

    secure: bool

    def _name(self, kind: str, key: str) -> str:
        return f"{'__Host-' if self.secure else ''}mmo_{kind}_{key}"

    def put(
        self, response: Response, kind: str, key: str, secret: str, moment: datetime, max_age: int | None
    ) -> None:
        """Set a cookie; without `max_age` it goes when the browser closes."""
        value = f"{int(moment.timestamp())}.{secret}"
        response.headers.add(
            "Set-Cookie", f"{self._name(kind, key)}={value}{_attributes(self.secure, max_age)}"
        )

    def drop(self, response: Response, kind: str, key: str) -> None:
        """Delete a cookie; the attributes must be those it was set with."""
        response.headers.add("Set-Cookie", f"{self._name(kind, key)}={_attributes(self.secure, 0)}")

    def kept(self, sent: Mapping[str, str], kind: str) -> list[Kept]:
        """The cookies of a kind that the browser sent, newest first; damaged ones are left out."""
        prefix = self._name(kind, "")
        ours = (name.removeprefix(prefix) for name in sent if name.startswith(prefix))
        found = [kept for key in ours if (kept := self.find(sent, kind, key))]
        return sorted(found, key=lambda each: (-each.since, each.key))

    def find(self, sent: Mapping[str, str], kind: str, key: str) -> Kept | None:
        """The cookie of one state or session, unless it is damaged."""
        value = sent.get(self._name(kind, key), "")
        since, _, secret = value.partition(".")
        if not secret or len(value) > _MAX_VALUE or not since.isascii() or not since.isdigit():
            return None
        return Kept(key, int(since), secret)

    def drop_beyond(self, response: Response, sent: Mapping[str, str], kind: str, most: int) -> None:
        """Delete the oldest of a kind, so that at most `most` stay."""
        for each in self.kept(sent, kind)[most:]:
            self.drop(response, kind, each.key)


STATE = "state"
SESSION = "session"


@lru_cache(maxsize=16)
def _attributes(secure: bool, max_age: int | None) -> str:
    """What stands behind name and value, in the library's spelling; those two need no quotes."""
    cookie = dump_cookie(
        "x",
        "",
        max_age=max_age,
        path="/",
        secure=secure,
        httponly=True,
        samesite="None" if secure else "Lax",
        partitioned=secure,
        sync_expires=False,
    )
    return cookie.removeprefix("x=")
