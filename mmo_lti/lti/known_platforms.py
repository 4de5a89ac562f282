"""The platforms as a process remembers them: a login or a launch asks the database for none of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from mmo_lti.models.database import Database
from mmo_lti.services.known_platform import KnownPlatform, changes, read_platforms

FRESH_SECONDS = 5.0
"""So old the copy may be: what another process changed shows after this time at the latest."""
MISS_SECONDS = 0.5
"""Whoever looks for what the copy lacks has it read anew, but not more often."""


@dataclass(frozen=True)
class _Copy:
    platforms: tuple[KnownPlatform, ...] = ()
    read_at: float = float("-inf")
    changes: int = -1


@dataclass
class KnownPlatforms:
    """Finds enabled platforms; shared by all threads of a process. `ticks` are seconds that only grow."""

    database: Database
    ticks: Callable[[], float] = time.monotonic
    _copy: _Copy = field(default_factory=_Copy)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of_issuer(self, iss: str, client_id: str) -> list[KnownPlatform]:
        """The registrations of an issuer, of one client id where it is not empty. The comparison is exact."""
        return self._find(lambda one: one.iss == iss and (not client_id or one.client_id == client_id))

    def of_registration(self, registration_id: int) -> KnownPlatform | None:
        """One registration, none where it is switched off."""
        return next(iter(self._find(lambda one: one.registration_id == registration_id)), None)

    def deployment(self, platform: KnownPlatform, deployment_id: str) -> int | None:
        """The row of a platform's deployment, none where it is unknown or switched off."""
        found = platform.deployments.get(deployment_id)
        if found is not None:
            return found
        known = self._find(
            lambda one: one.registration_id == platform.registration_id and deployment_id in one.deployments
        )
        return known[0].deployments[deployment_id] if known else None

    def _find(self, fits: Callable[[KnownPlatform], bool]) -> list[KnownPlatform]:
        found = [one for one in self._current(FRESH_SECONDS) if fits(one)]
        return found or [one for one in self._current(MISS_SECONDS) if fits(one)]

    def _current(self, fresh: float) -> tuple[KnownPlatform, ...]:
        copy = self._copy
        if self._serves(copy, fresh):
            return copy.platforms
        with self._lock:
            if not self._serves(self._copy, fresh):
                at, counted = self.ticks(), changes()
                with self.database.read() as session:
                    self._copy = _Copy(read_platforms(session), at, counted)
            return self._copy.platforms

    def _serves(self, copy: _Copy, fresh: float) -> bool:
        return copy.changes == changes() and self.ticks() - copy.read_at < fresh
