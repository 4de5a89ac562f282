"""The tool as an operator runs it: two processes behind one address, over a fresh database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from launching import processor
from launching.database import fresh_postgres
from launching.moodle import Moodle
from launching.ours import connect
from mmo_lti.models.database import Database
from mmo_lti.models.registry import metadata

CLOSED = "127.0.0.1:9"
"""Where nobody listens: the platform's key set is not to be had."""
START_SECONDS = 30


@dataclass
class Server:
    """A running tool: its address, what it stores its rows in, and its families of processes by name."""

    base_url: str
    store: str
    processes: dict[str, int]

    def spent(self) -> dict[str, float]:
        """Seconds of processor time so far, by name; servers on other machines are left out."""
        return {name: processor.spent(pid) for name, pid in self.processes.items() if pid}


@contextmanager
def running_server(moodle: Moodle) -> Iterator[Server]:
    """Start the tool; it goes with the block."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mmo-bench-"))
        address = f"127.0.0.1:{_free_port()}"
        env = {
            "MMO_DATA": folder,
            "MMO_SECRET": "of the benchmark",
            "MMO_PUBLIC_URL": f"http://{address}",
            "MMO_LOOPBACK_HOSTS": CLOSED,
            "DATABASE_URL": f"sqlite:///{folder}/mmo.sqlite3",
        }
        store, processes = "SQLite in a file", {}
        server, redis_url = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
        if server and redis_url:
            env |= {"DATABASE_URL": stack.enter_context(fresh_postgres(server)), "REDIS_URL": redis_url}
            store = "PostgreSQL and Redis"
            processes = {
                "PostgreSQL": processor.postgres_pid(env["DATABASE_URL"]),
                "Redis": processor.redis_pid(redis_url),
            }
        moodle.launch_from(f"http://{address}")
        _fill(env["DATABASE_URL"], moodle)
        process = _start(address, env, Path(folder) / "log")
        try:
            _wait(address, process, Path(folder) / "log")
            yield Server(f"http://{address}", store, {"web": process.pid, **processes})
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _fill(url: str, moodle: Moodle) -> None:
    """Connect the platform; its keys were fetched an hour ago and may be used, but not for long."""
    database = Database(url)
    metadata.create_all(database.engine)
    connect(
        database,
        moodle,
        jwks_uri=f"http://{CLOSED}/certs.php",
        hosts=frozenset({CLOSED}),
        fetched=datetime.now(UTC) - timedelta(hours=1),
        fresh=timedelta(minutes=5),
    )
    database.close()


def _start(address: str, env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "--workers=2", "--threads=8", f"--bind={address}"]
    with log.open("wb") as output:
        return subprocess.Popen(
            [*command, "mmo_lti.app:create_app()"], env={**os.environ, **env}, stdout=output, stderr=output
        )


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    host, _, port = address.partition(":")
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the tool did not start:\n" + log.read_text())
