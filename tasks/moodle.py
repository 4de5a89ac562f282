"""A client of a centre's Moodle, from the address and token that the centre keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import requests
from sqlalchemy.orm import Session

from mmo_lti.services.clock import wall_clock
from mmo_lti.services.moodle_access import find_access, token_of
from mmo_lti.services.sealed import Unreadable
from moodle_sync.breaker import Breaker
from moodle_sync.client import MoodleClient
from moodle_sync.transport import new_session
from tasks.runtime import Runtime

_sessions: dict[str, requests.Session] = {}
_breakers: dict[str, Breaker] = {}


class NoMoodle(Exception):
    """The centre has no web services: `code` says why (`moodle.no_access`, `moodle.token_unreadable`)."""

    def __init__(self, code: str) -> None:
        """Hold the code of the sentence."""
        super().__init__(code)
        self.code = code


def client_of(runtime: Runtime, session: Session, centre_id: int) -> MoodleClient:
    """A client for one job; connections and the circuit breaker of a site are kept between jobs."""
    access = find_access(session, centre_id)
    if access is None:
        raise NoMoodle("moodle.no_access")
    try:
        token = token_of(access, runtime.config.secret)
    except Unreadable as error:
        raise NoMoodle("moodle.token_unreadable") from error
    clock: Callable[[], datetime] = wall_clock
    return MoodleClient(
        access.url,
        token,
        now=clock,
        session=_sessions.setdefault(access.url, new_session()),
        breaker=_breakers.setdefault(access.url, Breaker(clock)),
        plain_http_hosts=_hosts(runtime.config.loopback_hosts),
    )


def _hosts(listed: frozenset[str]) -> frozenset[str]:
    """The transport compares host names; the operator may have listed them with ports."""
    return frozenset(host.rsplit(":", 1)[0] for host in listed)
