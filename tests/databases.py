"""Databases of the tests: a file of SQLite, or a database of one's own on the PostgreSQL of `.ci/services`.

Tables are made once, which costs a test more than its own work: of SQLite's file each test gets a copy, on
PostgreSQL the rows of a test are deleted after it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from mmo_lti.config import load_config
from mmo_lti.models.database import Database
from mmo_lti.models.registry import metadata

_FILE = "mmo.sqlite3"


class SqliteTemplate:
    """A file with all tables and no rows."""

    def __init__(self, folder: Path) -> None:
        path = folder / "empty.sqlite3"
        _make_tables(f"sqlite:///{path}")
        self._bytes = path.read_bytes()

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Database]:
        """A fresh copy in the folder."""
        self.renew(folder)
        database = Database(f"sqlite:///{folder / _FILE}")
        yield database
        database.close()

    def renew(self, folder: Path) -> None:
        """Put a fresh copy in the place of one that nobody has open."""
        for left in folder.glob(f"{_FILE}-*"):
            left.unlink()
        (folder / _FILE).write_bytes(self._bytes)

    def drop(self) -> None:
        """A file needs no farewell."""


class PostgresqlTemplate:
    """A database with all tables and no rows."""

    def __init__(self) -> None:
        self._name = create_postgresql()
        _make_tables(postgresql_url(self._name))
        self._database = Database(postgresql_url(self._name))
        # As a replica no foreign key is checked: the order of the tables does not matter.
        tables = "".join(f"DELETE FROM {table.name};" for table in metadata.tables.values())
        self._empty = f"SET LOCAL session_replication_role = replica; {tables}"

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Database]:
        """The database, emptied afterwards."""
        yield self._database
        with self._database.engine.begin() as connection:
            connection.exec_driver_sql(self._empty)

    def drop(self) -> None:
        """Leave the server as it was found."""
        self._database.close()
        drop_postgresql(self._name)


Template = SqliteTemplate | PostgresqlTemplate


def postgresql_url(name: str) -> str:
    """The address of a database on the test server, as the tool reads it from its settings."""
    return load_config({"DATABASE_URL": _address(name), "MMO_SECRET": "unused"}).database_url


def create_postgresql() -> str:
    """Make a database without tables; its name."""
    name = f"mmo_{uuid4().hex}"
    _execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    return name


def drop_postgresql(name: str) -> None:
    """Remove a database, whoever is still connected."""
    _execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _address(name: str = "") -> str:
    url = os.environ.get("TEST_DATABASE_URL")
    if not url:
        pytest.fail("TEST_DATABASE_URL names no PostgreSQL: run the tests by .ci/services", pytrace=False)
    return f"{url.rpartition('/')[0]}/{name}" if name else url


def _execute(statement: sql.Composed, name: str = "") -> None:
    with psycopg.connect(_address(name), autocommit=True) as connection:
        connection.execute(statement)


def _make_tables(url: str) -> None:
    database = Database(url)
    metadata.create_all(database.engine)
    database.close()
