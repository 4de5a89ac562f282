"""The site's clock: the wall clock, moved by what the demo writes into a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import time


class Clock:
    """Tells the time in whole seconds since 1970 (UTC)."""

    def __init__(self, shift_file: Path | None = None, wall_clock: Callable[[], float] = time) -> None:
        self._shift_file = shift_file
        self._wall_clock = wall_clock

    def now(self) -> int:
        """Return the time of the site."""
        return int(self._wall_clock() + self.shift())

    def shift(self) -> float:
        """Return the shift in seconds; an absent, empty or half-written file counts as none."""
        if self._shift_file is None:
            return 0.0
        try:
            return float(self._shift_file.read_text().strip() or 0)
        except (OSError, ValueError):
            return 0.0
