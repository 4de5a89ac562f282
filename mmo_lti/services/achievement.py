"""What members achieved in a year, kept by themselves: it feeds sections 3–7 of the report (R19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.achievement import Achievement
from mmo_lti.models.association import Association
from mmo_lti.rules.action import Action
from mmo_lti.rules.activity import AchievementKind, Level, OpenEventPart, Publisher
from mmo_lti.rules.errors import Fault, RuleError
from mmo_lti.rules.permission import Circumstance
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.membership_move import STANDING, membership_of
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import check_centre, hold, local_today
from mmo_lti.services.typed_text import line

NEEDS_LEVEL = frozenset({AchievementKind.CONTEST, AchievementKind.OPEN_EVENT, AchievementKind.EXPERIENCE})
"""Kinds that the report prints with their level; of a talk or a publication it is welcome."""


@dataclass(frozen=True)
class Achieved:
    """What the member typed.

    `part` says of an open event whether one took part or held it (section 5); `publisher` says of a
    publication where it appeared, `address` its address on a site (section 6).
    """

    kind: AchievementKind
    title: str
    day: date
    level: Level | None = None
    result: str = ""
    where: str = ""
    part: OpenEventPart | None = None
    publisher: Publisher | None = None
    address: str = ""


def add_achievement(
    session: Session, actor: Actor, association: Association, achieved: Achieved, now: datetime
) -> Achievement:
    """The actor adds an own achievement; its day decides the academic year. Sent again, it is not doubled.

    Raises `achievement.not_member`, or `achievement` with all its faults: `.future`, `.level`, `.part`,
    `.publisher`.
    """
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ACHIEVEMENT_EDIT, day, association, {Circumstance.SELF})
    membership = membership_of(session, association, actor.person_id or 0)
    if membership is None or membership.state not in STANDING:
        raise RuleError("achievement.not_member")
    faults = _faults(achieved, day)
    if faults:
        raise RuleError("achievement", faults=faults)
    hold(session, membership)
    columns: dict[str, object] = {
        "centre_id": association.centre_id,
        "association_id": association.id,
        "person_id": membership.person_id,
        "year": AcademicYear.of(achieved.day).start,
        "kind": achieved.kind.value,
        "title": line(achieved.title, "title", 500, required=True),
        "level": achieved.level.value if achieved.level else "",
        "result": line(achieved.result, "result", 300),
        "where": line(achieved.where, "where", 300),
        "part": achieved.part.value if achieved.part else "",
        "publisher": achieved.publisher.value if achieved.publisher else "",
        "address": line(achieved.address, "address", 500),
        "day": achieved.day,
    }
    known = session.scalar(select(Achievement).filter_by(**columns).limit(1))
    if known is not None:
        return known
    achievement = Achievement(**columns, created_at=now)
    session.add(achievement)
    journal.record(
        session,
        actor,
        "add_achievement",
        achievement,
        now,
        new=achieved.kind.value,
        association_id=association.id,
    )
    return achievement


def remove_achievement(session: Session, actor: Actor, achievement: Achievement, now: datetime) -> None:
    """The actor removes an own achievement; a submitted report keeps what it has gathered."""
    check_centre(actor, achievement)
    given = {Circumstance.SELF} if achievement.person_id == actor.person_id else set()
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ACHIEVEMENT_EDIT, day, circumstances=given)
    journal.record(
        session,
        actor,
        "remove_achievement",
        achievement,
        now,
        old=achievement.kind,
        association_id=achievement.association_id,
    )
    session.delete(achievement)


def own_achievements(session: Session, actor: Actor) -> list[Achievement]:
    """The actor's own, newest first."""
    return list(
        session.scalars(
            select(Achievement)
            .where(Achievement.centre_id == actor.centre_id, Achievement.person_id == actor.person_id)
            .order_by(Achievement.day.desc(), Achievement.id.desc())
        )
    )


def find_own(session: Session, actor: Actor, achievement_id: int) -> Achievement:
    """An own achievement by its id; `NotFound` otherwise."""
    found = session.get(Achievement, achievement_id)
    if found is None or found.centre_id != actor.centre_id or found.person_id != actor.person_id:
        raise NotFound
    return found


def _faults(achieved: Achieved, today: date) -> list[Fault]:
    found = []
    if achieved.day > today:
        found.append(Fault("achievement.future", {"day": achieved.day}))
    if achieved.level is None and achieved.kind in NEEDS_LEVEL:
        found.append(Fault("achievement.level"))
    if achieved.part is None and achieved.kind is AchievementKind.OPEN_EVENT:
        found.append(Fault("achievement.part"))
    if achieved.publisher is None and achieved.kind is AchievementKind.PUBLICATION:
        found.append(Fault("achievement.publisher"))
    return found
