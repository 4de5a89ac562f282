"""Looks on while workers work: one course is never synced by two at once, and no wish leaves the outbox undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.outbox import OutboxRow
from tasks.outbox import JobFailed, Work
from tasks.runtime import Job, Runtime

KIND = "sync_course"
OF_A_SYNC = (b"core_group_", b"core_calendar_", b"core_enrol_")
"""What only the sync of a course asks for here."""

_STANDING = select(OutboxRow.id).where(OutboxRow.kind == KIND, OutboxRow.done_at.is_(None)).limit(1)


class Watch:
    """`moments` count what happens: wishes, and the syncs that began and were seen to their end."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self._moments = count(1)
        self._running: dict[str, int] = {}
        self._at_it = 0
        self._jumped_since: set[int] = set()
        self._wished = self._served = 0

    def jobs(self, jobs: Mapping[str, Work]) -> dict[str, Work]:
        """The same jobs, looked at."""
        sync = jobs[KIND]

        def do(runtime: Runtime, job: Job) -> None:
            number = self._running[runtime.worker] = next(self._moments)
            try:
                sync.do(runtime, job)
            except JobFailed:
                self._served = max(self._served, number)
                raise
            finally:
                del self._running[runtime.worker]
            self._served = max(self._served, number)

        return {**jobs, KIND: replace(sync, do=do)}

    def request(self, worker: str, body: bytes) -> None:
        """A worker asks Moodle."""
        number = self._running.get(worker)
        if number is None or not any(name in body for name in OF_A_SYNC):
            return
        other = self._at_it
        if number < other:
            self.violations.append("a worker that had lost the course went on")
        elif number > other and other in self._running.values() and other not in self._jumped_since:
            self.violations.append("two workers synced one course at once")
        self._at_it = max(number, other)
        self._jumped_since.discard(number)

    def jumped(self) -> None:
        """The clock did: leases are over, or not believed any more."""
        self._jumped_since |= set(self._running.values())

    def wished(self) -> None:
        """Somebody has changed what Moodle is to show."""
        self._wished = next(self._moments)

    def look(self, session: Session) -> None:
        """Once the outbox is empty, a sync has begun after the last wish and ended, well or not."""
        if session.scalar(_STANDING) is None and self._served < self._wished:
            self.violations.append("a wish was forgotten")
