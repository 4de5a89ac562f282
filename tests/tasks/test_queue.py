"""Waking a worker: after the commit, once, and never at the cost of whoever changed something."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import socket

import pytest
from celery import Celery
from kombu import Connection

from mmo_lti.config import Config, load_config
from mmo_lti.models.database import Database
from mmo_lti.queue import WORK_TASK, CeleryQueue, celery_app
from mmo_lti.services import outbox
from tasks import outbox as tasks_outbox
from tasks.outbox import Work, work_off
from tests.factories.moment import NOW
from tests.tasks.city import KIND, Worker

NOTHING = {KIND: Work(lambda _runtime, _job: None)}


class Pokes:
    """A queue that counts how often a worker was woken, and what it could have seen then."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.waiting: list[int] = []

    def poke(self) -> None:
        with self.database.read() as session:
            self.waiting.append(outbox.waiting(session))


def test_a_worker_is_woken_once_and_only_when_it_can_see_the_work(
    database: Database, centre_id: int, want: Callable[..., None]
) -> None:
    """The end of a savepoint (a notice told, a row inserted once) is not yet the end of the transaction."""
    database.queue = queue = Pokes(database)
    with database.write() as session:
        outbox.want(session, centre_id, KIND, 7, NOW)
        with session.begin_nested():
            outbox.want(session, centre_id, KIND, 8, NOW)
        assert queue.waiting == []
    assert queue.waiting == [2]


def test_what_was_rolled_back_wakes_nobody(database: Database, centre_id: int) -> None:
    database.queue = queue = Pokes(database)
    with database.write() as session:
        outbox.want(session, centre_id, KIND, 7, NOW)
        session.rollback()
    assert queue.waiting == []


def test_a_session_that_commits_twice_wakes_for_each_commit(database: Database, centre_id: int) -> None:
    database.queue = queue = Pokes(database)
    with database.writer() as session:
        for subject in (7, 8):
            outbox.want(session, centre_id, KIND, subject, NOW)
            session.commit()
        session.commit()
    assert queue.waiting == [1, 2]


def test_a_call_that_did_enough_asks_for_the_next_one(
    worker: Worker, want: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker then sees its other messages, the clock's tick among them."""
    monkeypatch.setattr(tasks_outbox, "ROWS_A_CALL", 2)
    want(1, 2, 3)
    worker.database.queue = queue = Pokes(worker.database)
    assert work_off(worker, NOTHING) == 2
    assert queue.waiting == [1]
    assert work_off(worker, NOTHING) == 1
    assert queue.waiting == [1]


# The broker.


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config({"MMO_DATA": str(tmp_path), "MMO_SECRET": "secret"})


@pytest.fixture
def queue(config: Config) -> Iterator[CeleryQueue]:
    queue = CeleryQueue(config)
    yield queue
    queue.close()


@pytest.fixture
def connection(config: Config) -> Iterator[Connection]:
    """The other end, as a worker has it."""
    app: Celery = celery_app(config)
    with app.connection_for_read() as connection:
        yield connection
    app.close()


def take(connection: Connection) -> str | None:
    """The task of the next message, or none."""
    message = connection.SimpleQueue("celery").consumer.queues[0].bind(connection.default_channel).get()
    return message.headers["task"] if message else None


def test_a_message_reaches_the_other_end_once(queue: CeleryQueue, connection: Connection) -> None:
    queue.poke()
    assert (take(connection), take(connection)) == (WORK_TASK, None)


def test_without_a_server_a_message_is_one_whole_file_and_gone_once_read(
    config: Config, queue: CeleryQueue, connection: Connection
) -> None:
    queue.poke()
    queue.poke()
    files = list(config.queue_folder.iterdir())
    assert len(files) == 2
    assert all(json.loads(file.read_text())["headers"]["task"] == WORK_TASK for file in files)
    take(connection)
    assert len(list(config.queue_folder.iterdir())) == 1


def test_a_message_that_nobody_took_by_the_next_tick_is_stale(config: Config, queue: CeleryQueue) -> None:
    queue.poke()
    [file] = config.queue_folder.iterdir()
    assert json.loads(file.read_text())["headers"]["expires"]


def test_what_is_half_written_or_unreadable_stops_nobody(
    config: Config, queue: CeleryQueue, connection: Connection
) -> None:
    """A process may be killed while it writes."""
    (config.queue_folder / ".0001_half.celery.msg").write_text('{"body":')
    (config.queue_folder / "0002_empty.celery.msg").write_text("")
    queue.poke()
    assert take(connection) == WORK_TASK
    assert take(connection) is None


@pytest.mark.parametrize("broker", ["redis", "folder"])
def test_a_broker_that_is_down_is_left_to_the_clock(
    broker: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The change is committed; whoever made it must not see an error."""
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        env = {"MMO_DATA": str(tmp_path), "MMO_SECRET": "secret"}
        if broker == "redis":
            env["REDIS_URL"] = f"redis://127.0.0.1:{taken.getsockname()[1]}/0"
        config = load_config(env)
        queue = CeleryQueue(config)
        if broker == "folder":
            config.queue_folder.rmdir()
        queue.poke()
        queue.close()
    assert "queue unreachable" in caplog.text
