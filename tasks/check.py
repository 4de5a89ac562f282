"""The job that examines a centre's Moodle (`mmo doctor`, the page «Подключение»)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from mmo_lti.models.course import Course
from mmo_lti.services.clock import wall_clock
from mmo_lti.services.moodle_access import find_access
from mmo_lti.services.moodle_check import CheckResult, record_check
from moodle_sync.doctor import Finding, examine
from tasks.moodle import NoMoodle, client_of
from tasks.outbox import JobFailed
from tasks.runtime import Job, Runtime


def check_moodle(runtime: Runtime, job: Job) -> None:
    """Examine and write the findings down."""
    findings = findings_of(runtime, job.centre_id, job.hold)
    results = [
        CheckResult(
            code=one.code,
            level=one.level.value,
            params={**one.params, "capabilities": ", ".join(one.capabilities), "function": one.function},
        )
        for one in findings
    ]
    with runtime.database.write() as session:
        record_check(session, job.centre_id, results, runtime.now())


def findings_of(runtime: Runtime, centre_id: int, before: Callable[[], None] = lambda: None) -> list[Finding]:
    """All findings, by the first connected course where there is one."""
    with runtime.database.read() as session:
        try:
            client = client_of(runtime, session, centre_id, before)
        except NoMoodle as missing:
            raise JobFailed(missing.code, retry=False) from missing
        access = find_access(session, centre_id)
        context = session.scalar(
            select(Course.context_id)
            .where(Course.centre_id == centre_id, Course.connected_at.is_not(None))
            .order_by(Course.id)
            .limit(1)
        )
    url = access.url if access else ""
    course = int(context) if context and context.isdecimal() else None
    # Moodle's clock is the real one: the demo's sandbox tells it unshifted in its headers.
    return examine(client, url, now=wall_clock, course_id=course)
