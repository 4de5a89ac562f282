"""A clock that ran ahead and was put right: nothing waits for the moments that it had told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.database import Database
from mmo_lti.models.notice import Notice, NoticeState
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.services import lease, notice, outbox
from mmo_lti.services.clock import SKEW
from mmo_lti.services.notice import notify
from tasks import schedule
from tasks.outbox import JobFailed, Work, work_off
from tasks.runtime import Job, Runtime
from tasks.schedule import Entry, tick
from tests.factories.centre import make_centre
from tests.factories.moment import moment
from tests.tasks.city import KIND, City, Clock, Worker

LEASE = 60
DAY = timedelta(days=1)


@pytest.fixture
def clock(wall: Clock) -> Clock:
    """Here the product's time is the machine's."""
    return wall


def failing(after: int) -> Work:
    def do(_runtime: Runtime, _job: Job) -> None:
        raise JobFailed("moodle_timeout", retry=True, after=after)

    return Work(do)


def claimable(database: Database) -> bool:
    """Whether another worker would take the row now; it is given back."""
    with database.write() as session:
        taken = outbox.claim(session, "other", LEASE) is not None
        session.rollback()
        return taken


def take(database: Database, holder: str) -> bool:
    with database.write() as session:
        return lease.take(session, "sync:1", holder, LEASE)


def test_a_dead_workers_lease_ends_though_the_clock_was_set_back(database: Database, clock: Clock) -> None:
    assert take(database, "dead")
    clock.forward(days=-1)
    assert take(database, "other")


def test_a_dead_workers_row_comes_back_though_the_clock_was_set_back(
    worker: Worker, clock: Clock, want: Callable[..., None]
) -> None:
    want(7)
    with worker.database.write() as session:
        assert outbox.claim(session, "dead", LEASE) is not None
    assert not claimable(worker.database)
    clock.forward(days=-1)
    assert claimable(worker.database)


@pytest.mark.parametrize("after", [0, 300, 3600])
def test_a_pause_ends_though_the_clock_was_set_back(
    worker: Worker, clock: Clock, want: Callable[..., None], after: int
) -> None:
    want(7)
    work_off(worker, {KIND: failing(after)})
    assert not claimable(worker.database)
    clock.forward(days=-1)
    assert claimable(worker.database)


@pytest.mark.parametrize(("after", "pause"), [(60, 60), (1800, 1800), (3600, 3600), (86_400, 3600)])
def test_the_longest_pause_is_an_hour_whatever_the_other_side_asks(
    worker: Worker, clock: Clock, want: Callable[..., None], after: int, pause: int
) -> None:
    """Else nobody could tell a long pause from one that a clock ahead of its time had written."""
    want(7)
    work_off(worker, {KIND: failing(after)})
    clock.forward(seconds=pause - 1)
    assert not claimable(worker.database)
    clock.forward(seconds=1)
    assert claimable(worker.database)


@pytest.mark.parametrize("behind", [timedelta(0), SKEW])
def test_a_machine_a_little_behind_believes_the_others_leases_and_pauses(
    worker: Worker, clock: Clock, want: Callable[..., None], behind: timedelta
) -> None:
    want(7, 8)
    work_off(worker, {KIND: failing(3600)})
    assert take(worker.database, "alive")
    clock.at -= behind
    assert not claimable(worker.database)
    assert not take(worker.database, "other")


def test_the_schedule_goes_on_though_the_clock_was_set_back(
    worker: Worker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its own beat: what ran at the moment that the clock now tells does not run at each tick."""
    ran = []

    def run(_runtime: Runtime, _session: Session, _centre: Centre, now: object) -> None:
        ran.append(now)

    monkeypatch.setattr(schedule, "SCHEDULE", (Entry("quarterly", timedelta(minutes=15), run),))
    with worker.database.write() as session:
        make_centre(session)
    before = clock.at
    tick(worker)
    clock.forward(days=-1)
    tick(worker)
    tick(worker)
    clock.forward(minutes=15)
    tick(worker)
    assert ran == [before, before - DAY, before - DAY + timedelta(minutes=15)]


def test_a_machine_a_little_behind_leaves_the_schedule_to_the_other(
    worker: Worker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []
    always = Entry("always", timedelta(0), lambda *_: ran.append(clock.at))
    monkeypatch.setattr(schedule, "SCHEDULE", (always,))
    with worker.database.write() as session:
        make_centre(session)
    tick(worker)
    clock.at -= SKEW
    tick(worker)
    assert len(ran) == 1


def told(city: City, kind: str) -> Notice:
    with city.worker.database.write() as session:
        centre = session.get_one(Centre, city.centre_id)
        person = city.coordinator.person_id or 0
        params = {"association": "учителей химии", "year": "2026/2027"}
        notify(session, centre.id, person, kind, centre, "1", params, "/", city.clock())
        return session.scalars(select(Notice)).one()


def test_a_notice_leaves_though_the_clock_was_set_back(city: City, clock: Clock) -> None:
    """What waits longer than any notice may was written by a clock ahead of its time."""
    at, clock.at = clock.at, moment(2036, 1, 1)
    told(city, "plan_submitted")
    clock.at = at
    tick(city.worker)
    with city.worker.database.read() as session:
        assert session.scalars(select(OutboxRow.kind).where(OutboxRow.kind == "send_notices")).all()
    with city.worker.database.write() as session:
        assert len(notice.take_batch(session, city.centre_id, clock.at, 10)) == 1


def test_a_notice_whose_sender_died_is_unknown_though_the_clock_was_set_back(
    city: City, clock: Clock
) -> None:
    told(city, "plan_submitted")
    clock.forward(days=2)
    with city.worker.database.write() as session:
        assert notice.take_batch(session, city.centre_id, clock.at, 10)
    clock.forward(days=-1)
    with city.worker.database.write() as session:
        assert notice.settle_stuck(session, city.centre_id) == 1
        assert session.scalars(select(Notice.state)).all() == [NoticeState.UNKNOWN]
