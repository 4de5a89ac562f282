"""Settings of an academic year: a year keeps those it began with («Settings» of the rules)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre, YearSettings
from mmo_lti.rules.regulation import regulation
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.year import AcademicYear

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


def _yearly(centre: Centre) -> dict[str, Any]:
    values = settings_of(centre).to_values()
    return {name: values[name] for name in YEARLY}


def _kept(session: Session, centre: Centre, year: int) -> YearSettings | None:
    return session.scalar(
        select(YearSettings).where(YearSettings.centre_id == centre.id, YearSettings.year == year)
    )
