"""How the connection with Moodle stands, in counts without names, and what a person may do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.models.course import Course, GroupLink, LinkState
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.sync_run import CourseRoster, Drift, SyncRun
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import journal, outbox
from mmo_lti.services.actor import Actor
from mmo_lti.services.drift_book import is_question
from mmo_lti.services.moodle_access import find_access
from mmo_lti.services.permission import require
from mmo_lti.services.scope import check_centre, local_today
from mmo_lti.services.sync_refusal import CONFIRMED, refused_runs
from mmo_lti.services.sync_wish import want_reading


@dataclass(frozen=True)
class CourseHealth:
    """One connected course: the last run, the last success, how many groups, questions and lost groups.

    `waiting`: a sync, or a reading by names and roles, is wanted and has not been done yet. `people`: how
    many were enrolled at the last one. `offers_members`: the newest launch named a list of people (NRPS).
    """

    course: Course
    last: SyncRun | None
    succeeded_at: datetime | None
    groups: int
    lost: int
    open_drift: int
    waiting: bool
    people: int
    offers_members: bool
    refused: SyncRun | None


def sync_health(session: Session, actor: Actor, now: datetime) -> list[CourseHealth]:
    """All connected courses, for coordinator and site administrator."""
    require(session, actor, Action.SYNC_HEALTH_SEE, local_today(session, actor.centre_id, now))
    courses = session.scalars(
        select(Course)
        .where(Course.centre_id == actor.centre_id, Course.connected_at.is_not(None))
        .order_by(Course.id)
    ).all()
    return [_health(session, course) for course in courses]


def sync_now(session: Session, actor: Actor, course: Course, now: datetime) -> OutboxRow:
    """«Синхронизировать сейчас», with all that Moodle has; one wish at a time is enough."""
    require(session, actor, Action.SYNC_RUN, local_today(session, actor.centre_id, now))
    check_centre(actor, course)
    return want_reading(session, course, now)


def confirm_roster(
    session: Session, actor: Actor, course: Course, number: int, now: datetime
) -> CourseRoster:
    """The coordinator confirms the number shown of a refused answer: the next sync may shrink to it.

    `roster.not_refused` when nothing was refused since an answer was believed, `roster.other_number`
    (`now`) when it showed another one.
    """
    require(session, actor, Action.ROSTER_CONFIRM, local_today(session, actor.centre_id, now))
    check_centre(actor, course)
    last = next(reversed(refused_runs(session, course)), None)
    if last is None:
        raise RuleError("roster.not_refused")
    if last.params["now"] != number:
        raise RuleError("roster.other_number", now=last.params["now"])
    roster = session.get(CourseRoster, course.id)
    if roster is None:
        roster = CourseRoster(course_id=course.id, centre_id=course.centre_id)
        session.add(roster)
    roster.confirmed_size, roster.confirmed_scope = number, last.params["scope"]
    roster.confirmed_by = actor.person_id
    last.params = {**last.params, CONFIRMED: True}
    journal.record(session, actor, "confirm_roster", course, now, new=str(number))
    if find_access(session, course.centre_id) is None:
        want_reading(session, course, now)
    else:
        outbox.want(session, course.centre_id, "sync_course", course.id, now)
    return roster


def _last_run(session: Session, course: Course) -> SyncRun | None:
    return session.scalar(
        select(SyncRun).where(SyncRun.course_id == course.id).order_by(SyncRun.id.desc()).limit(1)
    )


def _health(session: Session, course: Course) -> CourseHealth:
    links = session.execute(
        select(GroupLink.state, func.count())
        .where(GroupLink.course_id == course.id)
        .group_by(GroupLink.state)
    )
    states = {row[0]: row[1] for row in links}
    roster, offered = session.get(CourseRoster, course.id), session.get(CourseService, course.id)
    return CourseHealth(
        course=course,
        last=_last_run(session, course),
        succeeded_at=session.scalar(
            select(func.max(SyncRun.finished_at)).where(SyncRun.course_id == course.id, SyncRun.ok.is_(True))
        ),
        groups=states.get(LinkState.LINKED, 0) + states.get(LinkState.WANTED, 0),
        lost=states.get(LinkState.LOST, 0),
        open_drift=session.scalar(
            select(func.count()).select_from(Drift).where(Drift.course_id == course.id, is_question())
        )
        or 0,
        waiting=session.scalar(
            select(OutboxRow.id)
            .where(
                OutboxRow.kind.in_(["sync_course", "read_members"]),
                OutboxRow.subject_id == course.id,
                OutboxRow.done_at.is_(None),
                OutboxRow.dead.is_(False),
            )
            .limit(1)
        )
        is not None,
        people=len(roster.enrolled) if roster is not None else 0,
        offers_members=bool(offered and offered.memberships_url),
        refused=next(reversed(refused_runs(session, course)), None),
    )
