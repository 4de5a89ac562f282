"""Telling what dates made due: whom, and only what was not told yet; what is true no more is set aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Attendance, AttendanceMark
from mmo_lti.models.notice import Notice, NoticeMute, NoticeState
from mmo_lti.rules.notice_due import DueKind
from mmo_lti.rules.permission import Role
from mmo_lti.services import outbox
from mmo_lti.services.centre_people import CentrePeople
from mmo_lti.services.due_thing import DueThing
from mmo_lti.services.notice_draft import addressed, draft_notice, revive

Key = tuple[str, str, int, str]
"""Kind, object and stage of a notice."""
ATTEMPTS = 3
"""So often a rival clock that tells the same at the same time is let go first."""


@dataclass
class Known:
    """What was written of one key before: who was told, and what was set aside before it left."""

    told: set[int] = field(default_factory=set)
    aside: dict[int, Notice] = field(default_factory=dict)


def tell_due(
    session: Session, centre: Centre, found: Sequence[DueThing], people: CentrePeople, now: datetime
) -> list[Notice]:
    """Write the notices that are missing, all at once; return them."""
    session.flush()
    invited = _invited(session, centre, found)
    mutes = _mutes(session, centre)
    for attempt in range(ATTEMPTS):
        known = _known(session, centre, found)
        written: list[Notice] = []
        for one in found:
            persons = _persons(one, people, invited) - mutes[one.due.kind.value]
            written += _missing(session, centre, one, persons, known[one.key], now)
        try:
            with session.begin_nested():
                session.add_all(written)
            break
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    _set_aside(session, centre, {one.key for one in found})
    if any(notice.not_before <= now for notice in written):
        outbox.want(session, centre.id, "send_notices", centre.id, now)
    return written


def _missing(
    session: Session, centre: Centre, one: DueThing, persons: set[int], known: Known, now: datetime
) -> list[Notice]:
    """Notices to those not told yet; what was set aside before it left is taken up again."""
    missing = sorted(persons - known.told)
    if not missing:
        return []
    draft = draft_notice(
        session,
        centre.id,
        one.due.kind.value,
        one.thing,
        one.due.stage,
        one.params,
        one.path,
        now,
        urgent=one.due.urgent,
        association_id=one.association.id if one.association else None,
    )
    again = [known.aside[person] for person in missing if person in known.aside]
    for notice in again:
        revive(notice, draft)
    return [*again, *(addressed(draft, person) for person in missing if person not in known.aside)]


def _persons(one: DueThing, people: CentrePeople, invited: dict[int, set[int]]) -> set[int]:
    persons: set[int] = set()
    roles = one.due.roles
    if Role.COORDINATOR in roles:
        persons |= set(people.coordinators)
    if Role.DIRECTOR in roles:
        persons |= set(people.directors)
    if one.association is not None:
        if Role.LEADER in roles:
            persons |= set(people.leaders_of(one.association))
        if Role.HELPER in roles:
            persons |= set(people.helpers.get(one.association.id, ()))
        if Role.MEMBER in roles:
            persons |= set(people.of(one.association).members)
    if one.due.invited and one.meeting is not None:
        persons |= invited[one.meeting.id]
    return persons


def _invited(session: Session, centre: Centre, found: Iterable[DueThing]) -> dict[int, set[int]]:
    """Who stands on the lists of the meetings in question and did not say no."""
    meetings = {one.meeting.id for one in found if one.meeting is not None and one.due.invited}
    persons: dict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        select(Attendance.meeting_id, Attendance.person_id).where(
            Attendance.centre_id == centre.id,
            Attendance.meeting_id.in_(meetings),
            Attendance.mark != AttendanceMark.NOT_COMING,
        )
    )
    for meeting_id, person_id in rows:
        persons[meeting_id].add(person_id)
    return persons


def _known(session: Session, centre: Centre, found: Iterable[DueThing]) -> dict[Key, Known]:
    known: dict[Key, Known] = defaultdict(Known)
    of_these = (
        Notice.centre_id == centre.id,
        Notice.stage.in_({one.due.stage for one in found}),
        Notice.kind.in_({one.due.kind.value for one in found}),
    )
    told = session.execute(
        select(Notice.person_id, Notice.kind, Notice.object_type, Notice.object_id, Notice.stage).where(
            *of_these, Notice.state != NoticeState.SUPERSEDED
        )
    )
    for row in told:
        known[(row.kind, row.object_type, row.object_id, row.stage)].told.add(row.person_id)
    for notice in session.scalars(select(Notice).where(*of_these, Notice.state == NoticeState.SUPERSEDED)):
        key = (notice.kind, notice.object_type, notice.object_id, notice.stage)
        known[key].aside[notice.person_id] = notice
    return known


def _mutes(session: Session, centre: Centre) -> dict[str, set[int]]:
    mutes: dict[str, set[int]] = defaultdict(set)
    rows = session.execute(
        select(NoticeMute.kind, NoticeMute.person_id).where(NoticeMute.centre_id == centre.id)
    )
    for kind, person_id in rows:
        mutes[kind].add(person_id)
    return mutes


def _set_aside(session: Session, centre: Centre, due: set[Key]) -> None:
    """A reminder that waits for the morning and whose matter was settled in the night does not leave."""
    waiting = session.scalars(
        select(Notice).where(
            Notice.centre_id == centre.id,
            Notice.state == NoticeState.WAITING,
            Notice.kind.in_([kind.value for kind in DueKind]),
        )
    )
    for notice in waiting:
        if (notice.kind, notice.object_type, notice.object_id, notice.stage) not in due:
            notice.state = NoticeState.SUPERSEDED
