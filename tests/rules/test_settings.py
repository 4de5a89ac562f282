"""The settings of a centre against the list of the rules."""

from dataclasses import fields
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.activity import FORMS
from mmo_lti.rules.errors import SettingRefused
from mmo_lti.rules.regulation import regulation
from mmo_lti.rules.setting_table import TABLE
from mmo_lti.rules.settings import Settings, setting_faults
from mmo_lti.rules.year import DayMonth

# «Settings» of the rules, as they stand there.
LISTED = (
    "`min_members` 10 (≥ 10) · `min_meetings` 3 (≥ 3) · `checkpoints` 31.12, 31.03, 31.05 · `pace_from` 01.10 · "
    "`failed_on` 01.07 · `proposals_due` 15.09 · `plan_due` 01.10 · `plan_fix_days` 5 · `protocol_days` 10 · "
    "`protocol_review_days` 5 · `protocol_fix_days` 5 · `report_due` 20.06 (not later) · `report_fix_days` 5 · "
    "`report_reminders` 30, 14, 7, 3, 1, 0 · `director_days` 5 · `originals_due` 30.06 · "
    "`retention_years` 3 (≥ 3), longer per kind · `request_days` 10 · `no_access_days` 60 · `young_years` 3 · "
    "`drift` ask (or put back: restores removed members, never removes anyone) · `roster_shrink_max` 20 % · "
    "`session_hours` 12 · `device_days` 90 · `digest_hour` 09:00 · `quorum` none · `vote` open · "
    "`remote_meetings` allowed · `guests` allowed · `need_share` 20 %"
)
# What the list names in words: forms of activity, names of centre, director, acting director, city, zone, look.
IN_WORDS = {
    "retention_longer", "forms", "centre_full_name", "centre_name", "centre_short_name", "director_name",
    "acting_director_name", "city", "time_zone", "logo", "accent",
}  # fmt: skip


def listed() -> dict[str, str]:
    found = {}
    for part in LISTED.split(" · "):
        name, value = part.removeprefix("`").split("` ", 1)
        found[name] = value.split(" (")[0]
    return found


def written(value: object) -> str:
    """A default as the list writes it."""
    if value is True:
        return "allowed"
    if value is None:
        return "none"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("name", listed())
def test_each_listed_setting_has_the_listed_default(name):
    expected = listed()[name].removesuffix(" %")
    assert written(Settings.from_values({}).to_values()[name]) == expected


def test_no_setting_but_the_listed_ones_exists():
    assert {row.name for row in TABLE} == set(listed()) | IN_WORDS
    assert [row.name for row in TABLE] == [field.name for field in fields(Settings)]


def test_each_setting_belongs_to_a_rule_of_the_regulations_version():
    for row in TABLE:
        assert row.rule in regulation().clauses, row.name


def test_per_cent_settings_say_so():
    assert {row.name for row in TABLE if row.unit == "%"} == {"roster_shrink_max", "need_share", "quorum"}


def test_only_the_regulations_own_values_are_bound_by_it():
    bound = {row.name: row.stricter for row in TABLE if row.stricter}
    assert bound == {
        "min_members": "more",
        "min_meetings": "more",
        "report_due": "earlier",
        "retention_years": "more",
    }


