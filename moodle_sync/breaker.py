"""A site that fails again and again is left alone for a while."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from moodle_sync.errors import MoodleError, Resting


class Breaker:
    """Opens after `threshold` failures of the whole site in a row and lets one probe through after `rest`.

    Only failures that would hit any call count (`MoodleError.whole_site` with `retry`, and faults of the
    server): a refused token is told at once and needs no protection from us.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        threshold: int = 5,
        rest: timedelta = timedelta(minutes=1),
    ) -> None:
        self._now = now
        self._threshold = threshold
        self._rest = rest
        self._failures = 0
        self._closed_until: datetime | None = None
        self._lock = Lock()

    def check(self, function: str) -> None:
        """Raise `Resting` while the site rests; the first caller after it becomes the probe."""
        with self._lock:
            if self._closed_until is None:
                return
            now = self._now()
            left = self._closed_until - now
            # More than a whole rest is left only when the clock was set back meanwhile.
            if timedelta(0) < left <= self._rest:
                raise Resting(function, params={"seconds": int(left.total_seconds()) + 1})
            self._closed_until = now + self._rest

    def succeeded(self) -> None:
        """An answer came: forget the failures."""
        with self._lock:
            self._failures = 0
            self._closed_until = None

    def answered(self, error: MoodleError) -> None:
        """Take an error for what it tells of the site: Moodle's refusal of one call proves that it lives."""
        if error.whole_site or error.unknown:
            self.failed(error)
        else:
            self.succeeded()

    def failed(self, error: MoodleError) -> None:
        """Count a failure of the whole site."""
        if not (error.whole_site and (error.retry or error.unknown)):
            return
        with self._lock:
            self._failures += 1
            if self._failures >= self._threshold:
                self._closed_until = self._now() + self._rest


class Breakers:
    """One breaker a site, shared by all clients of a process."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._of: dict[str, Breaker] = {}
        self._lock = Lock()

    def of(self, site: str) -> Breaker:
        """The breaker of a site, made at first use."""
        with self._lock:
            return self._of.setdefault(site, Breaker(self._now))
