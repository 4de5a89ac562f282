"""The centre's table of transferred working days and days off."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.working_day import WorkingDayTransfer
from mmo_lti.rules.action import Action
from mmo_lti.rules.workdays import Transfers
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.clock import today
from mmo_lti.services.permission import require


def transfers_of(session: Session, centre_id: int) -> Transfers:
    """All transfers that the centre knows, of every year."""
    rows = session.execute(
        select(WorkingDayTransfer.day, WorkingDayTransfer.working).where(
            WorkingDayTransfer.centre_id == centre_id
        )
    ).all()
    return Transfers.of(
        off=(day for day, working in rows if not working), working=(day for day, working in rows if working)
    )


def replace_transfers(
    session: Session, actor: Actor, year: AcademicYear, off: set[date], working: set[date], now: datetime
) -> None:
    """Put a new table of a year in place of the old; `ValueError` for a day of both lists or outside."""
    centre = session.get_one(Centre, actor.centre_id)
    require(session, actor, Action.SETTINGS_CHANGE, today(centre, now))
    if off & working or any(day not in year for day in off | working):
        raise ValueError("days of one year, each either off or working")
    session.execute(
        delete(WorkingDayTransfer).where(
            WorkingDayTransfer.centre_id == centre.id,
            WorkingDayTransfer.day.between(year.first_day, year.last_day),
        )
    )
    session.add_all(
        WorkingDayTransfer(centre_id=centre.id, day=day, working=day in working)
        for day in sorted(off | working)
    )
    journal.record(session, actor, "replace_transfers", centre, now, new=year.slug)
