"""An installation that runs for real: migrated database, broker, worker and clock as processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import cycle
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import select

from mmo_lti.config import Config, load_config
from mmo_lti.models.database import Database
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.queue import CeleryQueue
from mmo_lti.services import clock
from tasks.cli import migrate_database
from tests.databases import create_postgresql, drop_postgresql, postgresql_url
from tests.tasks.processes import Processes, until

_REDIS_DATABASES = cycle(range(1, 16))


class Running:
    """What a test does to the installation from outside."""

    def __init__(self, env: dict[str, str]) -> None:
        self.config: Config = load_config(env)
        migrate_database(self.config)
        self.queue = CeleryQueue(self.config)
        self.database = Database(self.config.database_url, self.queue)
        self.log = self.config.data / "processes.log"
        self.processes = Processes(env, self.log)

    def set_clock(self, moment: datetime) -> None:
        """The product's time, from now on."""
        with self.database.write() as session:
            clock.shift_to(session, moment, self.config.clock_file)

    def row(self, kind: str) -> OutboxRow:
        """The newest row of the outbox of a kind."""
        with self.database.read() as session:
            newest = select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id.desc()).limit(1)
            return session.scalars(newest).one()

    def wait_done(self, kind: str) -> OutboxRow:
        """Wait until the newest row of a kind is done."""
        until(lambda: self.row(kind).done_at is not None, f"the end of {kind}")
        return self.row(kind)

    def close(self) -> None:
        """End its processes and connections."""
        self.processes.stop()
        self.database.close()
        self.queue.close()


@contextmanager
def running(kind: str, data: Path, **settings: str) -> Iterator[Running]:
    """An installation in demo mode on `embedded` (SQLite, a folder) or `servers` (PostgreSQL, Redis).

    Leases and ticks are as short as they can be set.
    """
    env = {
        "MMO_DATA": str(data),
        "MMO_SECRET": "secret of the tests",
        "MMO_DEMO": "1",
        "MMO_LEASE_SECONDS": "1",
        "MMO_TICK_SECONDS": "1",
        **settings,
    }
    with _servers() if kind == "servers" else _nothing() as addresses:
        installation = Running(env | addresses)
        try:
            yield installation
        except BaseException:
            print(_said(installation.log))  # noqa: T201 - pytest shows it with the failure
            raise
        finally:
            installation.close()


@contextmanager
def _nothing() -> Iterator[dict[str, str]]:
    yield {}


@contextmanager
def _servers() -> Iterator[dict[str, str]]:
    """A database and a queue of one's own on the servers of `.ci/services`."""
    server = os.environ.get("TEST_REDIS_URL")
    if not server:
        pytest.fail("TEST_REDIS_URL names no Redis: run the tests by .ci/services", pytrace=False)
    address = f"{server.rpartition('/')[0]}/{next(_REDIS_DATABASES)}"
    name = create_postgresql()
    with Redis.from_url(address) as redis:
        redis.flushdb()
        try:
            yield {"DATABASE_URL": postgresql_url(name), "REDIS_URL": address}
        finally:
            redis.flushdb()
            drop_postgresql(name)


def _said(log: Path) -> str:
    """The end of what the processes said, for whoever reads a failed test."""
    with suppress(FileNotFoundError):
        return log.read_text()[-8000:]
    return ""
