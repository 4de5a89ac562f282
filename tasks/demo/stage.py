"""The stage of the demo: processes, addresses, the clock, and visitors who come through Moodle."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from mmo_lti.config import Config, load_config
from mmo_lti.models.centre import Centre
from mmo_lti.models.database import Database
from mmo_lti.models.notice import Notice, NoticeState
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.schedule_mark import ScheduleMark
from mmo_lti.queue import celery_app
from mmo_lti.services import clock
from tasks.cli import migrate_database
from tasks.demo.processes import Processes, free_port
from tasks.demo.visitor import Visitor

ZONE = ZoneInfo("Europe/Moscow")
MORNING = clock_time(10, 0)
"""After the digest hour, so that a day's notices leave in the tick of that day."""
SETTLE_SECONDS = 120
TICK_TASK = "tasks.schedule.tick"


class NotSettled(RuntimeError):
    """Background work did not come to rest; the message says what is left."""


@dataclass
class Stage:
    """Everything that runs, under one folder."""

    root: Path
    lease_seconds: int = 120
    processes: Processes = field(init=False)
    config: Config = field(init=False)
    database: Database = field(init=False)
    moodle: str = field(init=False)
    token: str = field(init=False)

    def __post_init__(self) -> None:
        """Choose ports and write the environment; nothing is started yet."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        tool, moodle = free_port(8000), free_port(8080)
        self.moodle = f"http://127.0.0.1:{moodle}"
        env = {
            "MMO_DATA": str(self.root),
            "MMO_DEMO": "1",
            "MMO_PUBLIC_URL": f"http://127.0.0.1:{tool}",
            "MMO_LOOPBACK_HOSTS": f"127.0.0.1:{moodle}",
            "MMO_TICK_SECONDS": "20",
            "MMO_LEASE_SECONDS": str(self.lease_seconds),
        }
        for name in ("DATABASE_URL", "REDIS_URL"):
            if name in os.environ:
                env[name] = os.environ[name]
        self.config = load_config(env)
        self.processes = Processes(self.root / "logs", env)
        self.database = Database(self.config.database_url)
        self.token = secrets.token_hex(16)
        (self.root / "token").write_text(self.token)

    @property
    def tool(self) -> str:
        """Address of the tool."""
        return self.config.public_url

    def start(self) -> None:
        """Bring the database up to date and start the four processes."""
        migrate_database(self.config)
        self.start_moodle()
        self.processes.start("tool", "tasks.cli", "web", "--port", self.tool.rsplit(":", 1)[1])
        self.start_worker()
        self.processes.start("beat", "tasks.cli", "beat")
        self.processes.wait_for("moodle", self.moodle)
        self.processes.wait_for("tool", f"{self.tool}/lti/jwks")

    def start_moodle(self) -> None:
        """Start the sandbox Moodle with its city."""
        self.processes.start(
            "moodle",
            "moodle_sync.sandbox",
            "--port",
            self.moodle.rsplit(":", 1)[1],
            "--city",
            "--data",
            str(self.root / "moodle"),
            "--clock-file",
            str(self.config.clock_file),
            "--token-file",
            str(self.root / "token"),
        )

    def start_worker(self) -> None:
        """Start the worker."""
        self.processes.start("worker", "tasks.cli", "worker")

    def stop(self) -> None:
        """Stop everything."""
        self.database.close()
        self.processes.stop()

    def operator(self, *arguments: str) -> str:
        """Run `mmo …` as the operator would at the shell; return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "tasks.cli", *arguments],
            env={**os.environ, **self.processes.env},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def go_to(self, day: date, at: clock_time = MORNING) -> datetime:
        """Move the clock to a moment of the centre's time, tick, and wait until all work is done."""
        moment = datetime.combine(day, at, ZONE)
        with self.database.write() as session:
            clock.shift_to(session, moment, self.config.clock_file)
        self.tick()
        return moment

    def tick(self) -> None:
        """Tick as beat does, and wait until everything that follows is done."""
        if not self._has_centre():
            return
        before = self._ticked()
        celery_app(self.config).send_task(TICK_TASK)
        until = time.monotonic() + SETTLE_SECONDS
        while self._ticked() == before and time.monotonic() < until:
            self.processes.check()
            time.sleep(0.05)
        self.settle()

    def settle(self) -> None:
        """Wait until the outbox is empty and no notice is due."""
        until = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < until:
            self.processes.check()
            if not self._waiting():
                return
            time.sleep(0.05)
        raise NotSettled(f"{self._waiting()} rows still wait; logs: {self.processes.logs}")

    def _has_centre(self) -> bool:
        """Before a platform is registered there is nothing that a tick could do."""
        with self.database.read() as session:
            return session.scalar(select(Centre.id).limit(1)) is not None

    def _ticked(self) -> datetime | None:
        """The clock's «notices» entry runs in every tick, the last before work is handed out."""
        with self.database.read() as session:
            return session.scalar(
                select(func.max(ScheduleMark.last_at)).where(ScheduleMark.entry == "notices")
            )

    def _waiting(self) -> int:
        with self.database.read() as session:
            now = clock.now(session)
            rows = session.scalar(
                select(func.count())
                .select_from(OutboxRow)
                .where(OutboxRow.done_at.is_(None), OutboxRow.dead.is_(False))
            )
            notices = session.scalar(
                select(func.count())
                .select_from(Notice)
                .where(
                    Notice.state.in_([NoticeState.WAITING, NoticeState.SENDING]),
                    Notice.not_before <= now - timedelta(minutes=1),
                )
            )
            return (rows or 0) + (notices or 0)

    def visitor(self, username: str) -> Visitor:
        """A browser signed in to Moodle as this person."""
        return Visitor(username).sign_in(self.moodle, username)
