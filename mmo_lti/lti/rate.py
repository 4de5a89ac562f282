"""A limit of logins by address: a flood of logins must not fill the store of begun ones."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

BURST = 1000
"""A whole school comes from one address: a meeting starts with hundreds of launches in seconds."""
PER_SECOND = 20.0
MAX_ADDRESSES = 10_000


@dataclass
class RateLimit:
    """A bucket of tokens for each address, in the memory of a process."""

    wall: Callable[[], datetime]
    burst: float = BURST
    per_second: float = PER_SECOND
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admits(self, address: str) -> bool:
        """Whether one more request of the address is within the limit; counts it if so."""
        at = self.wall().timestamp()
        with self._lock:
            left, last = self._buckets.pop(address, (self.burst, at))
            left = min(self.burst, left + max(0.0, at - last) * self.per_second)
            admitted = left >= 1
            self._buckets[address] = (left - 1 if admitted else left, at)
            while len(self._buckets) > MAX_ADDRESSES:
                self._buckets.popitem(last=False)
        return admitted
