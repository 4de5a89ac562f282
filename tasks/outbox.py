"""Works off the outbox: claim a row, do its job, mark it done; a dead worker's lease runs out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from mmo_lti.models.outbox import OutboxRow
from mmo_lti.services import outbox
from tasks.runtime import Job, LostLease, Runtime

ROWS_A_CALL = 200
"""A call ends after so many rows: a worker then sees its other messages, the next poke goes on."""

_log = logging.getLogger(__name__)


def _nothing(_runtime: Runtime, _job: Job) -> None:
    """Most kinds leave nothing behind that waits for them."""


@dataclass(frozen=True)
class Work:
    """What a kind of row asks for: `do`, and `give_up` once the last attempt has failed or died."""

    do: Callable[[Runtime, Job], None]
    give_up: Callable[[Runtime, Job], None] = _nothing


class JobFailed(Exception):
    """A job gives up for now (`retry`) or for good; `code` has a sentence in the catalogue."""

    def __init__(self, code: str, *, retry: bool, after: int = 0) -> None:
        """Hold the failure's code, whether a later attempt can help, and after how many seconds."""
        super().__init__(code)
        self.code = code
        self.retry = retry
        self.after = after


class JobBusy(Exception):
    """Another worker is at the same thing right now: the row waits its turn and no attempt is counted."""


def work_off(runtime: Runtime, jobs: Mapping[str, Work]) -> int:
    """Do what waits in the outbox; return how many rows were worked on."""
    done = 0
    while done < ROWS_A_CALL:
        with runtime.database.write() as session:
            # A name of its own: threads of one process are not each other.
            holder = f"{runtime.worker}:{uuid4().hex[:8]}"
            row = outbox.claim(session, holder, runtime.config.lease_seconds)
            if row is None:
                return done
            job = _job(runtime, row)
            kind = row.kind
        _do(runtime, kind, job, jobs)
        done += 1
    if runtime.database.queue is not None:
        runtime.database.queue.poke()
    return done


def _job(runtime: Runtime, row: OutboxRow) -> Job:
    holder, row_id = str(row.claimed_by), row.id

    def keep() -> bool:
        with runtime.database.write() as session:
            return outbox.prolong(session, row_id, holder, runtime.config.lease_seconds)

    return Job(row_id, row.centre_id, row.subject_id, dict(row.payload), row.attempts, holder, keep)


def _do(runtime: Runtime, kind: str, job: Job, jobs: Mapping[str, Work]) -> None:
    try:
        if job.attempt > outbox.MAX_ATTEMPTS:
            # Its workers died each time, so none of them could give it up.
            raise JobFailed("broke:worker_died", retry=False)
        jobs[kind].do(runtime, job)
    except LostLease:
        _log.warning("job %s of %s was taken over by another worker", kind, job.subject_id)
    except JobBusy:
        with runtime.database.write() as session:
            outbox.postpone(session, job.row_id, job.holder)
    except JobFailed as failure:
        _log.warning("job %s of %s failed: %s", kind, job.subject_id, failure.code)
        _give_back(runtime, jobs.get(kind), job, failure)
    except Exception as error:  # noqa: BLE001 - a broken job must not stop the others; it is logged and retried
        _log.exception("job %s of %s broke", kind, job.subject_id)
        _give_back(runtime, jobs.get(kind), job, JobFailed(f"broke:{type(error).__name__}", retry=True))
    else:
        with runtime.database.write() as session:
            outbox.finish(session, job.row_id, job.holder, runtime.now())


def _give_back(runtime: Runtime, work: Work | None, job: Job, failure: JobFailed) -> None:
    last = not failure.retry or job.attempt >= outbox.MAX_ATTEMPTS
    if work is not None and last and job.keep():
        work.give_up(runtime, job)
    with runtime.database.write() as session:
        outbox.fail(session, job.row_id, job.holder, failure.code, retry=failure.retry, after=failure.after)
