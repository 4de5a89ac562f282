"""Settings of an academic year: a year keeps those it began with («Settings» of the rules)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre, YearSettings
from mmo_lti.rules.action import Action
from mmo_lti.rules.regulation import regulation
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.clock import today as today_of
from mmo_lti.services.permission import require

YEARLY = (
    "min_members",
    "min_meetings",
    "checkpoints",
    "pace_from",
    "failed_on",
    "proposals_due",
    "plan_due",
    "plan_fix_days",
    "protocol_days",
    "protocol_review_days",
    "protocol_fix_days",
    "report_due",
    "report_fix_days",
    "report_reminders",
    "director_days",
    "originals_due",
    "request_days",
    "no_access_days",
    "young_years",
    "quorum",
    "vote",
    "remote_meetings",
    "guests",
    "need_share",
)
"""What a year keeps: its terms and counts. Names, look, time zone, sessions are the centre's of today."""


def settings_of(centre: Centre) -> Settings:
    """The centre's settings now: for what belongs to no year, and for years that have not begun."""
    return Settings.from_values(centre.settings, regulation(centre.regulation))


def settings_for(session: Session, centre: Centre, year: int) -> Settings:
    """The settings of the year that starts in `year`: its own copy, or the centre's while it has none.

    It never writes, so that pages may ask; `begin_year` makes the copy.
    """
    kept = _kept(session, centre, year)
    now_set = settings_of(centre)
    return now_set.changed(kept.values, regulation(centre.regulation)) if kept else now_set


def begin_year(session: Session, centre: Centre, today: date) -> bool:
    """Copy the centre's settings for the running year unless that was done; true when this call did it.

    The clock calls it daily, and whoever changes settings calls it before the change.
    """
    year = AcademicYear.of(today).start
    if _kept(session, centre, year) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(YearSettings(centre_id=centre.id, year=year, values=_yearly(centre)))
    except IntegrityError:
        return False
    return True


def apply_to_running_year(session: Session, actor: Actor, now: datetime) -> None:
    """The coordinator says otherwise: the running year takes the centre's settings of today; journalled."""
    centre = session.get_one(Centre, actor.centre_id)
    today = today_of(centre, now)
    require(session, actor, Action.SETTINGS_CHANGE, today)
    begin_year(session, centre, today)
    kept = _kept(session, centre, AcademicYear.of(today).start)
    if kept is not None:
        kept.values = _yearly(centre)
        journal.record(session, actor, "change_running_year", kept, now)


def _yearly(centre: Centre) -> dict[str, Any]:
    values = settings_of(centre).to_values()
    return {name: values[name] for name in YEARLY}


def _kept(session: Session, centre: Centre, year: int) -> YearSettings | None:
    return session.scalar(
        select(YearSettings).where(YearSettings.centre_id == centre.id, YearSettings.year == year)
    )
