"""What tests of the clock share: a worker with a clock of its own, and a city beside a sandbox Moodle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from mmo_lti.models.database import Database
from mmo_lti.services import outbox
from tests.databases import SqliteTemplate
from tests.factories.centre import make_centre
from tests.factories.moment import NOW
from tests.tasks.city import ANNA, ELENA, KIND, MARIA, City, Clock, Worker
from tests.tasks.mail_server import MailServer
from tests.tasks.telling import tell


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The machine's clock, for leases and pauses too; moved by hand."""
    wall = Clock()
    monkeypatch.setattr("mmo_lti.services.clock.datetime", SimpleNamespace(now=lambda _zone: wall()))
    return wall


@pytest.fixture
def database(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Database]:
    with sqlite_template.opened(tmp_path) as database:
        yield database


@pytest.fixture
def worker(database: Database, clock: Clock, tmp_path: Path) -> Iterator[Worker]:
    """A process of the clock, without its process."""
    worker = Worker.beside(database, clock, tmp_path)
    yield worker
    worker.moodles.close()


@pytest.fixture
def city(worker: Worker, clock: Clock) -> City:
    """A connected course with its coordinator, on a Moodle that answers."""
    return City.build(worker, clock)


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client tries again what only reads; a test need not wait for that."""
    monkeypatch.setattr("moodle_sync.client.PAUSE_SECONDS", 0.0)


@pytest.fixture
def centre_id(database: Database) -> int:
    with database.write() as session:
        return make_centre(session).id


@pytest.fixture
def want(database: Database, centre_id: int) -> Callable[..., None]:
    def want(*subjects: int) -> None:
        with database.write() as session:
            for subject in subjects:
                outbox.want(session, centre_id, KIND, subject, NOW)

    return want


@pytest.fixture
def told(city: City) -> City:
    """A city whose three teachers have something to hear."""
    city.association(ANNA, MARIA, ELENA)
    city.work()
    tell(city, ANNA, MARIA, ELENA)
    return city


@pytest.fixture
def mail(city: City) -> MailServer:
    with MailServer() as server:
        city.use_mail(server.url)
        yield server
