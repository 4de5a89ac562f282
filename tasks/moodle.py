"""A client of a centre's Moodle, from the address and token that the centre keeps."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from mmo_lti.services.clock import wall_clock
from mmo_lti.services.moodle_access import find_access, token_of
from mmo_lti.services.sealed import Unreadable
from moodle_sync.client import MoodleClient
from tasks.runtime import Runtime


class NoMoodle(Exception):
    """The centre has no web services: `code` says why (`moodle.no_access`, `moodle.token_unreadable`)."""

    def __init__(self, code: str) -> None:
        """Hold the code of the sentence."""
        super().__init__(code)
        self.code = code


def client_of(
    runtime: Runtime, session: Session, centre_id: int, before: Callable[[], None] = lambda: None
) -> MoodleClient:
    """A client for one job; `before` is called before each request, and what it raises stops the job."""
    access = find_access(session, centre_id)
    if access is None:
        raise NoMoodle("moodle.no_access")
    try:
        token = token_of(access, runtime.config.secret)
    except Unreadable as error:
        raise NoMoodle("moodle.token_unreadable") from error
    return MoodleClient(
        access.url,
        token,
        now=wall_clock,
        session=runtime.moodles.session(access.url),
        breaker=runtime.moodles.breakers.of(access.url),
        plain_http_hosts=_hosts(runtime.config.loopback_hosts),
        before=before,
    )


def _hosts(listed: frozenset[str]) -> frozenset[str]:
    """The transport compares host names; the operator may have listed them with ports."""
    return frozenset(urlsplit(f"//{one}").hostname or one for one in listed)
