"""What a sync of a course did and found, written down in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mmo_lti.models.course import Course, GroupLink, LinkState
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.meeting_event import MeetingEvent
from mmo_lti.models.sync_run import CourseRoster, SyncRun
from mmo_lti.services.access_mark import mark_access
from mmo_lti.services.actor import clock_actor
from mmo_lti.services.audience import coordinators
from mmo_lti.services.desired_course import CourseWish
from mmo_lti.services.drift_book import DriftFound, DriftKind, record_findings, settle_undone, settle_written
from mmo_lti.services.group_link import ALIVE, alive_in_course, lose_link
from mmo_lti.services.notice import notify_all
from mmo_lti.services.proposed import propose_people
from mmo_lti.services.roster_person import RosterPerson, persons_of
from mmo_lti.services.scope import local_today

SYNC_PATH = "/city/sync"


@dataclass(frozen=True)
class GroupSeen:
    """A group of the course, whoever's it is; `people` counts its members."""

    group_id: int
    name: str
    idnumber: str = ""
    people: int = 0


@dataclass(frozen=True)
class RosterRefused:
    """An answer that shrank too much to be believed; `scope` is `roster`, `groups`, `members` or `events`."""

    scope: str
    before: int
    now: int


@dataclass(frozen=True)
class CourseOutcome:
    """How a sync ended.

    `believed` is false when the answer was refused or Moodle broke off: then only the run is written, and
    nothing else of the outcome counts. `failure` is a code, `params` what its sentence needs. `group_ids` and
    `event_ids` are by uid, `without_access` holds accounts (`sub`) by the uid of the association, `adopted`
    the people of groups whose wish has `adopt_people`, `people` names of accounts that findings are about,
    `written` the keys of findings about what was written, `agreed` those of questions whose change by hand
    was found undone in Moodle.
    """

    started_at: datetime
    believed: bool
    failure: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    requests: int = 0
    milliseconds: int = 0
    operations: int = 0
    remembered: Mapping[str, Any] = field(default_factory=dict)
    group_ids: Mapping[str, int] = field(default_factory=dict)
    event_ids: Mapping[str, int] = field(default_factory=dict)
    without_access: Mapping[str, frozenset[str]] = field(default_factory=dict)
    drift: Sequence[DriftFound] = ()
    written: frozenset[str] = frozenset()
    agreed: frozenset[str] = frozenset()
    adopted: Mapping[str, Sequence[RosterPerson]] = field(default_factory=dict)
    people: Sequence[RosterPerson] = ()
    groups: Sequence[GroupSeen] | None = None
    refused: RosterRefused | None = None
    course_missing: bool = False


def record_sync(
    session: Session, course: Course, wish: CourseWish, outcome: CourseOutcome, now: datetime
) -> SyncRun:
    """Write down what a sync, started from `wish`, did and found.

    A refused answer and a missing course are told to the coordinators; the links of a missing course are lost
    until they choose (`group_link`).
    """
    run = SyncRun(
        centre_id=course.centre_id,
        course_id=course.id,
        started_at=outcome.started_at,
        finished_at=now,
        ok=outcome.believed and not outcome.failure,
        requests=outcome.requests,
        milliseconds=outcome.milliseconds,
        operations=outcome.operations,
        failure=outcome.failure,
        params=dict(outcome.params),
    )
    session.add(run)
    session.flush()
    if outcome.course_missing:
        _lose_course(session, course, run, now)
    if outcome.refused is not None:
        _tell_refusal(session, course, outcome.refused, now)
    if outcome.believed:
        _believe(session, course, wish, outcome, now)
    return run


def record_undoing(
    session: Session,
    course: Course,
    remembered: Mapping[str, Any],
    drift: Sequence[DriftFound],
    now: datetime,
) -> None:
    """Write down changes by hand that a sync is about to undo, and that they need not be told again.

    Whether the sync comes to its end or not: afterwards nobody could see that they had been there.
    """
    roster = session.get_one(CourseRoster, course.id)
    roster.remembered = dict(remembered)
    record_findings(session, course, drift, now)


def forget_runs(session: Session, centre_id: int, before: datetime) -> int:
    """Delete runs that started before a moment, but for the last of each course and its last success."""
    newest = select(func.max(SyncRun.id)).where(SyncRun.centre_id == centre_id).group_by(SyncRun.course_id)
    kept = {*session.scalars(newest), *session.scalars(newest.where(SyncRun.ok.is_(True)))}
    old = delete(SyncRun).where(
        SyncRun.centre_id == centre_id, SyncRun.started_at < before, SyncRun.id.not_in(kept)
    )
    return int(session.execute(old).rowcount)  # type: ignore[attr-defined]


