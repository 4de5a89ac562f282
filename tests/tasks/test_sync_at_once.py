"""Several workers tick and work at once, on both databases: one course is synced by one of them at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event, Lock

import pytest
from sqlalchemy import select, update

from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.sync_run import SyncRun
from mmo_lti.services import outbox
from tasks import sync
from tasks.connections import Connections
from tasks.jobs import JOBS
from tasks.outbox import work_off
from tasks.schedule import tick
from tests.databases import Template
from tests.tasks.city import ANNA, MARIA, URL, City, Clock, Worker

WORKERS = 4


class Door:
    """Behind the lease: whoever comes in first stays until all others have found it closed."""

    def __init__(self, inner: Callable[..., None]) -> None:
        self._inner = inner
        self._lock = Lock()
        self._inside = self.most = self.came = 0
        self.others_gone = Event()

    def __call__(self, *given: object) -> None:
        with self._lock:
            self._inside += 1
            self.came += 1
            self.most = max(self.most, self._inside)
            first = self.came == 1
        if first:
            assert self.others_gone.wait(60)
        self._inner(*given)
        with self._lock:
            self._inside -= 1


def beside(city: City, number: int) -> Worker:
    """Another worker, with connections of its own."""
    moodles = Connections()
    moodles.sessions[URL] = city.worker.moodles.sessions[URL]
    return replace(city.worker, worker=f"worker-{number}", moodles=moodles)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def test_workers_that_work_at_once_never_sync_one_course_together(
    kind: str,
    worker: Worker,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """Each has a row of its own: the clock's, and those of pages that want the groups read again."""
    template: Template = request.getfixturevalue(f"{kind}_template")
    (tmp_path / "shared").mkdir()
    with template.opened(tmp_path / "shared") as database:
        city = City.build(replace(worker, database=database), clock)
        association_id = city.association(ANNA, MARIA)
        for _ in range(WORKERS):
            city.want_sync(groups=True)
        door = Door(sync._sync)
        monkeypatch.setattr(sync, "_sync", door)
        start, left = Barrier(WORKERS), []

        def works(one: Worker) -> None:
            start.wait()
            tick(one)
            work_off(one, JOBS)
            left.append(one)
            if len(left) == WORKERS - 1:
                door.others_gone.set()

        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(works, [beside(city, number) for number in range(WORKERS)]))
        with database.write() as session:
            session.execute(update(OutboxRow).values(not_before=None))
        city.work()
        with database.read() as session:
            assert outbox.waiting(session) == 0
            assert set(session.scalars(select(SyncRun.ok))) == {True}
            uid = city.get(association_id).uid
    assert (door.most, door.came > 1) == (1, True)
    assert [group.idnumber for group in city.moodle.groups.values()].count(uid) == 1
