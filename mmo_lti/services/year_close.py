"""What is kept of an association's year, and the state its pace is closed with (R12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from mmo_lti.models.association import AssociationYear
from mmo_lti.services import journal
from mmo_lti.services.actor import clock_actor
from mmo_lti.services.pace import pace_from
from mmo_lti.services.year_rows import YearRows


def keep_year(session: Session, rows: YearRows) -> AssociationYear:
    """The row that stands for the association's year, made where it is missing."""
    if rows.kept is None:
        rows.kept = AssociationYear(
            centre_id=rows.frame.centre.id,
            association_id=rows.association.id,
            year=rows.frame.year.start,
            priorities=[],
            theme="",
        )
        session.add(rows.kept)
        session.flush()
    return rows.kept


def close_years(session: Session, every: Iterable[YearRows], today: date, now: datetime) -> None:
    """After 31 August keep the state of the pace for good: later lodgings don't change it; journalled."""
    for rows in every:
        year, association = rows.frame.year, rows.association
        worked = association.created_on is not None and association.created_on <= year.last_day
        closed = rows.kept is not None and rows.kept.closed_pace is not None
        if today <= year.last_day or not worked or closed:
            continue
        state = pace_from(rows, today).state.code
        kept = keep_year(session, rows)
        kept.closed_pace = state
        journal.record(
            session,
            clock_actor(association.centre_id),
            "close_year",
            kept,
            now,
            new=state,
            association_id=association.id,
        )
