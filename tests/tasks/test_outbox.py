"""Rows of the outbox: each done once, by one worker at a time; what fails comes back, what cannot work ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mmo_lti.models.database import Database
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.services import outbox
from mmo_lti.services.clock import wall_clock
from tasks.outbox import JobBusy, JobFailed, Work, work_off
from tasks.runtime import Job, Runtime
from tests.factories.moment import NOW
from tests.tasks.city import KIND, Worker


def rows(database: Database) -> list[OutboxRow]:
    with database.read() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def change(database: Database, **values: object) -> None:
    """As if time had passed, or a worker had died."""
    with database.write() as session:
        session.execute(update(OutboxRow).values(**values))


def jobs(do: Callable[[Runtime, Job], None], **more: Callable[[Runtime, Job], None]) -> dict[str, Work]:
    return {KIND: Work(do, **more)}


def raising(error: Exception) -> Callable[[Runtime, Job], None]:
    def do(_runtime: Runtime, _job: Job) -> None:
        raise error

    return do


def test_what_waits_is_done_in_order_once(worker: Worker, want: Callable[..., None]) -> None:
    want(7, 3, 5)
    done: list[int] = []
    assert work_off(worker, jobs(lambda _runtime, job: done.append(job.subject_id))) == 3
    assert done == [7, 3, 5]
    assert work_off(worker, jobs(raising(AssertionError()))) == 0
    assert {row.done_at for row in rows(worker.database)} == {NOW}


def test_the_same_wish_twice_is_one_row_until_somebody_works_on_it(
    worker: Worker, want: Callable[..., None]
) -> None:
    want(7, 7)
    assert len(rows(worker.database)) == 1

    def again(_runtime: Runtime, _job: Job) -> None:
        want(7)

    with worker.database.write() as session:
        taken = outbox.claim(session, "worker-2", 60)
        assert taken is not None
    again(worker, None)  # type: ignore[arg-type]
    assert [row.claimed_by for row in rows(worker.database)] == ["worker-2", None]


def test_work_with_something_to_say_has_a_row_of_its_own(
    database: Database, centre_id: int, want: Callable[..., None]
) -> None:
    want(7)
    with database.write() as session:
        outbox.want(session, centre_id, KIND, 7, NOW, {"groups": True})
    assert [row.payload for row in rows(database)] == [{}, {"groups": True}]


def test_a_failure_that_may_pass_is_tried_later_and_later_then_given_up(
    worker: Worker, want: Callable[..., None]
) -> None:
    want(7)
    given_up: list[int] = []
    work = jobs(
        raising(JobFailed("moodle_timeout", retry=True)), give_up=lambda _, job: given_up.append(job.attempt)
    )
    pauses = []
    for attempt in range(1, outbox.MAX_ATTEMPTS + 1):
        before = wall_clock()
        assert work_off(worker, work) == 1
        [row] = rows(worker.database)
        assert (row.attempts, row.failure, row.claimed_by) == (attempt, "moodle_timeout", None)
        if row.not_before is not None:
            pauses.append(round((row.not_before - before).total_seconds(), -1 if attempt > 2 else 0))
        change(worker.database, not_before=None)
    assert pauses == [float(seconds) for seconds in outbox.BACKOFF_SECONDS]
    assert (rows(worker.database)[0].dead, given_up) == (True, [outbox.MAX_ATTEMPTS])
    assert work_off(worker, work) == 0


def test_a_row_that_waits_for_its_next_attempt_is_left_alone_until_then(
    worker: Worker, want: Callable[..., None]
) -> None:
    want(7)
    work_off(worker, jobs(raising(JobFailed("moodle_timeout", retry=True))))
    assert work_off(worker, jobs(raising(AssertionError()))) == 0
    with worker.database.read() as session:
        assert outbox.waiting(session) == 1


def test_a_failure_for_good_is_given_up_at_once_and_taken_up_by_the_next_wish(
    worker: Worker, want: Callable[..., None]
) -> None:
    want(7)
    work_off(worker, jobs(raising(JobFailed("moodle_token_invalid", retry=False))))
    [row] = rows(worker.database)
    assert (row.dead, row.failure) == (True, "moodle_token_invalid")
    want(7)
    [row] = rows(worker.database)
    assert (row.dead, row.failure, row.attempts) == (False, "", 0)
    assert work_off(worker, jobs(lambda _runtime, _job: None)) == 1


def test_what_was_given_up_is_past_once_the_same_work_was_done(
    worker: Worker, database: Database, centre_id: int, want: Callable[..., None]
) -> None:
    """There are two rows of a wish that came again while somebody was at it; one may have more to say."""
    want(7)
    change(database, claimed_by="worker-2")
    want(7, 8)
    with database.write() as session:
        outbox.want(session, centre_id, KIND, 7, NOW, {"groups": True})
    change(database, claimed_by=None, dead=True, failure="moodle_token_invalid")
    want(7)
    assert work_off(worker, jobs(lambda _runtime, _job: None)) == 1
    left = [(row.subject_id, row.payload, row.dead) for row in rows(database) if not row.done_at]
    assert left == [(8, {}, True), (7, {"groups": True}, True)]


def test_a_broken_job_is_logged_and_does_not_stop_the_others(
    worker: Worker, want: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    want(1, 2)
    done: list[int] = []

    def do(_runtime: Runtime, job: Job) -> None:
        if job.subject_id == 1:
            raise KeyError("Иванова")
        done.append(job.subject_id)

    assert work_off(worker, jobs(do)) == 2
    assert done == [2]
    assert [row.failure for row in rows(worker.database)] == ["broke:KeyError", ""]
    assert "job sync_course of 1 broke" in caplog.text


def test_a_kind_that_nobody_knows_is_a_broken_job(worker: Worker, want: Callable[..., None]) -> None:
    want(1)
    assert work_off(worker, {}) == 1
    assert rows(worker.database)[0].failure == "broke:KeyError"


def test_a_busy_thing_waits_its_turn_and_no_attempt_is_counted(
    worker: Worker, want: Callable[..., None]
) -> None:
    want(7)
    work_off(worker, jobs(raising(JobBusy())))
    [row] = rows(worker.database)
    assert (row.attempts, row.claimed_by, row.failure) == (0, None, "")
    assert row.not_before is not None
    assert row.not_before > wall_clock()


def test_a_dead_workers_row_comes_back_when_its_lease_ends(worker: Worker, want: Callable[..., None]) -> None:
    want(7)
    with worker.database.write() as session:
        assert outbox.claim(session, "dead", 60) is not None
    assert work_off(worker, jobs(raising(AssertionError()))) == 0
    change(worker.database, lease_until=wall_clock() - timedelta(seconds=1))
    attempts: list[int] = []
    assert work_off(worker, jobs(lambda _runtime, job: attempts.append(job.attempt))) == 1
    assert attempts == [2]


def test_work_that_kills_every_worker_is_given_up(worker: Worker, want: Callable[..., None]) -> None:
    want(7)
    change(
        worker.database,
        claimed_by="dead",
        lease_until=wall_clock() - timedelta(seconds=1),
        attempts=outbox.MAX_ATTEMPTS,
    )
    given_up: list[int] = []
    work = jobs(raising(AssertionError()), give_up=lambda _, job: given_up.append(job.subject_id))
    assert work_off(worker, work) == 1
    [row] = rows(worker.database)
    assert (row.dead, row.failure, given_up) == (True, "broke:worker_died", [7])


def take_over(session: Session, job: Job) -> None:
    """Another worker has the row by now."""
    session.execute(update(OutboxRow).where(OutboxRow.id == job.row_id).values(claimed_by="worker-2"))


def test_a_worker_that_lost_its_row_stops_and_changes_nothing(
    worker: Worker, want: Callable[..., None]
) -> None:
    want(7)
    reached: list[str] = []

    def do(runtime: Runtime, job: Job) -> None:
        job.hold()
        reached.append("held")
        with runtime.database.write() as session:
            take_over(session, job)
        job.hold()
        reached.append("lost, and went on")

    work_off(worker, jobs(do))
    [row] = rows(worker.database)
    assert (reached, row.claimed_by, row.done_at, row.failure) == (["held"], "worker-2", None, "")


@pytest.mark.parametrize("error", [None, JobFailed("moodle_timeout", retry=False), KeyError("x"), JobBusy()])
def test_whoever_finishes_late_changes_nothing_of_the_next_workers_row(
    worker: Worker, want: Callable[..., None], error: Exception | None
) -> None:
    want(7)
    given_up: list[int] = []

    def do(runtime: Runtime, job: Job) -> None:
        with runtime.database.write() as session:
            take_over(session, job)
        if error is not None:
            raise error

    work_off(worker, jobs(do, give_up=lambda _, job: given_up.append(job.row_id)))
    [row] = rows(worker.database)
    assert (row.claimed_by, row.done_at, row.dead, row.attempts) == ("worker-2", None, False, 1)
    assert given_up == []


def test_two_threads_of_one_process_are_two_holders(worker: Worker, want: Callable[..., None]) -> None:
    """A lease that one took must not look like the other's own."""
    want(1, 2)
    holders: list[str] = []
    work_off(worker, jobs(lambda _runtime, job: holders.append(job.holder)))
    assert len(set(holders)) == 2


def test_done_work_is_forgotten_after_a_while(worker: Worker, want: Callable[..., None]) -> None:
    want(1, 2)
    work_off(worker, jobs(lambda _runtime, _job: None))
    want(3)
    with worker.database.write() as session:
        centre_id = rows(worker.database)[0].centre_id
        assert outbox.forget_done(session, centre_id + 1, NOW + timedelta(days=1)) == 0
        assert outbox.forget_done(session, centre_id, NOW) == 0
        assert outbox.forget_done(session, centre_id, NOW + timedelta(days=1)) == 2
    assert [row.subject_id for row in rows(worker.database)] == [3]
