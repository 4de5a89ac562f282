"""Changing the settings of the centre: it works forward, the running year keeps what it began with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre, YearSettings
from mmo_lti.rules.action import Action
from mmo_lti.rules.regulation import regulation
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.clock import today
from mmo_lti.services.permission import require
from mmo_lti.services.scope import centre_of, hold
from mmo_lti.services.year_settings import begin_year, settings_of

_COLUMNS = {"time_zone": "timezone", "city": "city", "centre_name": "name"}
"""Settings that the centre's row carries too."""


def change_settings(
    session: Session, actor: Actor, values: Mapping[str, Any], now: datetime, *, this_year: bool = False
) -> Settings:
    """Change settings together, from the next year on; with `this_year` for the running one too.

    `values` are plain JSON or what a form sends. Raises `SettingRefused` for the first that does not fit and
    changes nothing then; a centre may be stricter than its regulation, never laxer (R2, R11, R14, R17).
    """
    centre = centre_of(session, actor)
    day = today(centre, now)
    require(session, actor, Action.SETTINGS_CHANGE, day)
    hold(session, centre)
    begin_year(session, centre, day)
    law = regulation(centre.regulation)
    changed = settings_of(centre).changed(values, law)
    plain = changed.to_values()
    centre.settings = {**centre.settings, **{name: plain[name] for name in values}}
    for name, column in _COLUMNS.items():
        if name in values and plain[name]:
            setattr(centre, column, plain[name])
    if this_year:
        _change_year(session, centre, AcademicYear.of(day).start, values)
    scope = "this_year" if this_year else "next_year"
    for name in values:
        action = f"change_setting.{name}"
        journal.record(session, actor, action, centre, now, new=scope, words=str(plain[name]))
    return changed


def _change_year(session: Session, centre: Centre, year: int, values: Mapping[str, Any]) -> None:
    kept = session.scalars(
        select(YearSettings).where(YearSettings.centre_id == centre.id, YearSettings.year == year)
    ).one()
    law = regulation(centre.regulation)
    kept.values = Settings.from_values(kept.values, law).changed(values, law).to_values()
