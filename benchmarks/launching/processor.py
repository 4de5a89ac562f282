"""Processor time of whole families of processes on this machine, as Linux counts it."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import redis

_TICKS = os.sysconf("SC_CLK_TCK")


def spent(pid: int) -> float:
    """Seconds of processor time of a process, of all below it, and of those of its children that ended."""
    stats = {int(entry.name): _stat(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    family, added = {pid}, True
    while added:
        added = {child for child, stat in stats.items() if stat and int(stat[1]) in family} - family
        family |= added
    return sum(sum(map(int, stat[11:15])) for each in family if (stat := stats.get(each))) / _TICKS


def postgres_pid(url: str) -> int:
    """The server's first process, if it runs on this machine; else 0."""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1)) as connection:
        (backend,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    stat = _stat(Path("/proc") / str(backend))
    return int(stat[1]) if stat and _is_called(backend, "postgres") else 0


def redis_pid(url: str) -> int:
    """The server's process, if it runs on this machine; else 0."""
    with redis.Redis.from_url(url) as client:
        pid = int(client.info("server")["process_id"])
    return pid if _is_called(pid, "redis-server") else 0


def _stat(folder: Path) -> list[str] | None:
    """What stands in a process's `stat` behind its name: state, parent and so on; none if it is gone."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _is_called(pid: int, name: str) -> bool:
    try:
        return (Path("/proc") / str(pid) / "comm").read_text().strip() == name
    except OSError:
        return False
