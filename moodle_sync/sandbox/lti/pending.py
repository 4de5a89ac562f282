"""Launches that have been begun: each hint is good for one time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from secrets import randbelow
from threading import Lock

_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class PendingLaunch:
    """What somebody was about to open: an activity, or (`activity_id` 0) the choice of one for a course."""

    user_id: int
    tool_id: int
    course_id: int
    activity_id: int = 0


class PendingLaunches:
    """Remembers what a hint stands for, until it is used."""

    def __init__(self) -> None:
        self._launches: dict[str, PendingLaunch] = {}
        self._lock = Lock()

    def begin(self, launch: PendingLaunch, cmid: int) -> str:
        """Keep a launch and return its hint."""
        launch_id = f"ltilaunch{launch.activity_id}_{randbelow(2_000_000_000)}"
        with self._lock:
            self._launches[launch_id] = launch
            while len(self._launches) > _AT_MOST:
                del self._launches[next(iter(self._launches))]
        hint = {"cmid": cmid, "launchid": launch_id} if cmid else {"launchid": launch_id}
        return json.dumps(hint, separators=(",", ":"))

    def take(self, hint: str) -> PendingLaunch | None:
        """Return what a hint stands for and forget it; None if it was used, is unknown or unreadable."""
        try:
            launch_id = json.loads(hint)["launchid"]
        except (ValueError, TypeError, KeyError):
            return None
        with self._lock:
            return self._launches.pop(launch_id, None) if isinstance(launch_id, str) else None
