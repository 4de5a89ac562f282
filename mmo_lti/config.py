"""What the operator sets: read once from the environment, every name with its default.

No setting at all is the embedded default: SQLite, a queue on disk, files under one data folder.
"""

from __future__ import annotations

import os
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PUBLIC_URL = "http://127.0.0.1:8000"


class ConfigError(ValueError):
    """A setting contradicts another one; the message names both."""


@dataclass(frozen=True)
class Config:
    """Settings of one installation.

    `data` holds the database, the queue and the archive where no server is named; `loopback_hosts` are the
    hosts (`host` or `host:port`) that may be reached over plain http and on private addresses;
    `states_in_memory`: there is one web process, and begun logins need no store; `proxies`: so many of the
    operator's own stand in front and tell the browser's address; `scan_command` looks through uploads for
    viruses, where the operator has such a command.
    """

    data: Path
    database_url: str
    redis_url: str | None
    states_in_memory: bool
    proxies: int
    public_url: str
    demo: bool
    loopback_hosts: frozenset[str]
    secret: str
    smtp_url: str | None
    mail_from: str
    max_upload_bytes: int
    scan_command: tuple[str, ...]
    lease_seconds: int
    tick_seconds: int

    @property
    def archive(self) -> Path:
        """Folder of the archive of bytes."""
        return self.data / "archive"

    @property
    def queue_folder(self) -> Path:
        """Folder of the queue that needs no server."""
        return self.data / "queue"

    @property
    def clock_file(self) -> Path:
        """Where the demo's shift of the clock is written for the sandbox."""
        return self.data / "clock"

    @property
    def secure(self) -> bool:
        """Whether browsers reach the tool over https: cookies are then `__Host-` and `Secure`."""
        return self.public_url.startswith("https://")


def load_config(env: Mapping[str, str] | None = None) -> Config:
    """Read the settings; raise `ConfigError` where they contradict each other."""
    env = os.environ if env is None else env
    data = Path(env.get("MMO_DATA", "var")).absolute()
    public_url = env.get("MMO_PUBLIC_URL", DEFAULT_PUBLIC_URL).rstrip("/")
    hosts = frozenset(h for h in env.get("MMO_LOOPBACK_HOSTS", "").split(",") if h)
    if public_url.startswith("http://") and not _is_loopback(public_url):
        raise ConfigError("MMO_PUBLIC_URL: plain http is served on the loopback interface only")
    return Config(
        data=data,
        database_url=_database_url(env, data),
        redis_url=env.get("REDIS_URL") or None,
        states_in_memory=_states_in_memory(env),
        proxies=int(env.get("MMO_PROXIES", "0")),
        public_url=public_url,
        demo=env.get("MMO_DEMO") == "1",
        loopback_hosts=hosts,
        secret=env.get("MMO_SECRET") or _kept_secret(data),
        smtp_url=env.get("MMO_SMTP_URL") or None,
        mail_from=env.get("MMO_MAIL_FROM", "mmo@localhost"),
        max_upload_bytes=int(env.get("MMO_MAX_UPLOAD_MB", "50")) * 1024 * 1024,
        scan_command=tuple(shlex.split(env.get("MMO_SCAN_COMMAND", ""))),
        lease_seconds=int(env.get("MMO_LEASE_SECONDS", "120")),
        tick_seconds=int(env.get("MMO_TICK_SECONDS", "30")),
    )


def _database_url(env: Mapping[str, str], data: Path) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{data / 'mmo.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _states_in_memory(env: Mapping[str, str]) -> bool:
    where = env.get("MMO_STATES", "")
    if where not in {"", "memory"}:
        raise ConfigError("MMO_STATES: `memory`, or nothing for Redis and else the database")
    if where and env.get("REDIS_URL"):
        raise ConfigError("MMO_STATES: memory serves one process, REDIS_URL is for several: set one of them")
    return bool(where)


def _is_loopback(url: str) -> bool:
    host = url.removeprefix("http://").split("/")[0].rsplit(":", 1)[0]
    return host in {"localhost", "[::1]"} or host.startswith("127.")


def _kept_secret(data: Path) -> str:
    """The installation's own secret, made at the first start and kept readable by its user alone."""
    path = data / "secret"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
