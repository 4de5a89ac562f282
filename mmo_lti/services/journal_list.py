"""The journal as the coordinator reads it: who did what when; and whether its chain is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.names import PersonName
from mmo_lti.services import journal_seal
from mmo_lti.services.actor import Actor
from mmo_lti.services.journal_seal import ChainCheck
from mmo_lti.services.permission import require
from mmo_lti.services.person import name_of
from mmo_lti.services.scope import local_today

PAGE = 100


@dataclass(frozen=True)
class Line:
    """One entry; `who` is none for a job of the clock, `association` for what belongs to none."""

    entry: JournalEntry
    who: PersonName | None
    association: Association | None


@dataclass(frozen=True)
class JournalPage:
    """Newest entries first; `before` is the id from which older ones follow, or none."""

    lines: Sequence[Line]
    before: int | None


def journal_page(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    association: Association | None = None,
    before: int | None = None,
) -> JournalPage:
    """A page of the centre's journal, narrowed to one association where given."""
    require(session, actor, Action.JOURNAL_SEE, local_today(session, actor.centre_id, now), association)
    query = select(JournalEntry).where(JournalEntry.centre_id == actor.centre_id)
    if association is not None:
        query = query.where(JournalEntry.association_id == association.id)
    if before is not None:
        query = query.where(JournalEntry.id < before)
    rows = session.scalars(query.order_by(JournalEntry.id.desc()).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    people = {
        one.id: name_of(one)
        for one in session.scalars(
            select(Person).where(
                Person.centre_id == actor.centre_id, Person.id.in_({row.actor for row in shown if row.actor})
            )
        )
    }
    named = {row.association_id for row in shown if row.association_id}
    associations = {
        one.id: one
        for one in session.scalars(
            select(Association).where(Association.centre_id == actor.centre_id, Association.id.in_(named))
        )
    }
    lines = [
        Line(
            row,
            people.get(row.actor) if row.actor else None,
            associations.get(row.association_id) if row.association_id else None,
        )
        for row in shown
    ]
    return JournalPage(lines, shown[-1].id if len(rows) > PAGE else None)


def check_chain(session: Session, actor: Actor, now: datetime) -> ChainCheck:
    """Walk the whole chain: seconds for a big journal."""
    require(session, actor, Action.JOURNAL_SEE, local_today(session, actor.centre_id, now))
    return journal_seal.verify(session, actor.centre_id)
