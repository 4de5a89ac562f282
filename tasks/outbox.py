"""Works off the outbox: claim a row, do its job, mark it done; a dead worker's lease runs out."""

from __future__ import annotations

import logging
from collections.abc import Callable

from mmo_lti.models.outbox import OutboxRow
from mmo_lti.services import outbox
from tasks.runtime import Job, Runtime

Work = Callable[[Runtime, Job], None]

ROWS_A_CALL = 200
"""A call ends after so many rows: a worker then sees its other messages, the next poke or tick goes on."""

_log = logging.getLogger(__name__)


class JobFailed(Exception):
    """A job gives up for now (`retry`) or for good; `code` has a sentence in the catalogue."""

    def __init__(self, code: str, *, retry: bool) -> None:
        """Hold the failure's code and whether a later attempt can help."""
        super().__init__(code)
        self.code = code
        self.retry = retry


class JobBusy(Exception):
    """Another worker is at the same thing right now: the row waits its turn and no attempt is counted."""


def work_off(runtime: Runtime, jobs: dict[str, Work]) -> int:
    """Do what waits in the outbox; return how many rows were worked on."""
    done = 0
    while done < ROWS_A_CALL:
        with runtime.database.write() as session:
            row = outbox.claim(session, runtime.worker, runtime.config.lease_seconds)
            if row is None:
                return done
            job = _job(runtime, row)
            kind = row.kind
        _do(runtime, kind, job, jobs)
        done += 1
    return done


def _job(runtime: Runtime, row: OutboxRow) -> Job:
    row_id = row.id

    def keep() -> bool:
        with runtime.database.write() as session:
            return outbox.prolong(session, row_id, runtime.worker, runtime.config.lease_seconds)

    return Job(row_id, row.centre_id, row.subject_id, dict(row.payload), row.attempts, keep)


def _do(runtime: Runtime, kind: str, job: Job, jobs: dict[str, Work]) -> None:
    try:
        jobs[kind](runtime, job)
    except JobBusy:
        with runtime.database.write() as session:
            outbox.postpone(session, job.row_id, runtime.worker)
        return
    except JobFailed as failure:
        _log.warning("job %s of %s failed: %s", kind, job.subject_id, failure.code)
        _give_back(runtime, job, failure.code, retry=failure.retry)
        return
    except Exception as error:  # noqa: BLE001 - a broken job must not stop the others; it is logged and retried
        _log.exception("job %s of %s broke", kind, job.subject_id)
        _give_back(runtime, job, f"broke:{type(error).__name__}", retry=True)
        return
    with runtime.database.write() as session:
        outbox.finish(session, job.row_id, runtime.worker, runtime.now())


def _give_back(runtime: Runtime, job: Job, code: str, *, retry: bool) -> None:
    with runtime.database.write() as session:
        outbox.fail(session, job.row_id, runtime.worker, code, retry=retry)
