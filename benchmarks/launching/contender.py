"""What the benchmark asks of everybody it measures."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from launching.moodle import Moodle
from launching.wsgi import App, Request, call

LOGIN = "/lti/login"
LAUNCH = "/lti/launch"


@dataclass
class Contender:
    """One application and what is measured of it; `close` gives its database back, `clock` counts seconds."""

    name: str
    app: App
    login_path: str = LOGIN
    launch_path: str = LAUNCH
    close: Callable[[], None] = lambda: None
    clock: Callable[[], float] = time.process_time

    def logins(self, moodle: Moodle, count: int) -> list[Request]:
        """What Moodle sends first."""
        return [Request.form(self.login_path, moodle.login) for _ in range(count)]

    def launches(self, moodle: Moodle, count: int) -> list[Request]:
        """Fresh logins, answered by Moodle: what browsers are about to post."""
        return [self._answered(moodle, moodle.token) for _ in range(count)]

    def bad_launches(self, moodle: Moodle, count: int) -> list[Request]:
        """The same with wrong signatures."""
        return [
            self._answered(moodle, lambda nonce: moodle.spoiled(moodle.token(nonce))) for _ in range(count)
        ]

    def garbage(self, moodle: Moodle, count: int) -> list[Request]:
        """Posts without a login, with something that is no token."""
        fields = {"state": "x" * 43, "id_token": moodle.token("nobody's")[:5000].replace(".", "")}
        return [Request.form(self.launch_path, fields) for _ in range(count)]

    def _answered(self, moodle: Moodle, sign: Callable[[str], str]) -> Request:
        begun = call(self.app, Request.form(self.login_path, moodle.login).environ())
        if begun.status != 302:
            raise RuntimeError(f"{self.name}: a login was answered with {begun.status}")
        sent = begun.sent_on()
        fields = {"id_token": sign(sent["nonce"]), "state": sent["state"]}
        return Request.form(self.launch_path, fields, begun.cookies())
