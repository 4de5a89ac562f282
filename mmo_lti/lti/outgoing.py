"""Requests that leave for a platform: to public https addresses only, small answers, short waits.

The address is checked after its name was resolved, on the very connection that is used: a name that changes
its mind between check and use (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

from mmo_lti.lti.deadline import Deadline
from mmo_lti.lti.token import strict_json
from mmo_lti.services.platform_address import BadAddress, is_listed, is_public, platform_origin

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 5.0
MAX_ANSWER_BYTES = 256 * 1024
USER_AGENT = "mmo-lti/1 (+LTI 1.3 tool)"


class OutgoingFailed(Exception):
    """No usable answer. `reason` is a word for the log; `again` tells whether a later try may help."""

    def __init__(self, reason: str, *, status: int = 0, again: bool = True) -> None:
        """`status` is the HTTP status, or 0 where none came."""
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.again = again


@dataclass(frozen=True)
class Answer:
    """A whole answer within the limits; redirects come back as they are."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as strict JSON; raises `OutgoingFailed`."""
        try:
            return strict_json(self.body)
        except ValueError:
            raise OutgoingFailed("json", status=self.status) from None


def guarded_session(loopback_hosts: frozenset[str]) -> requests.Session:
    """A pool of connections that refuses private addresses; hosts that the operator listed are let through.

    Proxies and `.netrc` of the environment are not used; `REQUESTS_CA_BUNDLE` is, for a platform whose
    certificate comes from an authority of its own or of the nation.
    """
    session = requests.Session()
    session.trust_env = False
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
    session.headers["User-Agent"] = USER_AGENT
    for scheme in ("https://", "http://"):
        session.mount(scheme, _GuardedAdapter(loopback_hosts))
    return session


class Outgoing:
    """Asks platforms; `loopback_hosts` are those of the settings."""

    def __init__(self, http: requests.Session, loopback_hosts: frozenset[str]) -> None:
        """Use the pool `http`, made by `guarded_session`."""
        self._http = http
        self._hosts = loopback_hosts

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | bytes | None = None,
        max_bytes: int = MAX_ANSWER_BYTES,
        seconds: float = TOTAL_SECONDS,
    ) -> Answer:
        """One request, no redirects followed; raises `OutgoingFailed` where no whole answer comes in time."""
        try:
            platform_origin(url, self._hosts)
        except BadAddress as bad:
            raise OutgoingFailed(f"address_{bad.args[0]}", again=False) from None
        with Deadline(seconds) as deadline:
            try:
                with self._http.request(
                    method,
                    url,
                    headers=dict(headers or {}),
                    data=data,
                    timeout=(min(CONNECT_SECONDS, seconds), seconds),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    answer = Answer(response.status_code, response.headers, _read(response, max_bytes))
            except PrivateAddress:
                raise OutgoingFailed("address_private", again=False) from None
            except requests.Timeout:
                raise OutgoingFailed("timeout") from None
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
                raise OutgoingFailed("timeout" if deadline.passed else "connection") from None
            if deadline.passed:
                raise OutgoingFailed("timeout")
            return answer

    def get_json(self, url: str, *, accept: str = "application/json") -> tuple[Any, Answer]:
        """The JSON at `url`; anything but a 200 is `OutgoingFailed`."""
        answer = self.send("GET", url, headers={"Accept": accept})
        if answer.status != 200:
            raise OutgoingFailed(f"status_{answer.status}", status=answer.status)
        return answer.json(), answer


class PrivateAddress(Exception):
    """The name leads to an address that is not one of the internet. No `OSError`: nobody retries it."""


def _read(response: requests.Response, max_bytes: int) -> bytes:
    found = bytearray()
    for piece in response.iter_content(16 * 1024):
        found += piece
        if len(found) > max_bytes:
            raise OutgoingFailed("size", status=response.status_code)
    return bytes(found)


def _connect(connection: HTTPConnection, hosts: frozenset[str]) -> socket.socket:
    """Connect to the first address of the name that is allowed."""
    name, port = connection._dns_host, connection.port
    listed = is_listed(connection.host, port, hosts)
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NewConnectionError(connection, f"{name}: {error}") from error
    allowed = [entry[4][0] for entry in found if listed or is_public(str(entry[4][0]))]
    if not allowed:
        raise PrivateAddress(name)
    deadline = Deadline.current()
    last = OSError("no time left")
    for address in dict.fromkeys(allowed):
        wait = connection.timeout if isinstance(connection.timeout, int | float) else CONNECT_SECONDS
        if deadline is not None:
            wait = min(wait, deadline.left)
        if not wait:
            break
        try:
            return create_connection(
                (str(address), port or 443),
                wait,
                socket_options=connection.socket_options,
            )
        except OSError as error:
            last = error
    raise NewConnectionError(connection, f"{name}: {last}") from last


def _guarded_pools(hosts: frozenset[str]) -> dict[str, type[HTTPConnectionPool]]:
    class Guarded(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            fresh = _connect(self, hosts)
            _watch(fresh)
            return fresh

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:
                _watch(self.sock)
            super().request(*args, **kwargs)

    class GuardedHttps(Guarded, HTTPSConnection):
        pass

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = Guarded

    class HttpsPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHttps

    return {"http": HttpPool, "https": HttpsPool}


def _watch(connection: socket.socket) -> None:
    deadline = Deadline.current()
    if deadline is not None:
        deadline.watch(connection)


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts
        super().__init__(pool_connections=8, pool_maxsize=8, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(self._hosts)
