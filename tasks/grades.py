"""The job that sends participation to Moodle's gradebook (AGS)."""

from __future__ import annotations

from mmo_lti.lti.course_services import send_grades as send_column
from mmo_lti.lti.platform_service import ServiceFailed
from mmo_lti.services import participation
from tasks.outbox import JobFailed
from tasks.runtime import Job, Runtime
from tasks.services import service_ground


def send_grades(runtime: Runtime, job: Job) -> None:
    """Bring the grades of an association up to date and send what waits; run twice, each counts once."""
    with runtime.database.write() as session:
        columns = participation.want_grades(session, job.subject_id, runtime.now())
    ground = service_ground(runtime)
    failure: ServiceFailed | None = None
    for column in columns:
        job.hold()
        try:
            send_column(ground, column)
        except ServiceFailed as failed:
            failure = failed  # another course may be reached all the same
    if failure is not None:
        raise JobFailed("lti.grades_failed", retry=failure.again, after=failure.after)
