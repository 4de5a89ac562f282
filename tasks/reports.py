"""The job that assembles a report (R15); the work itself and its safety are `services.report_assembly`'s."""

from __future__ import annotations

from mmo_lti.services import report_assembly
from mmo_lti.services.outbox import MAX_ATTEMPTS
from tasks.outbox import JobFailed
from tasks.runtime import Job, Runtime


class LostLease(Exception):
    """Another worker has the row by now: this one stops where it is."""


def assemble_report(runtime: Runtime, job: Job) -> None:
    """Assemble, keeping the lease at each step; after the last attempt the report goes back where it was."""

    def keep(_step: str, _done: int, _total: int) -> None:
        if not job.keep():
            raise LostLease

    try:
        report_assembly.assemble(runtime.database, runtime.store, job.subject_id, runtime.now(), keep)
    except LostLease:
        return
    except Exception as error:
        if job.attempt >= MAX_ATTEMPTS:
            report_assembly.give_up(runtime.database, job.subject_id, "report.broke", runtime.now())
        raise JobFailed(f"report:{type(error).__name__}", retry=True) from error
