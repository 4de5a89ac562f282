"""The sync when its worker is held up, doubled, or without access: no course is written by two."""

from collections.abc import Callable
from datetime import timedelta

import requests
from requests.adapters import BaseAdapter
from sqlalchemy import select, update

from mmo_lti.models.association import Association
from mmo_lti.models.lease import Lease
from mmo_lti.models.moodle_access import MoodleAccess
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.sync_run import SyncRun
from mmo_lti.services import lease, outbox
from mmo_lti.services.sealed import seal
from moodle_sync.sandbox import FaultKind
from tasks.jobs import JOBS
from tasks.outbox import work_off
from tests.factories.membership import make_membership
from tests.factories.moment import NOW
from tests.tasks.city import ANNA, MARIA, URL, City


def test_a_centre_without_web_services_has_nothing_to_sync(city: City) -> None:
    city.association(ANNA)
    with city.worker.database.write() as session:
        session.delete(session.scalars(select(MoodleAccess)).one())
    city.want_sync()
    city.work()
    assert (city.runs(), city.row().done_at) == ([], NOW)


def test_a_token_sealed_with_another_secret_is_told_as_such(city: City) -> None:
    with city.worker.database.write() as session:
        session.scalars(select(MoodleAccess)).one().sealed_token = seal("another secret", "token")
    run = city.sync()
    assert (run.failure, city.row().failure) == ("moodle.token_unreadable",) * 2
    assert city.moodle.meter.requests == 0


def test_two_workers_never_sync_one_course_at_once(city: City) -> None:
    with city.worker.database.write() as session:
        assert lease.take(session, f"sync:{city.course_id}", "worker-2:1", 60)
    city.want_sync()
    city.work()
    row = city.row()
    assert (city.runs(), row.attempts, row.done_at) == ([], 0, None)
    assert city.moodle.meter.requests == 0
    with city.worker.database.write() as session:
        lease.release(session, f"sync:{city.course_id}", "worker-2:1")
    city.next_attempt()
    assert city.runs()[-1].ok


def test_the_lease_is_given_back_whatever_happened(city: City, no_pauses: None) -> None:
    city.fail(FaultKind.REFUSED, times=0)
    city.sync()
    with city.worker.database.read() as session:
        assert session.scalars(select(Lease)).all() == []


class Meddling(BaseAdapter):
    """Does something before each request that is sent."""

    def __init__(self, inner: BaseAdapter, act: Callable[[int], None]) -> None:
        super().__init__()
        self.inner, self.act, self.requests = inner, act, 0

    def send(self, request: requests.PreparedRequest, **kwargs: object) -> requests.Response:
        self.requests += 1
        self.act(self.requests)
        return self.inner.send(request, **kwargs)  # type: ignore[arg-type]

    def close(self) -> None:
        self.inner.close()


def meddle(city: City, act: Callable[[int], None]) -> Meddling:
    session = city.worker.moodles.sessions[URL]
    adapter = Meddling(session.get_adapter(URL), act)
    session.mount(URL, adapter)
    return adapter


def test_a_worker_held_up_longer_than_its_lease_writes_nothing_more(city: City) -> None:
    """Its row went to another one while the first answer was on its way."""
    city.association(ANNA)

    def take_over(number: int) -> None:
        if number == 1:
            with city.worker.database.write() as session:
                session.execute(update(OutboxRow).values(claimed_by="worker-2"))

    adapter = meddle(city, take_over)
    city.want_sync()
    city.work()
    assert adapter.requests == 1
    assert city.runs() == []
    assert all(not group.idnumber for group in city.moodle.groups.values())
    assert city.row().claimed_by == "worker-2"


def test_the_lease_is_prolonged_while_moodle_takes_its_time(city: City) -> None:
    city.association(ANNA)
    left: list[timedelta] = []

    def look(_number: int) -> None:
        with city.worker.database.write() as session:
            row = session.scalars(select(OutboxRow)).one()
            held = session.scalars(select(Lease)).one()
            assert row.lease_until is not None
            left.append(min(row.lease_until, held.until))
            earlier = row.lease_until - timedelta(seconds=60)
            session.execute(update(OutboxRow).values(lease_until=earlier))
            session.execute(update(Lease).values(until=earlier))

    adapter = meddle(city, look)
    assert city.sync().ok
    assert adapter.requests > 2
    assert left == sorted(left)


def test_what_changed_during_a_sync_is_the_next_ones(city: City) -> None:
    """The wish of a change made meanwhile is a row of its own, for the running one may have looked already."""
    association_id = city.association(ANNA)
    city.sync()

    def join(number: int) -> None:
        if number == 1:
            with city.worker.database.write() as session:
                make_membership(
                    session, session.get_one(Association, association_id), city.person(session, MARIA)
                )
                outbox.want(session, city.centre_id, "sync_course", city.course_id, NOW)

    meddle(city, join)
    city.want_sync()
    assert work_off(city.worker, JOBS) == 2
    assert city.members(association_id) == {ANNA, MARIA}
    with city.worker.database.read() as session:
        assert [run.ok for run in session.scalars(select(SyncRun))] == [True, True, True]
