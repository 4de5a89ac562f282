"""Failures that a test switches on: what a network, a web server and a database do on a bad day."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from threading import Lock


class FaultKind(Enum):
    """What goes wrong with a call of the web services."""

    REFUSED = "connection refused"
    TIMEOUT_BEFORE = "no answer, nothing done"
    TIMEOUT_AFTER = "no answer, everything done"
    ERROR_BEFORE = "500 with an empty body, nothing done"
    ERROR_AFTER = "500 with an empty body, everything done"
    TRUNCATED = "JSON that ends in the middle, everything done"
    MAINTENANCE_PAGE = "503 with an HTML page"
    MAINTENANCE = "sitemaintenance"
    UPGRADE = "upgraderunning"
    DATABASE_DOWN = "dbconnectionfailed"
    DATAROOT_MISSING = "500 with a line of text"
    HTML_PAGE = "200 with an HTML page"
    EMPTY = "200 with an empty body"
    REDIRECT = "303 to the site root"
    INVALID_TOKEN = "invalidtoken"  # noqa: S105
    ACCESS = "accessexception"
    WEB_SERVICES_OFF = "403 with an empty body"


@dataclass(slots=True)
class Fault:
    """One failure: it strikes calls of `function` (empty: any), after `skip` of them, `times` times.

    `times` 0: every time.
    """

    kind: FaultKind
    function: str = ""
    skip: int = 0
    times: int = 1
    _seen: int = field(default=0, repr=False)

    def strikes(self, functions: tuple[str, ...]) -> bool:
        """Say whether this call is hit, and count it."""
        if self.function and self.function not in functions:
            return False
        self._seen += 1
        turn = self._seen - self.skip
        return turn > 0 and (self.times == 0 or turn <= self.times)

    @property
    def spent(self) -> bool:
        """Say whether it will never strike again."""
        return self.times > 0 and self._seen >= self.skip + self.times


class Faults:
    """The failures that are switched on, in the order in which they were."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()

    def add(self, kind: FaultKind, function: str = "", skip: int = 0, times: int = 1) -> Fault:
        """Switch one on and return it."""
        fault = Fault(kind, function, skip, times)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Switch all off."""
        with self._lock:
            self._faults.clear()

    def strike(self, functions: tuple[str, ...]) -> FaultKind | None:
        """Return what hits a call that carries these functions."""
        with self._lock:
            struck = next((fault for fault in self._faults if fault.strikes(functions)), None)
            self._faults = [fault for fault in self._faults if not fault.spent]
        return struck.kind if struck else None
