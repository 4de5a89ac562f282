"""The job that reads a course's people by names and roles, where no web-service token is set up.

The product works on LTI alone: people are known before their first launch, and who left the course counts as
without access. Groups and calendar stay Moodle's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from mmo_lti.lti.course_services import members_of_course
from mmo_lti.lti.names_and_roles import CourseMember
from mmo_lti.lti.platform_service import ServiceFailed
from mmo_lti.models.course import Course
from mmo_lti.models.sync_run import CourseRoster
from mmo_lti.services.desired_course import CourseWish, desired_course
from mmo_lti.services.moodle_access import find_access
from mmo_lti.services.roster_person import RosterPerson
from mmo_lti.services.sync_record import CourseOutcome, RosterRefused, record_sync
from tasks.outbox import JobFailed
from tasks.runtime import Job, Runtime
from tasks.services import service_ground


def read_members(runtime: Runtime, job: Job) -> None:
    """Read and write down; a list that failed half-way or shrank too much changes nobody."""
    started = runtime.now()
    with runtime.database.read() as session:
        course = session.get(Course, job.subject_id)
        if course is None or course.connected_at is None or find_access(session, course.centre_id):
            return
    try:
        members = members_of_course(service_ground(runtime), job.subject_id)
    except ServiceFailed as failed:
        raise JobFailed(_code(failed), retry=failed.again, after=failed.after) from failed
    job.hold()
    with runtime.database.write() as session:
        course = session.get_one(Course, job.subject_id)
        wish = desired_course(session, course, started)
        roster = session.get(CourseRoster, course.id)
        outcome = _outcome(wish, roster, members, CourseOutcome(started_at=started, believed=True))
        record_sync(session, course, wish, outcome, runtime.now())


def _code(failed: ServiceFailed) -> str:
    return "lti.members_not_offered" if failed.reason == "not_offered" else "lti.members_failed"


def _outcome(
    wish: CourseWish, roster: CourseRoster | None, members: Sequence[CourseMember], base: CourseOutcome
) -> CourseOutcome:
    """What the list says of our members, and who else is there."""
    active = {one.sub for one in members if one.active}
    known = set(roster.enrolled) if roster else set()
    refused = _refusal(wish, len(known), len(known & active))
    if refused is not None:
        return CourseOutcome(
            started_at=base.started_at, believed=False, failure="roster_shrank", refused=refused
        )
    return CourseOutcome(
        started_at=base.started_at,
        believed=True,
        remembered=dict(roster.remembered) if roster else {},
        without_access={group.uid: group.inside - active for group in wish.groups},
        people=[_person(one) for one in members if one.active],
    )


def _refusal(wish: CourseWish, before: int, now: int) -> RosterRefused | None:
    if before - now <= wish.shrink_max * before:
        return None
    confirmed = (wish.confirmed or {}).get("roster")
    if confirmed is not None and now >= confirmed:
        return None
    return RosterRefused("roster", before, now)


def _person(one: CourseMember) -> RosterPerson:
    return RosterPerson(sub=one.sub, given=one.name.given, family=one.name.family, email=one.email)
