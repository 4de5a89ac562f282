"""Whatever happens in whatever order, over the whole tool: once it is quiet, Moodle shows what people wanted.

Zero drift, zero doubled events, zero lost changes, nobody thrown out; and nothing depends on the queue.

A run follows from its seed alone. One that failed is run by itself with
`CHAOS_SEEDS=1017 make test TESTS=tests/tasks/test_sync_chaos.py` (several: `CHAOS_SEEDS=1000-1049`); what
happened in it, step by step, is printed with the failure.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from mmo_lti.config import load_config
from mmo_lti.files.store import Store
from mmo_lti.models.database import Database
from tasks import schedule
from tasks.connections import Connections
from tasks.schedule import SCHEDULE
from tests.databases import PostgresqlTemplate, SqliteTemplate
from tests.tasks.chaos.broker import Broker, broker
from tests.tasks.chaos.rest import check
from tests.tasks.chaos.run import FAILURES, Run
from tests.tasks.city import City, Clock, Worker

STEPS = 40
OF_THE_SYNC = tuple(
    entry for entry in SCHEDULE if entry.name.startswith("sync") or entry.name == "read_people"
)
NewRun = Callable[[int], Run]


def settings(folder: Path) -> dict[str, str]:
    return {
        "MMO_DATA": str(folder),
        "MMO_SECRET": "secret of the tests",
        "MMO_PUBLIC_URL": "https://mmo.example",
    }


@pytest.fixture(scope="module")
def folder_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with broker(settings(tmp_path_factory.mktemp("queue"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def redis_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    address = os.environ.get("TEST_REDIS_URL")
    if not address:
        pytest.fail("TEST_REDIS_URL names no Redis: run the tests by .ci/services", pytrace=False)
    with broker({**settings(tmp_path_factory.mktemp("queue")), "REDIS_URL": address}) as opened:
        yield opened


@dataclass
class Ground:
    """Builds one city after the other; leases and pauses go by `wall`, so that it can jump."""

    folder: Path
    wall: Clock
    monkeypatch: pytest.MonkeyPatch

    def run(self, database: Database, queue: Broker, seed: int) -> Run:
        number_by(seed, self.monkeypatch)
        # Deadlines, notices and the rest run along in every fifth run only: they take as long as the sync.
        self.monkeypatch.setattr(schedule, "SCHEDULE", SCHEDULE if seed % 5 == 0 else OF_THE_SYNC)
        config = load_config(settings(self.folder))
        self.wall.at, moodle_clock = Clock().at, Clock()
        worker = Worker(config, database, Store(config.archive), "web", Connections(), clock=self.wall)
        return Run(City.build(worker, self.wall, moodle_clock), queue, moodle_clock, seed)


@pytest.fixture
def ground(tmp_path: Path, wall: Clock, monkeypatch: pytest.MonkeyPatch, no_pauses: None) -> Ground:
    return Ground(tmp_path, wall, monkeypatch)


@pytest.fixture
def new_run(ground: Ground, sqlite_template: SqliteTemplate, folder_broker: Broker) -> Iterator[NewRun]:
    """On SQLite and a folder."""
    with sqlite_template.opened(ground.folder) as database:

        def build(seed: int) -> Run:
            # The same engine each time: it keeps the statements that it has compiled.
            database.engine.dispose()
            sqlite_template.renew(ground.folder)
            return ground.run(database, folder_broker, seed)

        yield build


@pytest.fixture
def new_run_on_servers(
    ground: Ground, postgresql_template: PostgresqlTemplate, redis_broker: Broker
) -> Iterator[NewRun]:
    """On PostgreSQL and Redis."""
    with ExitStack() as opened:

        def build(seed: int) -> Run:
            opened.close()
            database = opened.enter_context(postgresql_template.opened(ground.folder))
            return ground.run(database, redis_broker, seed)

        yield build


def number_by(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes by the order of ids goes the same way in each run of a seed."""
    ids = Random(seed)
    for factory in ("association", "meeting"):
        monkeypatch.setattr(
            f"tests.factories.{factory}.uuid4", lambda: UUID(int=ids.getrandbits(128), version=4)
        )


@contextmanager
def told(run: Run, seed: int) -> Iterator[None]:
    try:
        yield
    except BaseException:
        print(f"seed {seed}", *run.log, sep="\n")  # noqa: T201 - shown when the test fails
        raise


def go(run: Run, seed: int) -> Counter[str]:
    """Forty things happen; returns how often each failure struck."""
    with told(run, seed):
        for _ in range(STEPS):
            run.step()
        run.settle()
        check(run)
    run.close()
    return run.struck


def seeds() -> Sequence[int]:
    """Those asked for by name, else a few."""
    first, _, last = os.environ.get("CHAOS_SEEDS", "0-23").partition("-")
    return range(int(first), int(last or first) + 1)


@pytest.mark.parametrize("seed", seeds())
def test_the_whole_tool_comes_to_rest(new_run: NewRun, seed: int) -> None:
    go(new_run(seed), seed)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_the_whole_tool_comes_to_rest_a_thousand_times(new_run: NewRun, block: int) -> None:
    struck: Counter[str] = Counter()
    for seed in range(1000 + block * 50, 1050 + block * 50):
        struck += go(new_run(seed), seed)
    assert struck.keys() >= FAILURES


@pytest.mark.services
@pytest.mark.parametrize("seed", range(2))
def test_it_comes_to_rest_on_servers_too(new_run_on_servers: NewRun, seed: int) -> None:
    go(new_run_on_servers(seed), seed)


@pytest.mark.slow
@pytest.mark.services
@pytest.mark.parametrize("seed", range(100, 140))
def test_it_comes_to_rest_on_servers_forty_times(new_run_on_servers: NewRun, seed: int) -> None:
    """PostgreSQL's locks, and a Redis that forgets everything."""
    go(new_run_on_servers(seed), seed)
