"""A year keeps the settings it began with; a change works forward only."""

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.rules.workdays import is_working_day
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.actor import Actor
from mmo_lti.services.working_day import replace_transfers, transfers_of
from mmo_lti.services.year_settings import begin_year, settings_for

TODAY = date(2026, 10, 5)


def test_a_change_does_not_reach_the_running_year(session: Session, centre: Centre) -> None:
    assert begin_year(session, centre, TODAY)
    assert not begin_year(session, centre, TODAY)
    centre.settings = {"protocol_days": 14, "director_name": "Соловьёв Андрей Фёдорович"}
    assert settings_for(session, centre, 2026).protocol_days == 10
    assert settings_for(session, centre, 2027).protocol_days == 14
    assert settings_for(session, centre, 2026).director_name == "Соловьёв Андрей Фёдорович"


def test_the_new_year_starts_with_the_settings_of_its_first_day(session: Session, centre: Centre) -> None:
    begin_year(session, centre, TODAY)
    centre.settings = {"protocol_days": 14}
    assert begin_year(session, centre, date(2027, 9, 1))
    centre.settings = {"protocol_days": 20}
    assert settings_for(session, centre, 2027).protocol_days == 14


def test_transferred_days_are_the_centres_table(
    session: Session, centre: Centre, other_centre: Centre, coordinator: Actor, now: datetime
) -> None:
    year = AcademicYear(2026)
    monday, saturday = date(2026, 11, 2), date(2026, 11, 7)
    replace_transfers(session, coordinator, year, {monday}, {saturday}, now)
    assert not is_working_day(monday, transfers_of(session, centre.id))
    assert is_working_day(saturday, transfers_of(session, centre.id))
    assert is_working_day(monday, transfers_of(session, other_centre.id))
    replace_transfers(session, coordinator, year, set(), set(), now)
    assert is_working_day(monday, transfers_of(session, centre.id))
    with pytest.raises(ValueError, match="one year"):
        replace_transfers(session, coordinator, year, {monday}, {monday}, now)
