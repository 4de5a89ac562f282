"""Connections to the Moodle sites that a process works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import requests

from mmo_lti.lti.deadline import Deadline
from mmo_lti.lti.outgoing import PrivateAddress, guarded_session
from mmo_lti.services.clock import wall_clock
from moodle_sync.breaker import Breakers

TOTAL_SECONDS = 90.0
"""So long a request may take in all: shorter than the lease of a course, so that no other worker meets it."""


class _SiteSession(requests.Session):
    """Connects to public addresses only, and to hosts that the operator listed."""

    def __init__(self, loopback_hosts: frozenset[str]) -> None:
        super().__init__()
        self.trust_env = False
        guarded = guarded_session(loopback_hosts)
        # The authority that the operator named is trusted on this side too.
        self.verify = guarded.verify
        for scheme in ("https://", "http://"):
            self.mount(scheme, guarded.get_adapter(scheme))

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """For whoever asks, a private address is one that refuses, and a late answer one that never came."""
        with Deadline(TOTAL_SECONDS) as deadline:
            try:
                response = super().send(request, **kwargs)
            except PrivateAddress:
                raise requests.ConnectionError("connection refused: private address") from None
            except requests.RequestException:
                if deadline.passed:
                    raise requests.ReadTimeout("no time left") from None
                raise
            if deadline.passed:
                raise requests.ReadTimeout("no time left")
            return response


@dataclass
class Connections:
    """Open connections and the circuit breaker of each site, kept by a process between its jobs."""

    loopback_hosts: frozenset[str] = frozenset()
    breakers: Breakers = field(default_factory=lambda: Breakers(wall_clock))
    sessions: dict[str, requests.Session] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def session(self, site: str) -> requests.Session:
        """The site's pool, made at first use."""
        with self.lock:
            if site not in self.sessions:
                self.sessions[site] = _SiteSession(self.loopback_hosts)
            return self.sessions[site]

    def close(self) -> None:
        """Close them all."""
        for session in self.sessions.values():
            session.close()
