"""The schedule: what is due runs once however often the clock ticks, and one's trouble stays one's own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.database import Database
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.moodle_access import MoodleAccess
from mmo_lti.models.notice import Notice
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.sync_run import SyncRun
from mmo_lti.services.notice import notify
from tasks import schedule
from tasks.runtime import Runtime
from tasks.schedule import SCHEDULE, Entry, tick
from tests.databases import Template
from tests.factories.centre import make_centre
from tests.factories.course import make_course
from tests.factories.moment import NOW, moment
from tests.tasks.city import City, Clock, Worker

HOUR = timedelta(hours=1)


def entries(monkeypatch: pytest.MonkeyPatch, *found: Entry) -> None:
    monkeypatch.setattr(schedule, "SCHEDULE", found)


class Seen:
    """A piece of the schedule that writes down when it ran, and for whom."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, datetime]] = []

    def __call__(self, _runtime: Runtime, _session: Session, centre: Centre, now: datetime) -> None:
        self.runs.append((centre.iss, now))


def wanted(database: Database, kind: str) -> list[int]:
    with database.read() as session:
        return list(session.scalars(select(OutboxRow.subject_id).where(OutboxRow.kind == kind)))


def test_a_tick_runs_what_is_due_and_the_next_one_not_again(
    worker: Worker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Seen()
    entries(monkeypatch, Entry("hourly", HOUR, seen))
    with worker.database.write() as session:
        make_centre(session)
    tick(worker)
    tick(worker)
    clock.forward(minutes=59)
    tick(worker)
    clock.forward(minutes=1)
    tick(worker)
    assert [at for _, at in seen.runs] == [NOW, NOW + HOUR]


def test_a_leap_of_the_clock_runs_each_entry_once(
    worker: Worker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an outage, or a leap of the demo's clock, what was missed is not made up for tick by tick."""
    seen = Seen()
    entries(monkeypatch, Entry("hourly", HOUR, seen))
    with worker.database.write() as session:
        make_centre(session)
    tick(worker)
    clock.forward(days=30)
    tick(worker)
    tick(worker)
    assert len(seen.runs) == 2


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def test_workers_that_tick_at_once_run_an_entry_once(
    kind: str,
    clock: Clock,
    worker: Worker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """Both when it never ran before, and when its turn comes again."""
    seen = Seen()
    entries(monkeypatch, Entry("hourly", HOUR, seen))
    template: Template = request.getfixturevalue(f"{kind}_template")
    (tmp_path / "shared").mkdir()
    with template.opened(tmp_path / "shared") as database:
        with database.write() as session:
            make_centre(session)
        workers = [
            Worker(worker.config, database, worker.store, f"worker-{one}", clock=clock) for one in range(4)
        ]
        for turn in (1, 2):
            start = Barrier(len(workers))

            def ticks(one: Worker, start: Barrier = start) -> list[str]:
                start.wait()
                return tick(one)

            with ThreadPoolExecutor(len(workers)) as pool:
                ran = [name for names in pool.map(ticks, workers) for name in names]
            assert (len(ran), len(seen.runs)) == (1, turn)
            clock.forward(hours=1)


def test_one_centres_trouble_is_logged_and_does_not_stop_the_others(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with worker.database.write() as session:
        make_centre(session)
        make_centre(session, iss="https://other.example")
    seen = Seen()

    def broken(runtime: Runtime, session: Session, centre: Centre, now: datetime) -> None:
        if centre.iss == "https://moodle.example":
            raise LookupError
        seen(runtime, session, centre, now)

    entries(monkeypatch, Entry("broken", HOUR, broken), Entry("hourly", HOUR, seen))
    ran = tick(worker)
    assert [iss for iss, _ in seen.runs] == [
        "https://moodle.example",
        "https://other.example",
        "https://other.example",
    ]
    assert [name.split(":")[1] for name in ran] == ["hourly", "broken", "hourly"]
    assert "schedule entry broken of centre" in caplog.text


def test_what_broke_is_due_again_at_the_next_tick(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it stays, its turn neither."""
    with worker.database.write() as session:
        make_centre(session)
    failures = [LookupError(), None]

    def once_broken(_runtime: Runtime, session: Session, centre: Centre, _now: datetime) -> None:
        centre.city += "!"
        session.flush()
        error = failures.pop(0)
        if error is not None:
            raise error

    entries(monkeypatch, Entry("hourly", HOUR, once_broken))
    assert tick(worker) == []
    assert len(tick(worker)) == 1
    with worker.database.read() as session:
        assert session.scalars(select(Centre.city)).one() == "Иваново!"


def test_the_deadlines_tell_and_the_same_tick_wants_the_telling(city: City, clock: Clock) -> None:
    city.association()
    clock.at = moment(2026, 10, 2)  # the plan was expected by 1 October
    tick(city.worker)
    with city.worker.database.read() as session:
        assert "plan_overdue" in set(session.scalars(select(Notice.kind)))
    assert wanted(city.worker.database, "send_notices") == [city.centre_id]


def test_nobody_is_sent_for_when_nothing_is_due(worker: Worker, clock: Clock) -> None:
    with worker.database.write() as session:
        make_centre(session)
    tick(worker)
    assert wanted(worker.database, "send_notices") == []


def test_a_digest_of_tomorrow_is_wanted_tomorrow_morning(city: City, clock: Clock) -> None:
    with city.worker.database.write() as session:
        centre = session.get_one(Centre, city.centre_id)
        person = city.coordinator.person_id or 0
        told = {"association": "учителей химии", "year": "2026/2027"}
        notify(session, centre.id, person, "plan_submitted", centre, "1", told, "/", NOW)
    tick(city.worker)
    assert wanted(city.worker.database, "send_notices") == []
    clock.at = moment(2026, 10, 6, 6)  # nine o'clock in Moscow
    tick(city.worker)
    assert wanted(city.worker.database, "send_notices") == [city.centre_id]


def test_connected_courses_are_synced_each_quarter_of_an_hour(city: City, clock: Clock) -> None:
    with city.worker.database.write() as session:
        make_course(session, session.get_one(Centre, city.centre_id), "99", connected=False)
    tick(city.worker)
    assert wanted(city.worker.database, "sync_course") == [city.course_id]
    city.work()
    clock.forward(minutes=14)
    tick(city.worker)
    assert len(wanted(city.worker.database, "sync_course")) == 1
    clock.forward(minutes=1)
    tick(city.worker)
    assert len(wanted(city.worker.database, "sync_course")) == 2


def test_a_centre_without_web_services_is_not_synced(city: City) -> None:
    with city.worker.database.write() as session:
        session.delete(session.scalars(select(MoodleAccess)).one())
    tick(city.worker)
    assert wanted(city.worker.database, "sync_course") == []


def test_the_journal_is_sealed_after_the_commit(city: City, clock: Clock) -> None:
    city.association()
    tick(city.worker)
    with city.worker.database.read() as session:
        assert None not in session.scalars(select(JournalEntry.seal)).all()


def test_what_has_served_is_thrown_away(city: City, clock: Clock, no_pauses: None) -> None:
    """Done work and old runs go, the last run of a course and its last success stay."""
    city.sync()
    for _ in range(2):
        clock.forward(days=1)
        city.sync()
    city.moodle.site.maintenance = True
    city.sync()
    city.moodle.site.maintenance = False
    clock.forward(days=100)
    arrived = city.worker.store.root / "incoming" / "unfinished"
    arrived.parent.mkdir(parents=True)
    arrived.touch()
    tick(city.worker)
    with city.worker.database.read() as session:
        assert session.scalars(select(SyncRun.ok).order_by(SyncRun.id)).all() == [True, False]
        assert session.scalars(select(OutboxRow.id).where(OutboxRow.done_at.is_not(None))).all() == []
    assert arrived.exists()  # it may still be arriving


def test_the_table_of_the_schedule_names_each_entry_once() -> None:
    names = [entry.name for entry in SCHEDULE]
    assert len(names) == len(set(names))
    assert names.index("deadlines") < names.index("notices")
