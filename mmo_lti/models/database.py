"""Engine and sessions: SQLite (WAL) where nothing is set, PostgreSQL where it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

BUSY_MILLISECONDS = 30_000
"""How long a SQLite writer waits for another one before it fails."""


class Queue(Protocol):
    """Whom to wake when there is work in the outbox."""

    def poke(self) -> None:
        """Wake a worker; never raises: a lost poke costs a minute, not the work."""


class Database:
    """One database; `read()` and `write()` open sessions for it.

    A writer on SQLite takes the lock at `BEGIN IMMEDIATE`: a transaction that reads first and writes later
    would otherwise fail at once instead of waiting for its turn.
    """

    def __init__(self, url: str, queue: Queue | None = None) -> None:
        """Open the database at `url` (SQLAlchemy's form); the file's folder is made where it is missing.

        `queue` is poked when a committed change left work in the outbox.
        """
        self.url = make_url(url)
        self.queue = queue
        self.engine = _engine(url)
        self._writers = self.engine.execution_options(immediate=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session whose changes are thrown away."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits at the end of the block and rolls back on any error."""
        with self.writer() as session, session.begin():
            yield session

    def writer(self) -> Session:
        """A session for writing that its user commits."""
        return Session(self._writers, expire_on_commit=False, info={"queue": self.queue})

    def close(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_MILLISECONDS / 1000}, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would start transactions of its own, too late
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
