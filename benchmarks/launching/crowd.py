"""People who come at once: each begins a login, is sent on by Moodle, and posts what Moodle signed."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from launching.moodle import Moodle

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Served:
    """How one person fared."""

    status: int
    login_ms: float
    launch_ms: float


@dataclass
class Crowd:
    """Sends people to a running tool; every thread has a connection of its own."""

    base_url: str
    moodle: Moodle
    _local: threading.local = field(default_factory=threading.local)

    def come(self, at: float = 0) -> Served:
        """One person, at the moment `at` of `time.perf_counter`."""
        pause = at - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        begun = time.perf_counter()
        status, location, cookies = self._post("/lti/login", self.moodle.login)
        login_ms = (time.perf_counter() - begun) * 1000
        if status != 302:
            return Served(status, login_ms, 0.0)
        sent = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        fields = {"id_token": self.moodle.token(sent["nonce"]), "state": sent["state"]}
        posted = time.perf_counter()
        status, _, _ = self._post("/lti/launch", fields, cookies)
        return Served(status, login_ms, (time.perf_counter() - posted) * 1000)

    def _post(self, path: str, fields: dict[str, str], cookies: str = "") -> tuple[int, str, str]:
        connection = self._connection()
        headers = {**FORM, "Cookie": cookies} if cookies else FORM
        connection.request("POST", path, urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
        set_ones = [value.split(";")[0] for value in answer.headers.get_all("Set-Cookie", [])]
        return answer.status, answer.headers.get("Location", ""), "; ".join(set_ones)

    def _connection(self) -> http.client.HTTPConnection:
        known: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if known is None:
            known = http.client.HTTPConnection(urlsplit(self.base_url).netloc, timeout=30)
            self._local.connection = known
        return known