def test_values_have_types():
    settings = Settings.from_values({})
    assert settings.min_members == 10
    assert settings.report_due == DayMonth(6, 20)
    assert settings.digest_hour == time(9, 0)
    assert settings.forms == FORMS
    assert settings.time_zone == "Europe/Moscow"
    assert settings.city == "Иваново"
    assert settings.centre_short_name == "МБУ МЦ"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"min_members": 9}, "setting.laxer_than_law"),
        ({"min_meetings": 2, "checkpoints": "31.12, 31.05"}, "setting.laxer_than_law"),
        ({"report_due": "21.06"}, "setting.later_than_law"),
        ({"retention_years": 2}, "setting.laxer_than_law"),
        ({"min_members": "десять"}, "setting.not_a_number"),
        ({"min_members": True}, "setting.not_a_number"),
        ({"min_members": 10.5}, "setting.not_a_number"),
        ({"min_members": None}, "setting.not_a_number"),
        ({"protocol_days": 0}, "setting.out_of_bounds"),
        ({"plan_due": "29.02"}, "setting.not_a_day"),
        ({"plan_due": 5}, "setting.not_a_day"),
        ({"checkpoints": "31.12, 31.03"}, "setting.checkpoints_count"),
        ({"min_meetings": 4}, "setting.checkpoints_count"),
        ({"checkpoints": ["31.03", "31.12", "31.05"]}, "setting.not_in_order"),
        ({"checkpoints": ["31.12", "31.12", "31.05"]}, "setting.not_in_order"),
        ({"checkpoints": ""}, "setting.empty"),
        ({"report_reminders": []}, "setting.empty"),
        ({"report_reminders": [0, 1, 7]}, "setting.not_in_order"),
        ({"report_reminders": list(range(30, 0, -1))}, "setting.too_many"),
        ({"failed_on": "20.06"}, "setting.too_early"),
        ({"proposals_due": "02.10"}, "setting.too_early"),
        ({"drift": "remove"}, "setting.not_an_option"),
        ({"vote": "loud"}, "setting.not_an_option"),
        ({"guests": "maybe"}, "setting.not_an_option"),
        ({"digest_hour": "24:00"}, "setting.not_a_time"),
        ({"digest_hour": 9}, "setting.not_a_time"),
        ({"time_zone": "Europe/Ivanovo"}, "setting.not_a_zone"),
        ({"time_zone": "../etc/passwd"}, "setting.not_a_zone"),
        ({"time_zone": ""}, "setting.not_a_zone"),
        ({"time_zone": None}, "setting.not_a_zone"),
        ({"accent": "red"}, "setting.not_a_colour"),
        ({"city": 1}, "setting.not_a_text"),
        ({"city": "я" * 301}, "setting.too_long"),
        ({"forms": ["семинар", "Семинар"]}, "setting.twice"),
        ({"forms": []}, "setting.empty"),
        ({"forms": [f"форма {n}" for n in range(101)]}, "setting.too_many"),
        ({"forms": 3}, "setting.not_a_text"),
        ({"retention_longer": {"plan": 2}}, "setting.out_of_bounds"),
        ({"retention_longer": {"letter": 5}}, "setting.not_an_option"),
        ({"retention_longer": 5}, "setting.not_a_number"),
        ({"colour": "red"}, "setting.unknown"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_code(values, code):
    with pytest.raises(SettingRefused) as refused:
        Settings.from_values(values)
    assert refused.value.code == code
    assert {"setting", "after"} & set(refused.value.params)


def test_a_refusal_says_what_would_do():
    with pytest.raises(SettingRefused) as refused:
        Settings.from_values({"min_members": 9})
    assert refused.value.params == {"setting": "min_members", "at_least": 10, "rule": "R2"}


def test_all_faults_are_named_at_once():
    faults = setting_faults({"min_members": 9, "report_due": "1.07", "digest_hour": "noon"})
    assert [fault.params["setting"] for fault in faults] == ["min_members", "report_due", "digest_hour"]


def test_a_centre_may_be_stricter():
    settings = Settings.from_values(
        {
            "min_members": "12",
            "min_meetings": 4,
            "checkpoints": "30.11; 31.01; 31.03; 31.05",
            "report_due": "10.06",
            "retention_years": 5,
            "quorum": "50",
            "guests": "false",
            "accent": "#0A5CAD",
        }
    )
    assert settings.min_members == 12
    assert len(settings.checkpoints) == 4
    assert settings.report_due == DayMonth(6, 10)
    assert settings.quorum == 50
    assert settings.guests is False
    assert settings.accent == "#0a5cad"


def test_an_autumn_report_day_is_stricter_than_june():
    assert Settings.from_values({"report_due": "31.05"}).report_due.place < DayMonth(6, 20).place


def test_what_is_typed_already_and_what_a_form_sends_are_both_read():
    typed = Settings.from_values(
        {
            "report_due": DayMonth(6, 1),
            "digest_hour": time(8, 30),
            "forms": "семинар\n\n лекторий ",
            "quorum": "",
            "guests": "on",
        }
    )
    assert (typed.report_due, typed.digest_hour) == (DayMonth(6, 1), time(8, 30))
    assert typed.forms == ("семинар", "лекторий")
    assert typed.quorum is None
    assert typed.guests is True


@pytest.mark.parametrize(
    "values",
    [
        {"protocol_days": 1},
        {"protocol_days": 60},
        {"plan_due": "15.09"},
        {"report_reminders": list(range(11, -1, -1))},
        {"city": "я" * 300},
        {"forms": [f"форма {n}" for n in range(100)]},
    ],
)
def test_bounds_belong_to_what_is_allowed(values):
    assert setting_faults(values) == ()


def test_changed_keeps_the_rest():
    settings = Settings.from_values({"city": "Кохма"}).changed({"protocol_days": 7})
    assert (settings.city, settings.protocol_days, settings.min_members) == ("Кохма", 7, 10)


def test_bounds_follow_the_regulations_version():
    stricter_law = regulation().__class__(
        **{**vars(regulation()), "base": {**regulation().base, "min_members": 15}}
    )
    assert Settings.from_values({}, stricter_law).min_members == 15
    with pytest.raises(SettingRefused):
        Settings.from_values({"min_members": 12}, stricter_law)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "min_members": st.integers(10, 1000),
            "protocol_days": st.integers(1, 60),
            "report_due": st.sampled_from(["20.06", "01.06", "31.05"]),
            "quorum": st.none() | st.integers(1, 100),
            "digest_hour": st.times().map(lambda t: t.strftime("%H:%M")),
            "forms": st.lists(st.text("абвгд", min_size=1), min_size=1, unique=True),
            "retention_longer": st.dictionaries(st.sampled_from(["plan", "protocol"]), st.integers(3, 75)),
            "guests": st.booleans(),
        },
    )
)
def test_stored_values_come_back_as_they_were(values):
    settings = Settings.from_values(values)
    assert Settings.from_values(settings.to_values()) == settings
