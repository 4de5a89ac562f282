"""The coordinator reminds leaders of what their associations are behind with (the city's page)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.notice import Notice, NoticeState
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.clocktime import local_day
from mmo_lti.rules.states import AssociationState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.centre_people import Leading, leading_of
from mmo_lti.services.city import CityRow, city_overview
from mmo_lti.services.city_cell import Cell, Mark
from mmo_lti.services.notice import notify
from mmo_lti.services.notice_draft import leaves_at
from mmo_lti.services.notice_kind import KINDS, kind_named
from mmo_lti.services.permission import require
from mmo_lti.services.scope import centre_of, hold, local_today

DUTIES = ("plan", "meetings", "protocols", "report")
"""What a leader answers for; want of members is not theirs alone."""
AFTER_YEAR = ("protocols", "report")
"""What of a year that is over, or of an association that was closed, can still be mended."""
OF_CLOCK = {"plan": "plan_term", "meetings": "pace", "protocols": "protocol_term", "report": "report_term"}
"""The family of the clock's own notices about each duty."""
_DAY = timedelta(hours=26)
"""No local day is longer."""


@dataclass(frozen=True)
class Behind:
    """A duty that an association is behind with; `told`: its leader was told of it today already."""

    duty: str
    cell: Cell
    told: bool


@dataclass(frozen=True)
class ToRemind:
    """An association that is behind, and who answers; none where nobody leads it."""

    association_id: int
    genitive: str
    path: str
    leader: Person | None
    behind: tuple[Behind, ...]

    @property
    def fresh(self) -> tuple[Behind, ...]:
        """What its leader may be reminded of today."""
        return tuple(one for one in self.behind if not one.told) if self.leader is not None else ()


@dataclass(frozen=True)
class Reminded:
    """How many leaders were told of how many duties."""

    leaders: int
    duties: int


def to_remind(session: Session, actor: Actor, year: AcademicYear, now: datetime) -> list[ToRemind]:
    """Who is behind with what in a year, as the city's page marks it, in its order of names.

    Nobody is told of one duty twice a day: what the clock or a coordinator told today is marked so (R20).
    """
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.REMIND, today)
    centre = centre_of(session, actor)
    rows = city_overview(session, actor, year.start, today).rows
    leading = leading_of(session, centre, today)
    told = _told_today(session, centre, now)
    leaders = {row.association_id: _leader_id(row, leading) for row in rows}
    people = _people(session, centre, leaders.values())
    found = []
    for row in rows:
        leader = leaders[row.association_id]
        behind = tuple(
            Behind(duty, row.cell(duty), (row.association_id, leader, duty) in told)
            for duty in _asked(row, year, today)
            if row.cell(duty).mark is Mark.BAD
        )
        if behind:
            person = people.get(leader) if leader is not None else None
            found.append(ToRemind(row.association_id, row.genitive, row.path, person, behind))
    return found


def goes_out_at(session: Session, actor: Actor, now: datetime) -> datetime:
    """When a reminder written now leaves: with the next daily digest (R20)."""
    return leaves_at(session, actor.centre_id, kind_named("reminded_plan"), False, now)


def remind(
    session: Session, actor: Actor, year: AcademicYear, chosen: Collection[int], now: datetime
) -> Reminded:
    """Tell the leaders of the `chosen` associations (ids) what they are behind with, each duty once a day.

    What was mended, or told today, meanwhile is left out; sent twice, it tells once.
    """
    require(session, actor, Action.REMIND, local_today(session, actor.centre_id, now))
    hold(session, centre_of(session, actor))
    leaders: set[int] = set()
    duties = 0
    for one in to_remind(session, actor, year, now):
        if one.association_id not in chosen or one.leader is None:
            continue
        association = session.get_one(Association, one.association_id)
        for behind in one.fresh:
            if _tell(session, association, one.leader, year, behind, now) is not None:
                leaders.add(one.leader.id)
                duties += 1
                journal.record(
                    session, actor, "remind", association, now, new=behind.duty, association_id=association.id
                )
    return Reminded(len(leaders), duties)


def _tell(
    session: Session,
    association: Association,
    leader: Person,
    year: AcademicYear,
    behind: Behind,
    now: datetime,
) -> Notice | None:
    today = local_today(session, association.centre_id, now)
    kind = f"reminded_{behind.duty}"
    values: dict[str, Any] = {
        "association": association.genitive,
        "year": str(year),
        "day": today,
        "due": behind.cell.due,
        "count": behind.cell.params.get("overdue"),
        "required": behind.cell.params.get("needed"),
        **{name: behind.cell.params.get(name) for name in ("held", "counted", "days")},
    }
    return notify(
        session,
        association.centre_id,
        leader.id,
        kind,
        association,
        f"{year.slug} {today.isoformat()}",
        {name: values[name] for name in kind_named(kind).params},
        behind.cell.path,
        now,
        association_id=association.id,
    )


def _asked(row: CityRow, year: AcademicYear, today: date) -> tuple[str, ...]:
    running = row.state is AssociationState.ACTIVE and today <= year.last_day
    return DUTIES if running else AFTER_YEAR


def _leader_id(row: CityRow, leading: dict[int, Leading]) -> int | None:
    """After closing the last leader still owes what is left."""
    who = leading.get(row.association_id, Leading())
    return who.leader or (who.last if row.state is not AssociationState.ACTIVE else None)


def _people(session: Session, centre: Centre, ids: Iterable[int | None]) -> dict[int, Person]:
    wanted = {one for one in ids if one is not None}
    people = session.scalars(select(Person).where(Person.centre_id == centre.id, Person.id.in_(wanted)))
    return {person.id: person for person in people}


def _told_today(session: Session, centre: Centre, now: datetime) -> set[tuple[int | None, int, str]]:
    """Association, person and duty of what was written today, by the clock or by a coordinator."""
    duty_of = {f"reminded_{duty}": duty for duty in DUTIES}
    for duty, family in OF_CLOCK.items():
        duty_of |= {kind.name: duty for kind in KINDS.values() if kind.family == family}
    today = local_day(now, centre.timezone)
    rows = session.execute(
        select(Notice.association_id, Notice.person_id, Notice.kind, Notice.created_at).where(
            Notice.centre_id == centre.id,
            Notice.kind.in_(duty_of),
            Notice.state != NoticeState.SUPERSEDED,
            Notice.created_at > now - _DAY,
        )
    )
    return {
        (row.association_id, row.person_id, duty_of[row.kind])
        for row in rows
        if local_day(row.created_at, centre.timezone) == today
    }
