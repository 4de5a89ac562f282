"""Tells of changes made by hand before a sync undoes them: killed in between, it leaves no trace of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from moodle_sync.memory import Remembered
from moodle_sync.plan import Drift, Plan

Tell = Callable[[Remembered, Sequence[Drift]], None]
"""Keeps findings that are about to be undone, and with them, in one transaction, the memory given."""


class Undoing:
    """One sync's: what it told already, or the one before it that broke off, is not told twice."""

    def __init__(self, remembered: Remembered, tell: Tell | None) -> None:
        self._remembered = remembered
        self._tell = tell
        self._told = remembered.told

    def announce(self, plan: Plan) -> None:
        """Tell what a plan undoes, before it is applied."""
        fresh = [finding for finding in plan.drift if finding.restored and finding.key not in self._told]
        if self._tell is None or not fresh:
            return
        self._told |= {finding.key for finding in fresh}
        self._tell(replace(self._remembered, told=self._told), fresh)

    def untold(self, drift: Sequence[Drift]) -> tuple[Drift, ...]:
        """What whoever called the sync has yet to keep."""
        return tuple(finding for finding in drift if self._tell is None or not finding.restored)
