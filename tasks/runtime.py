"""What every job works with: settings, database, archive, and a name for this worker."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mmo_lti.config import Config
from mmo_lti.files.store import Store
from mmo_lti.models.database import Database
from mmo_lti.queue import CeleryQueue
from mmo_lti.services import clock
from tasks.connections import Connections


def _worker_name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


@dataclass(frozen=True)
class Runtime:
    """One process of the clock."""

    config: Config
    database: Database
    store: Store
    worker: str = field(default_factory=_worker_name)
    moodles: Connections = field(default_factory=Connections)

    def now(self) -> datetime:
        """The product's time."""
        with self.database.read() as session:
            return clock.now(session)


class LostLease(Exception):
    """Another worker has the row by now: this one stops where it is."""


@dataclass(frozen=True)
class Job:
    """One claimed row of the outbox; `attempt` counts from 1.

    `holder` names this attempt alone, also among the threads of one process. `keep` prolongs the lease and
    tells whether the row is still ours.
    """

    row_id: int
    centre_id: int
    subject_id: int
    payload: dict[str, object]
    attempt: int
    holder: str
    keep: Callable[[], bool]

    def hold(self) -> None:
        """Prolong the lease, or raise `LostLease`: call it before each act that takes long or reaches out."""
        if not self.keep():
            raise LostLease


def make_runtime(config: Config) -> Runtime:
    """Open database and archive; refuse a shifted clock outside demo mode."""
    database = Database(config.database_url, CeleryQueue(config))
    with database.read() as session:
        clock.refuse_shift(session, config.demo)
    return Runtime(
        config=config,
        database=database,
        store=Store(config.archive),
        moodles=Connections(config.loopback_hosts),
    )
