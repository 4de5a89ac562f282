"""The job that assembles a report (R15); the work itself and its safety are `services.report_assembly`'s."""

from __future__ import annotations

from mmo_lti.services import report_assembly
from tasks.runtime import Job, Runtime


def assemble_report(runtime: Runtime, job: Job) -> None:
    """Assemble, keeping the lease at each step."""

    def hold(_step: str, _done: int, _total: int) -> None:
        job.hold()

    report_assembly.assemble(runtime.database, runtime.store, job.subject_id, runtime.now(), hold)


def give_up_report(runtime: Runtime, job: Job) -> None:
    """After the last attempt the report goes back where it was, and shows why."""
    report_assembly.give_up(runtime.database, job.subject_id, "report.broke", runtime.now())
