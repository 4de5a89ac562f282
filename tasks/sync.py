"""The sync of one course: our wish → Moodle's state → what was found, written down.

Never two at once for one course; killed at any line, the next run starts from what Moodle has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mmo_lti.models.course import Course
from mmo_lti.services import lease
from mmo_lti.services.desired_course import CourseWish, GroupWish, desired_course
from mmo_lti.services.drift_book import DriftFound, DriftKind
from mmo_lti.services.moodle_access import find_access
from mmo_lti.services.roster_person import RosterPerson
from mmo_lti.services.sync_record import CourseOutcome, GroupSeen, RosterRefused, record_sync, record_undoing
from moodle_sync.client import MoodleClient
from moodle_sync.errors import MoodleError
from moodle_sync.memory import Remembered
from moodle_sync.people import Person, read_people
from moodle_sync.plan import Drift, DriftPolicy, Refusal, RefusalCode
from moodle_sync.state import DesiredCourse, DesiredEvent, DesiredGroup
from moodle_sync.sync import SyncResult
from moodle_sync.sync import sync_course as sync_with_moodle
from moodle_sync.undoing import Tell
from tasks.moodle import NoMoodle, client_of
from tasks.outbox import JobBusy, JobFailed
from tasks.runtime import Job, LostLease, Runtime

COURSE_GROUPS = "core_group_get_course_groups"
GROUP_MEMBERS = "core_group_get_group_members"
SHRUNK = {
    RefusalCode.ROSTER_EMPTY: "roster",
    RefusalCode.ROSTER_SHRANK: "roster",
    RefusalCode.GROUPS_SHRANK: "groups",
    RefusalCode.MEMBERS_SHRANK: "members",
    RefusalCode.EVENTS_SHRANK: "events",
}
"""Refusals that a coordinator may confirm once, by their scope."""


def sync_course(runtime: Runtime, job: Job) -> None:
    """Bring one course to its desired state; `JobBusy` while another worker is at it."""
    name = f"sync:{job.subject_id}"

    def take() -> bool:
        with runtime.database.write() as session:
            return lease.take(session, name, job.holder, runtime.config.lease_seconds)

    def hold() -> None:
        """Before each request: whoever was held up longer than a lease lasts must not write into Moodle."""
        job.hold()
        if not take():
            raise LostLease

    if not take():
        raise JobBusy
    try:
        _sync(runtime, job, hold)
    finally:
        with runtime.database.write() as session:
            lease.release(session, name, job.holder)


def _sync(runtime: Runtime, job: Job, hold: Callable[[], None]) -> None:
    started = runtime.now()
    with runtime.database.read() as session:
        course = session.get(Course, job.subject_id)
        if course is None or course.connected_at is None or not course.context_id.isdecimal():
            return
        if find_access(session, course.centre_id) is None:
            return  # a centre without web services keeps its groups by hand
        client, unreadable = None, ""
        wish = desired_course(session, course, started)
        wants_groups = bool(job.payload.get("groups")) or not wish.remembered
        try:
            client = client_of(runtime, session, course.centre_id, hold)
        except NoMoodle as missing:
            unreadable = missing.code
    failure: JobFailed | None
    if client is None:
        outcome = CourseOutcome(started_at=started, believed=False, failure=unreadable)
        failure = JobFailed(unreadable, retry=False)
    else:
        outcome, failure = _tried(client, wish, started, _teller(runtime, job), wants_groups=wants_groups)
        hold()
    with runtime.database.write() as session:
        record_sync(session, session.get_one(Course, job.subject_id), wish, outcome, runtime.now())
    if failure is not None:
        raise failure


def _teller(runtime: Runtime, job: Job) -> Tell:
    """Writes down what a sync is about to undo."""

    def tell(memory: Remembered, drift: Sequence[Drift]) -> None:
        with runtime.database.write() as session:
            course = session.get_one(Course, job.subject_id)
            record_undoing(session, course, memory.to_plain(), _findings(drift), runtime.now())

    return tell


def _tried(
    client: MoodleClient, wish: CourseWish, started: datetime, tell: Tell, *, wants_groups: bool
) -> tuple[CourseOutcome, JobFailed | None]:
    try:
        return _with_moodle(client, wish, started, tell, wants_groups=wants_groups), None
    except MoodleError as error:
        return _broken(client, error, started), JobFailed(error.code, retry=error.retry or error.unknown)


def _with_moodle(
    client: MoodleClient, wish: CourseWish, started: datetime, tell: Tell, *, wants_groups: bool
) -> CourseOutcome:
    result = sync_with_moodle(
        client,
        _desired(wish),
        Remembered.from_plain(wish.remembered),
        now=started,
        held=wish.held,
        policy=DriftPolicy.PUT_BACK if wish.put_back else DriftPolicy.ASK,
        shrink_max=wish.shrink_max,
        confirmed=wish.confirmed or None,
        whole_roster=wish.whole_roster,
        before_undoing=tell,
    )
    if result.interrupted is not None:
        raise result.interrupted
    return _outcome(client, wish, result, started, wants_groups=wants_groups)


def _desired(wish: CourseWish) -> DesiredCourse:
    return DesiredCourse(
        course_id=int(wish.context_id),
        groups=tuple(_group(one) for one in wish.groups),
        grouping_idnumber=wish.grouping_idnumber,
        grouping_name=wish.grouping_name,
        removed_events=wish.removed_events,
        barred=_ids(wish.barred),
    )


def _group(wish: GroupWish) -> DesiredGroup:
    inside, outside = _ids(wish.inside), _ids(wish.outside)
    return DesiredGroup(
        idnumber=wish.uid,
        name=wish.name,
        group_id=wish.group_id,
        inside=inside,
        outside=outside - inside,
        events=tuple(
            DesiredEvent(
                uuid=one.uid,
                name=one.title,
                description_html=one.description,
                location=one.place,
                starts_at=one.starts_at,
                duration_minutes=one.minutes,
                event_id=one.event_id,
                cancelled=one.cancelled,
            )
            for one in wish.events
        ),
    )


def _ids(subs: Iterable[str]) -> frozenset[int]:
    """Moodle's `sub` is the user id; accounts of another kind of platform cannot stand in a group."""
    return frozenset(int(sub) for sub in subs if sub.isdecimal())


