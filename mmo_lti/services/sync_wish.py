"""Why a course is to be synced beside every quarter of an hour: by night, on demand, after launches.

A change of ours wants the sync of its association's courses by itself (`group_link.want_sync`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.course import Course
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Account
from mmo_lti.models.sync_run import CourseRoster, SyncRun
from mmo_lti.models.web_session import WebSession
from mmo_lti.services import outbox
from mmo_lti.services.desired_course import GroupWish, desired_course
from mmo_lti.services.drift_book import DriftKind
from mmo_lti.services.moodle_access import find_access

Launched = tuple[str, frozenset[int]]
"""An account (`sub`) and its Moodle groups in the course, as a launch told them."""


def connected_courses(session: Session, centre_id: int) -> Sequence[Course]:
    """The courses that the sync works on."""
    return session.scalars(
        select(Course)
        .where(Course.centre_id == centre_id, Course.connected_at.is_not(None))
        .order_by(Course.id)
    ).all()


def want_whole(session: Session, course: Course, now: datetime) -> OutboxRow:
    """A sync that also reads the list of all enrolled; until one was believed, each of the next ones does."""
    roster = session.get(CourseRoster, course.id)
    if roster is not None:
        roster.whole_wanted_at = now
    return outbox.want(session, course.centre_id, "sync_course", course.id, now)


def want_reading(session: Session, course: Course, now: datetime) -> OutboxRow:
    """All that Moodle has of a course; without web services its people by names and roles."""
    if find_access(session, course.centre_id) is None:
        return outbox.want(session, course.centre_id, "read_members", course.id, now)
    return want_whole(session, course, now)


def want_after_launches(session: Session, centre_id: int, now: datetime) -> list[OutboxRow]:
    """Sync each course where a launch since the last sync told other groups than we wish for that person.

    A member who could not enter the course and launches from it is enrolled again: then the list of all
    enrolled is read too. After a failed sync launches hurry nothing.
    """
    wanted = []
    for course in connected_courses(session, centre_id):
        launched = _launched(session, course, now)
        if not launched:
            continue
        wish = desired_course(session, course, now)
        if _entered_again(session, course, wish.groups, launched):
            wanted.append(want_whole(session, course, now))
        elif any(_disagrees(group, launched, wish.held) for group in wish.groups):
            wanted.append(outbox.want(session, centre_id, "sync_course", course.id, now))
    return wanted


def _launched(session: Session, course: Course, now: datetime) -> list[Launched]:
    """Launches from the course since its last sync, if that one went well.

    Where nobody's launch tells any group, the platform does not send them.
    """
    last = session.scalar(
        select(SyncRun).where(SyncRun.course_id == course.id).order_by(SyncRun.id.desc()).limit(1)
    )
    if last is None or not last.ok:
        return []
    rows = session.execute(
        select(Account.sub, WebSession.group_ids, WebSession.created_at)
        .join(Account, Account.id == WebSession.account_id)
        .where(
            WebSession.centre_id == course.centre_id,
            WebSession.course_id == course.id,
            WebSession.expires_at > now,
        )
        .order_by(WebSession.id)
    ).all()
    if not any(row.group_ids for row in rows):
        return []
    newest = {row.sub: row for row in rows if row.created_at > last.started_at}
    return [(sub, frozenset(row.group_ids)) for sub, row in newest.items()]


def _entered_again(
    session: Session, course: Course, groups: Sequence[GroupWish], launched: Sequence[Launched]
) -> bool:
    roster = session.get(CourseRoster, course.id)
    members = frozenset[str]().union(*(group.inside for group in groups))
    return roster is not None and any(sub in members and sub not in roster.enrolled for sub, _ in launched)


def _disagrees(group: GroupWish, launched: Sequence[Launched], held: frozenset[str]) -> bool:
    """Whether somebody is missing from the group, or back in it, and no open question explains it."""
    if group.group_id is None:
        return False
    for sub, group_ids in launched:
        if sub in group.outside and group.group_id in group_ids:
            return True
        asked = f"{DriftKind.MEMBER_REMOVED}:{group.uid}:{sub}" in held
        if sub in group.inside and group.group_id not in group_ids and not asked:
            return True
    return False
