"""The city at a glance: association × duty, in a constant number of statements (page `/city`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.names import PersonName
from mmo_lti.rules.states import AssociationState
from mmo_lti.services.actor import Actor
from mmo_lti.services.centre_people import leading_of
from mmo_lti.services.city_cell import (
    Cell,
    Mark,
    meetings_cell,
    members_cell,
    plan_cell,
    protocols_cell,
    report_cell,
)
from mmo_lti.services.link import association_path
from mmo_lti.services.member_count import Count, count_all
from mmo_lti.services.permission import require
from mmo_lti.services.year_rows import YearFrame, YearRows, frame_of, gather

COLUMNS = ("members", "plan", "meetings", "protocols", "report")


@dataclass(frozen=True)
class CityRow:
    """One association; `cells` are in the order of `COLUMNS`, `leader` is a short name or empty."""

    association_id: int
    code: str
    genitive: str
    state: AssociationState
    leader: str
    path: str
    cells: tuple[Cell, ...]

    @property
    def worst(self) -> Mark:
        """The worst of its cells."""
        return max(cell.mark for cell in self.cells)

    @property
    def in_order(self) -> bool:
        """Whether nothing of it is overdue, below the minimum or too slow."""
        return self.worst < Mark.BAD

    def cell(self, column: str) -> Cell:
        """The cell of a column by its name."""
        return self.cells[COLUMNS.index(column)]


@dataclass(frozen=True)
class Overdue:
    """One cause for the coordinator to act on: whose, and which cell."""

    row: CityRow
    column: str
    cell: Cell


@dataclass(frozen=True)
class CityOverview:
    """All associations of a year; «38 из 40 в порядке» are `in_order` and `total`."""

    year: int
    rows: tuple[CityRow, ...]

    @property
    def total(self) -> int:
        """How many associations."""
        return len(self.rows)

    @property
    def in_order(self) -> int:
        """How many of them are in order."""
        return sum(row.in_order for row in self.rows)

    @property
    def overdue(self) -> tuple[Overdue, ...]:
        """What is bad, the oldest term first, then without a term."""
        found = [
            Overdue(row, column, cell)
            for row in self.rows
            for column, cell in zip(COLUMNS, row.cells, strict=True)
            if cell.mark is Mark.BAD
        ]
        return tuple(sorted(found, key=lambda one: (one.cell.due or date.max, one.row.genitive)))

    def counts(self, column: str) -> dict[Mark, int]:
        """How many associations have each mark in a column."""
        marks = [row.cell(column).mark for row in self.rows]
        return {mark: marks.count(mark) for mark in Mark}


def city_overview(session: Session, actor: Actor, year: int, today: date) -> CityOverview:
    """How all associations stand in the year that starts in `year`; for coordinator and director.

    Drafts have no duties yet and are not there; a closed one is there in the year of its end.
    """
    require(session, actor, Action.CITY_SEE, today)
    centre = session.get_one(Centre, actor.centre_id)
    frame = frame_of(session, centre, year)
    every = gather(session, frame, _working(session, frame))
    counts = count_all(session, centre.id, today, list(every))
    leaders = _leaders(session, centre, today)
    rows = [_row(one, counts.get(key, Count()), leaders.get(key, ""), today) for key, one in every.items()]
    return CityOverview(year, tuple(rows))


def _working(session: Session, frame: YearFrame) -> Sequence[Association]:
    found = session.scalars(
        select(Association)
        .where(
            Association.centre_id == frame.centre.id,
            Association.state.in_(
                [AssociationState.ACTIVE, AssociationState.CLOSED, AssociationState.MERGED]
            ),
            Association.created_on <= frame.year.last_day,
        )
        .order_by(Association.search_key, Association.id)
    )
    return [one for one in found if one.closed_on is None or one.closed_on >= frame.year.first_day]


def _leaders(session: Session, centre: Centre, today: date) -> dict[int, str]:
    """The short name of each leader, by association id."""
    leading = leading_of(session, centre, today)
    ids = {one.leader for one in leading.values() if one.leader is not None}
    people = session.scalars(select(Person).where(Person.centre_id == centre.id, Person.id.in_(ids)))
    names = {one.id: PersonName(one.last, one.first, one.patronymic).short for one in people}
    return {key: names[one.leader] for key, one in leading.items() if one.leader in names}


def _row(rows: YearRows, count: Count, leader: str, today: date) -> CityRow:
    association = rows.association
    return CityRow(
        association_id=association.id,
        code=association.code,
        genitive=association.genitive,
        state=association.state,
        leader=leader,
        path=association_path(association),
        cells=tuple(_cells(rows, count, today)),
    )


def _cells(rows: YearRows, count: Count, today: date) -> Iterable[Cell]:
    return (
        members_cell(rows, count, rows.frame.settings),
        plan_cell(rows, today),
        meetings_cell(rows, today),
        protocols_cell(rows, today),
        report_cell(rows, today),
    )