def _believe(
    session: Session, course: Course, wish: CourseWish, outcome: CourseOutcome, now: datetime
) -> None:
    roster = session.get(CourseRoster, course.id)
    if roster is None:
        roster = CourseRoster(course_id=course.id, centre_id=course.centre_id, enrolled=[], suspended=[])
        session.add(roster)
    roster.remembered = dict(outcome.remembered)
    roster.read_at = now
    roster.confirmed_size = roster.confirmed_by = None
    roster.confirmed_scope = ""
    wanted = roster.whole_wanted_at
    if wish.whole_roster and wanted is not None and wanted <= outcome.started_at:
        roster.whole_wanted_at = None
    if outcome.groups is not None:
        roster.groups = [
            {"id": one.group_id, "name": one.name, "idnumber": one.idnumber, "people": one.people}
            for one in outcome.groups
        ]
    links = {link.association.uid: link for link in alive_in_course(session, course)}
    _take_group_ids(links, wish, outcome.group_ids)
    _take_event_ids(session, course, outcome.event_ids)
    inside = {group.uid: group.inside for group in wish.groups}
    mark_access(session, course, roster, inside, outcome.without_access, now)
    persons_of(session, course.centre_id, outcome.people, now)
    for uid, people in outcome.adopted.items():
        if uid in links:
            propose_people(session, links[uid], people, now)
    settle_undone(session, course, outcome.agreed, now)
    settle_written(session, course, outcome.written, now)
    record_findings(session, course, outcome.drift, now)
    _lose_groups(session, course, links, outcome.drift, now)


def _take_group_ids(links: Mapping[str, GroupLink], wish: CourseWish, group_ids: Mapping[str, int]) -> None:
    """Only of links that are as the sync knew them: one made anew meanwhile waits for the next."""
    known = {group.uid: group.group_id for group in wish.groups}
    for uid, group_id in group_ids.items():
        link = links.get(uid)
        if link is not None and uid in known and link.group_id == known[uid]:
            link.group_id = group_id
            link.state = LinkState.LINKED


def _take_event_ids(session: Session, course: Course, event_ids: Mapping[str, int]) -> None:
    meetings = {
        row.uid: row.id
        for row in session.execute(
            select(Meeting.uid, Meeting.id).where(
                Meeting.centre_id == course.centre_id, Meeting.uid.in_(list(event_ids))
            )
        )
    }
    kept = {
        one.meeting_id: one
        for one in session.scalars(select(MeetingEvent).where(MeetingEvent.course_id == course.id))
    }
    for uid, meeting_id in meetings.items():
        event = kept.get(meeting_id)
        if event is None:
            event = MeetingEvent(centre_id=course.centre_id, meeting_id=meeting_id, course_id=course.id)
            session.add(event)
        event.event_id = event_ids[uid]
    session.flush()


def _lose_groups(
    session: Session,
    course: Course,
    links: Mapping[str, GroupLink],
    drift: Sequence[DriftFound],
    now: datetime,
) -> None:
    actor = clock_actor(course.centre_id)
    for found in drift:
        if found.kind is DriftKind.GROUP_DELETED and not found.restored and found.uid in links:
            lose_link(session, actor, links[found.uid], now)


def _lose_course(session: Session, course: Course, run: SyncRun, now: datetime) -> None:
    actor = clock_actor(course.centre_id)
    lost = [link for link in alive_in_course(session, course) if link.state in ALIVE]
    for link in lost:
        lose_link(session, actor, link, now)
    if lost:
        _tell(session, course, "course_lost", f"run-{run.id}", {"course": course.title}, now)


def _tell_refusal(session: Session, course: Course, refused: RosterRefused, now: datetime) -> None:
    """Once for the same numbers: each sync meets the same refusal until somebody acts."""
    stage = f"{refused.scope}-{refused.before}-{refused.now}"
    params = {"course": course.title, "was": refused.before, "now": refused.now}
    _tell(session, course, "roster_refused", stage, params, now)


def _tell(
    session: Session, course: Course, kind: str, stage: str, params: Mapping[str, object], now: datetime
) -> None:
    day = local_today(session, course.centre_id, now)
    people = coordinators(session, course.centre_id, day)
    notify_all(session, course.centre_id, people, kind, course, stage, params, SYNC_PATH, now)