def _outcome(
    client: MoodleClient, wish: CourseWish, result: SyncResult, started: datetime, *, wants_groups: bool
) -> CourseOutcome:
    refusal = result.refusal
    failure, params = _failure(result)
    adopted = _adopted(wish, result)
    subjects = {int(one.subject) for one in result.drift if one.kind.value.endswith(("_added", "_removed"))}
    try:
        names = _names(client, subjects | {user for users in adopted.values() for user in users})
        groups = _groups(client, wish) if wants_groups and refusal is None else None
    except MoodleError as error:
        # What the sync did is done all the same; whom an adopted group holds is asked again next time.
        names, groups, adopted = {}, None, {}
        failure, params = failure or error.code, params or _told(error)
    return CourseOutcome(
        started_at=started,
        believed=refusal is None,
        failure=failure,
        params=params,
        requests=client.requests,
        milliseconds=round(client.ms),
        operations=len(result.operations),
        remembered=result.remembered.to_plain(),
        group_ids=result.group_ids,
        event_ids=result.event_ids,
        without_access={uid: frozenset(map(str, users)) for uid, users in result.without_access.items()},
        drift=_findings(result.drift),
        written=result.written,
        agreed=result.agreed,
        adopted={uid: [names[user] for user in users if user in names] for uid, users in adopted.items()},
        people=[names[user] for user in subjects if user in names],
        groups=groups,
        refused=_refused(refusal),
        course_missing=refusal is not None and refusal.code is RefusalCode.COURSE_MISSING,
    )


def _findings(drift: Iterable[Drift]) -> list[DriftFound]:
    return [
        DriftFound(DriftKind(one.kind.value), one.group, str(one.subject), one.key, one.restored, one.params)
        for one in drift
    ]


def _failure(result: SyncResult) -> tuple[str, Mapping[str, Any]]:
    """The first thing that a person must know: a refusal, else an operation that Moodle did not do."""
    refusal = result.refusal or next(iter(result.refusals), None)
    if refusal is not None:
        params: dict[str, Any] = dict(refusal.params)
        shrunk = _refused(refusal)
        if shrunk is not None:
            params = {**params, "scope": shrunk.scope, "before": shrunk.before, "now": shrunk.now}
        return refusal.code.value, {**params, "capabilities": list(refusal.missing_capabilities)}
    if result.failures:
        return result.failures[0].error.code, {"count": len(result.failures)}
    return "", {}


def _refused(refusal: Refusal | None) -> RosterRefused | None:
    if refusal is None or refusal.code not in SHRUNK:
        return None
    before, now = refusal.params.get("before", 0), refusal.params.get("now", 0)
    return RosterRefused(SHRUNK[refusal.code], int(before), int(now))


def _adopted(wish: CourseWish, result: SyncResult) -> dict[str, frozenset[int]]:
    found = {}
    for group in wish.groups:
        seen = result.remembered.groups.get(group.uid)
        if group.adopt_people and seen is not None:
            found[group.uid] = seen.members
    return found


def _names(client: MoodleClient, users: set[int]) -> dict[int, RosterPerson]:
    """Everybody but deleted accounts; whom we may not see is known by the account alone."""
    if not users:
        return {}
    found = read_people(client, users)
    seen = {user: found.get(user, Person(user)) for user in users}
    return {
        user: RosterPerson(str(user), person.first_name, person.last_name, person.email)
        for user, person in seen.items()
        if not person.deleted
    }


def _groups(client: MoodleClient, wish: CourseWish) -> list[GroupSeen]:
    """All groups of the course with their sizes, for a coordinator who adopts an association."""
    groups = client.call(COURSE_GROUPS, courseid=int(wish.context_id))
    ids = [int(one["id"]) for one in groups]
    sizes = {}
    if ids:
        members = client.call(GROUP_MEMBERS, groupids=ids)
        sizes = {int(one["groupid"]): len(one["userids"]) for one in members}
    return [
        GroupSeen(int(one["id"]), str(one["name"]), str(one["idnumber"] or ""), sizes.get(int(one["id"]), 0))
        for one in groups
    ]


def _broken(client: MoodleClient, error: MoodleError, started: datetime) -> CourseOutcome:
    return CourseOutcome(
        started_at=started,
        believed=False,
        failure=error.code,
        params=_told(error),
        requests=client.requests,
        milliseconds=round(client.ms),
    )


def _told(error: MoodleError) -> dict[str, Any]:
    """What the sentence of an error needs."""
    return {**error.params, "capabilities": list(error.missing_capabilities)}
