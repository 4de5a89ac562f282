import pytest
from sqlalchemy import select

from mmo_lti.models.journal import JournalEntry
from mmo_lti.rules.errors import Denied, SettingRefused
from mmo_lti.services.centre import change_settings
from mmo_lti.services.clock import today
from mmo_lti.services.year_settings import settings_for, settings_of


def test_a_change_works_from_the_next_year_on(session, centre, coordinator, now):
    change_settings(session, coordinator, {"request_days": "7"}, now)
    assert settings_of(centre).request_days == 7
    assert settings_for(session, centre, 2026).request_days == 10
    assert settings_for(session, centre, 2027).request_days == 7


def test_the_coordinator_may_say_that_the_running_year_changes_too(session, centre, coordinator, now):
    change_settings(session, coordinator, {"request_days": 7}, now, this_year=True)
    assert settings_for(session, centre, 2026).request_days == 7
    entry = session.scalars(select(JournalEntry)).one()
    assert (entry.action, entry.new_state) == ("change_setting.request_days", "this_year")


def test_a_centre_is_never_laxer_than_its_regulation(session, centre, coordinator, now):
    with pytest.raises(SettingRefused) as refused:
        change_settings(session, coordinator, {"min_members": 9}, now)
    assert refused.value.params["setting"] == "min_members"
    assert settings_of(centre).min_members == 10


def test_values_that_belong_together_change_together(session, centre, coordinator, now):
    with pytest.raises(SettingRefused):
        change_settings(session, coordinator, {"min_meetings": 4}, now)
    points = "15.11, 31.12, 31.03, 31.05"
    change_settings(session, coordinator, {"min_meetings": 4, "checkpoints": points}, now)
    assert settings_of(centre).min_meetings == 4


def test_the_time_zone_moves_the_centres_day(session, centre, coordinator, now):
    change_settings(session, coordinator, {"time_zone": "Asia/Kamchatka"}, now)
    assert centre.timezone == "Asia/Kamchatka"
    assert today(centre, now.replace(hour=13)).day == 6


@pytest.mark.parametrize("role", ["outsider", "member", "leader", "director", "site_administrator"])
def test_nobody_else_changes_settings(session, association, request, role, now):
    with pytest.raises(Denied):
        change_settings(session, request.getfixturevalue(role), {"request_days": 7}, now)
