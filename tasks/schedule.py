"""What runs when, one table. Beat only ticks: what is due follows from rows and the clock."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.schedule_mark import ScheduleMark
from mmo_lti.services import account_reading, deadline, journal_seal, notice, outbox, participation
from mmo_lti.services.clock import farthest
from mmo_lti.services.moodle_access import find_access
from mmo_lti.services.sync_wish import connected_courses, want_after_launches, want_whole
from tasks.runtime import Runtime
from tasks.tidy import tidy

_log = logging.getLogger(__name__)

Run = Callable[[Runtime, Session, Centre, datetime], object]


@dataclass(frozen=True)
class Entry:
    """One line of the schedule: `every` is in the product's time, so a demo's leap makes it due.

    With `at`, an hour of the centre's day, it is due once after each such hour.
    """

    name: str
    every: timedelta
    run: Run
    at: time | None = None

    def due_before(self, centre: Centre, now: datetime) -> datetime:
        """Whatever ran at this moment or earlier is due again."""
        if self.at is None:
            return now - self.every
        zone = ZoneInfo(centre.timezone)
        local = now.astimezone(zone)
        last = datetime.combine(local.date(), self.at, zone)
        if last > local:
            last = datetime.combine(local.date() - timedelta(days=1), self.at, zone)
        return last.astimezone(UTC) - timedelta(microseconds=1)


def _deadlines(_runtime: Runtime, session: Session, centre: Centre, now: datetime) -> object:
    return deadline.run_deadlines(session, centre, now)


def _notices(_runtime: Runtime, session: Session, centre: Centre, now: datetime) -> object:
    if notice.has_due(session, centre.id, now):
        return outbox.want(session, centre.id, "send_notices", centre.id, now)
    return None


def _sync_courses(_runtime: Runtime, session: Session, centre: Centre, now: datetime) -> object:
    """What changed: one cheap request a course, whoever is enrolled."""
    if find_access(session, centre.id) is None:
        return None
    return [
        outbox.want(session, centre.id, "sync_course", course.id, now)
        for course in connected_courses(session, centre.id)
    ]


def _sync_launched(_runtime: Runtime, session: Session, centre: Centre, now: datetime) -> object:
    """Courses from which somebody came whose groups are not as they should be."""
    return find_access(session, centre.id) and want_after_launches(session, centre.id, now)


def _sync_whole(_runtime: Runtime, session: Session, centre: Centre, now: datetime) -> object:
    """By night, everybody who is enrolled: who came back, and a roster that shrank."""
    if find_access(session, centre.id) is None:
        return None
    return [want_whole(session, course, now) for course in connected_courses(session, centre.id)]


def _read_members(_runtime: Runtime, session: Session, centre: Centre, now: datetime) -> object:
    """Names and roles are the roster of a centre without web services."""
    if find_access(session, centre.id) is not None:
        return None
    offered = (
        select(Course.id)
        .join(CourseService, CourseService.course_id == Course.id)
        .where(
            Course.centre_id == centre.id,
            Course.connected_at.is_not(None),
            CourseService.memberships_url != "",
        )
    )
    return [
        outbox.want(session, centre.id, "read_members", course, now) for course in session.scalars(offered)
    ]


def _read_people(_runtime: Runtime, session: Session, centre: Centre, now: datetime) -> object:
    """By night, a portion of the known people: who was renamed, suspended or deleted in Moodle."""
    if find_access(session, centre.id) is None:
        return None
    return outbox.want(session, centre.id, account_reading.KIND, centre.id, now)


def _send_grades(_runtime: Runtime, session: Session, centre: Centre, now: datetime) -> object:
    wished = participation.associations_with_grades(session, centre.id)
    return [outbox.want(session, centre.id, participation.KIND, one, now) for one in wished]


def _seal_journal(_runtime: Runtime, session: Session, centre: Centre, _now: datetime) -> object:
    return journal_seal.seal(session, centre.id)


SCHEDULE: tuple[Entry, ...] = (
    Entry("deadlines", timedelta(minutes=15), _deadlines),
    Entry("sync_launched", timedelta(0), _sync_launched),
    Entry("sync_courses", timedelta(minutes=15), _sync_courses),
    Entry("sync_whole", timedelta(days=1), _sync_whole, at=time(3)),
    Entry("read_members", timedelta(days=1), _read_members, at=time(4)),
    Entry("read_people", timedelta(days=1), _read_people, at=time(4)),
    Entry("send_grades", timedelta(days=1), _send_grades, at=time(5)),
    Entry("seal_journal", timedelta(minutes=5), _seal_journal),
    Entry("tidy", timedelta(hours=6), tidy),
    # Last: what the others wrote goes out in the same tick, and whoever waits for this mark waits for all.
    Entry("notices", timedelta(0), _notices),
)


def tick(runtime: Runtime) -> list[str]:
    """Run what is due for every centre, each in a transaction of its own; return what ran."""
    ran = []
    with runtime.database.read() as session:
        centres = session.scalars(select(Centre.id).order_by(Centre.id)).all()
    for centre_id in centres:
        for entry in SCHEDULE:
            try:
                if _run_if_due(runtime, centre_id, entry):
                    ran.append(f"{centre_id}:{entry.name}")
            except Exception:  # noqa: BLE001 - logged below
                # One centre's or one entry's trouble must not stop the clock of the others.
                _log.exception("schedule entry %s of centre %s broke", entry.name, centre_id)
    return ran


def _run_if_due(runtime: Runtime, centre_id: int, entry: Entry) -> bool:
    with runtime.database.write() as session:
        # Told here, it is not older than a mark that another worker set while we waited for our turn.
        now = runtime.now()
        centre = session.get_one(Centre, centre_id)
        if not _take_turn(session, centre, entry, now):
            return False
        entry.run(runtime, session, centre, now)
    return True


def _take_turn(session: Session, centre: Centre, entry: Entry, now: datetime) -> bool:
    """Move the mark if the entry is due; false when it is not, or another worker moved it first.

    A mark ahead of the clock was set before that was set back, in a demo or by the machine's keeper.
    """
    moved = session.execute(
        update(ScheduleMark)
        .where(
            ScheduleMark.centre_id == centre.id,
            ScheduleMark.entry == entry.name,
            or_(ScheduleMark.last_at <= entry.due_before(centre, now), ScheduleMark.last_at > farthest(now)),
        )
        .values(last_at=now)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount == 1:  # type: ignore[attr-defined]
        return True
    if session.get(ScheduleMark, (centre.id, entry.name)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(ScheduleMark(centre_id=centre.id, entry=entry.name, last_at=now))
    except IntegrityError:
        return False
    return True
