"""One HTTP request to Moodle's REST server, and what its answer means before anybody looks inside."""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from moodle_sync import errors

REST_PATH = "/webservice/rest/server.php"
CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0


def new_session() -> requests.Session:
    """A session that keeps connections open and never repeats a request by itself."""
    session = requests.Session()
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=4, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class Transport:
    """Posts a form to one site. Never follows redirects, accepts JSON only."""

    def __init__(
        self,
        url: str,
        session: requests.Session,
        *,
        plain_http_hosts: Collection[str] = (),
        timeouts: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
    ) -> None:
        """`url` is the address of the site, with or without a slash at its end.

        Raises ValueError for an address that is not http(s) or carries a password.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("moodle_address_invalid")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("moodle_address_invalid")
        self.site = url.rstrip("/")
        self._endpoint = self.site + REST_PATH
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._session = session
        self._plain_http_hosts = frozenset(plain_http_hosts)
        self._timeouts = timeouts
        self.clock: datetime | None = None

    def post(self, function: str, body: bytes) -> Any:
        """The decoded JSON of the answer; raises the `MoodleError` of a connection that breaks."""
        if self._scheme == "http" and self._host not in self._plain_http_hosts:
            raise errors.PlainHttpRefused(function, params={"host": self._host})
        response = self._send(function, body)
        self.clock = _date(response.headers.get("Date", ""))
        return self._judge(function, response)

    def _send(self, function: str, body: bytes) -> requests.Response:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        try:
            return self._session.post(
                self._endpoint, data=body, headers=headers, timeout=self._timeouts, allow_redirects=False
            )
        # The cause is cut off: a prepared request, and so the token, hangs on it.
        except requests.exceptions.SSLError:
            raise errors.TlsFailed(function, params={"host": self._host}) from None
        except requests.exceptions.ConnectTimeout:
            raise errors.Unreachable(function, params={"host": self._host}) from None
        except requests.exceptions.Timeout:
            raise errors.TimedOut(function) from None
        except requests.exceptions.ConnectionError as error:
            if _never_connected(error):
                raise errors.Unreachable(function, params={"host": self._host}) from None
            raise errors.ConnectionLost(function) from None
        except requests.exceptions.RequestException:
            raise errors.ConnectionLost(function) from None

    def _judge(self, function: str, response: requests.Response) -> Any:
        status = response.status_code
        if 300 <= status < 400:
            raise self._redirect(function, response.headers.get("Location", ""))
        if status >= 500:
            raise _server_fault(function, response)
        if status == 403:
            kind = errors.Forbidden if response.content.strip() else errors.WebServicesOff
            raise kind(function)
        if status >= 400:
            raise errors.PathWrong(function, params={"status": status})
        content_type = response.headers.get("Content-Type", "").lower()
        if "json" not in content_type:
            raise (errors.RequestTooBig if "xml" in content_type else errors.PageInstead)(function)
        try:
            return response.json()
        except (requests.exceptions.JSONDecodeError, RecursionError):
            raise errors.BrokenAnswer(function) from None

    def _redirect(self, function: str, location: str) -> errors.MoodleError:
        parts = urlsplit(location)
        if parts.hostname and parts.hostname != self._host:
            return errors.OtherHost(function, params={"host": parts.hostname})
        if parts.scheme == "https" and self._scheme == "http":
            return errors.HttpsWanted(function, params={"host": self._host})
        if location.rstrip("/") == self.site or parts.path in ("", "/"):
            return errors.MaintenanceBegins(function)
        return errors.Redirected(function, params={"path": parts.path})


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    """Whether no connection was made: only the text of the reason says so."""
    if isinstance(error, requests.exceptions.ProxyError):
        return True
    return bool(re.search(r"NewConnectionError|NameResolutionError|connection refused", str(error), re.I))


def _server_fault(function: str, response: requests.Response) -> errors.MoodleError:
    status = response.status_code
    if status == 503:
        after = response.headers.get("Retry-After", "")
        return errors.MaintenancePage(function, params={"after": int(after) if after.isdigit() else 0})
    if b"dataroot" in response.content[:400]:
        return errors.DataFolderGone(function, params={"status": status})
    return errors.ServerFault(function, params={"status": status})


def _date(header: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(header)
    except ValueError:
        return None
    # «-0000» tells no zone; HTTP knows UTC alone.
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
