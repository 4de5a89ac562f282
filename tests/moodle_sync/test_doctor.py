"""The doctor: every way in which Moodle can be set up wrong leads to its own finding."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from moodle_sync import needs
from moodle_sync.client import MoodleClient
from moodle_sync.doctor import Finding, Level, examine, failure
from moodle_sync.errors import MoodleError
from moodle_sync.sandbox import by_hand
from moodle_sync.sandbox.model import AuthorisedUser, category_context
from moodle_sync.sandbox.roles import SERVICE, USER
from moodle_sync.sandbox.small import TOKEN
from tests.contract.recorded import load, names, replaying
from tests.moodle_sync.conftest import NOW, URL, A, City

# Site info answered so; `accessexception` looks the same for ten causes, so they share one sentence.
BREAKS_CONNECTION = {
    "conn_account_auth_nologin": "moodle_account_nologin",
    "conn_account_authorised_other_ip": "moodle_access_refused",
    "conn_account_authorised_valid_until_tomorrow": "moodle_access_refused",
    "conn_account_deleted": "moodle_account_deleted",
    "conn_account_not_authorised": "moodle_access_refused",
    "conn_account_not_confirmed": "moodle_account_unconfirmed",
    "conn_account_suspended": "moodle_account_suspended",
    "conn_database_down": "moodle_database_down",
    "conn_dataroot_missing": "moodle_data_folder",
    "conn_format_missing": "moodle_request_too_big",
    "conn_format_missing_bad_token": "moodle_request_too_big",
    "conn_function_missing": "moodle_parameter_refused",
    "conn_http_but_site_says_https": "moodle_https_wanted",
    "conn_json_body": "moodle_request_too_big",
    "conn_maintenance_cli": "moodle_maintenance_page",
    "conn_maintenance_cli_late": "moodle_maintenance_begins",
    "conn_maintenance_normal": "moodle_site_maintenance",
    "conn_no_rest_use": "moodle_access_refused",
    "conn_no_token": "moodle_token_invalid",
    "conn_other_host_name": "moodle_other_host",
    "conn_path_missing_folder": "moodle_path_wrong",
    "conn_path_site_root": "moodle_page_instead",
    "conn_path_wrong": "moodle_path_wrong",
    "conn_php_fatal": "moodle_server_fault",
    "conn_rest_protocol_disabled": "moodle_web_services_off",
    "conn_role_taken_away": "moodle_access_refused",
    "conn_service_disabled": "moodle_access_refused",
    "conn_service_required_capability": "moodle_access_refused",
    "conn_token_expired_second_call": "moodle_token_invalid",
    "conn_token_other_ip": "moodle_access_refused",
    "conn_upgrade_running": "moodle_upgrade_running",
    "conn_web_server_down": "moodle_unreachable",
    "conn_web_services_disabled": "moodle_web_services_off",
    "limits_max_input_vars_add_members": "moodle_request_too_big",
    "limits_post_max_size": "moodle_request_too_big",
    "limits_post_max_size_batch": "moodle_request_too_big",
}
# Site info answers as if all were well; a course function tells.
BREAKS_COURSE = {
    "conn_must_change_password": "moodle_account_password",
    "conn_password_expired_profile_incomplete": "moodle_account_profile",
    "conn_site_policy_not_accepted": "moodle_account_policy",
}
# Nothing that a client could see is wrong.
WORKS = {
    "conn_account_auth_disabled",
    "conn_account_authorised",
    "conn_account_authorised_expired",
    "conn_get_request",
    "conn_must_change_password_site_info",
    "conn_site_policy_not_accepted_site_info",
    "conn_upgrade_pending",
    "conn_upgrade_pending_groups",
    "limits_max_input_vars_batch",
}
# Tried elsewhere: as a state of the sandbox below, or in the sync.
ELSEWHERE = {
    "conn_http_behind_ssl_proxy",
    "conn_site_policy_not_accepted_batch",
    "conn_token_expired",
    "limits_max_input_vars_cut_inside_a_row",
    "limits_max_input_vars_silent_truncation",
    "limits_post_max_size_token_in_url",
}


def client_of(*recordings: dict[str, Any], url: str = URL) -> MoodleClient:
    session, _ = replaying(url, *recordings)
    return MoodleClient(
        url,
        "T",
        session=session,
        now=lambda: NOW,
        sleep=lambda _: None,
        plain_http_hosts=["moodle.example"],
    )


def findings(city: City, **more: Any) -> dict[str, Finding]:
    """Findings that are not fine, by code."""
    found = examine(city.client, URL, now=lambda: NOW, course_id=city.site.course_id, **more)
    return {one.code: one for one in found if one.level in (Level.WARNING, Level.FAILURE)}


def test_every_recording_of_the_connection_is_looked_at() -> None:
    recorded = {name for name in names() if name.startswith(("conn_", "limits_"))}
    assert recorded == BREAKS_CONNECTION.keys() | BREAKS_COURSE.keys() | WORKS | ELSEWHERE


@pytest.mark.parametrize("name", sorted(BREAKS_CONNECTION))
def test_a_broken_connection_has_its_finding_and_ends_the_examination(name: str) -> None:
    url = "http://moodle.example" if name == "conn_http_but_site_says_https" else URL
    found = examine(client_of(*[load(name)] * 4, url=url), url, now=lambda: NOW)
    assert [(one.check, one.level, one.code) for one in found] == [
        ("connection", Level.FAILURE, BREAKS_CONNECTION[name])
    ]


@pytest.mark.parametrize("name", sorted(BREAKS_COURSE))
def test_an_account_that_is_not_ready_shows_at_a_course_function_only(name: str) -> None:
    with pytest.raises(MoodleError) as caught:
        client_of(load(name)).call(needs.COURSE_GROUPS, courseid=2)
    assert failure("course", caught.value).code == BREAKS_COURSE[name]


def test_a_site_that_is_set_up_right_has_no_finding(city: City) -> None:
    city.moodle.add_user("outside", "Пётр", "Посторонний", 500, email="p@school.example")
    found = examine(city.client, URL, now=lambda: NOW, course_id=city.site.course_id, message_to=500)
    wrong = {(one.check, one.code) for one in found if one.level in (Level.WARNING, Level.FAILURE)}
    assert wrong == set()
    assert {one.check for one in found} == {
        "connection", "address", "clock", "account", "functions", "request_size", "course", "courses", "roster",
        "suspended", "active", "people", "groupings", "calendar", "time_zone", "messages",
    }  # fmt: skip


def without(capability: str) -> Callable[[City], None]:
    return lambda city: city.moodle.roles[SERVICE].capabilities.discard(capability)


@pytest.mark.parametrize(
    ("capability", "code"),
    [
        (needs.VIEW, "moodle_course_hidden"),
        (needs.MANAGE_GROUPS, "moodle_permission_missing"),
        (needs.ALL_GROUPS, "roster_empty"),
        (needs.VIEW_DETAILS, "roster_empty"),
        (needs.ALL_DETAILS, "people_without_fields"),
        (needs.IDENTITY, "people_without_email"),
        (needs.ENROL_REVIEW, "suspended_not_shown"),
        (needs.MANAGE_ENTRIES, "moodle_calendar_not_listed"),
    ],
)
def test_each_missing_capability_is_named(city: City, capability: str, code: str) -> None:
    without(capability)(city)
    assert capability in findings(city)[code].capabilities


def test_a_site_that_hides_who_is_suspended_is_told(city: City) -> None:
    """Moodle leaves the field out without a word, and the sweep would take everybody for active."""
    city.moodle.site.hidden_user_fields.append("suspended")
    assert "suspension_hidden" in findings(city)
    city.moodle.roles[SERVICE].capabilities |= {needs.HIDDEN_FIELDS, "moodle/user:viewhiddendetails"}
    assert "suspension_hidden" not in findings(city)


def test_a_role_in_the_category_is_not_enough_for_the_calendar(city: City) -> None:
    service = city.site.service_id
    city.moodle.assignments[service].clear()
    city.moodle.assign_role(service, SERVICE, category_context(2))
    city.moodle.roles[USER].capabilities.add("webservice/rest:use")
    assert findings(city)["moodle_calendar_not_listed"].capabilities == (needs.MANAGE_ENTRIES,)


@pytest.mark.parametrize("function", [need.function for need in needs.NEEDS if need.required])
def test_each_missing_function_is_named(city: City, function: str) -> None:
    city.moodle.service.functions = {need.function for need in needs.NEEDS} - {function}
    found = findings(city)
    assert found["function_missing"].function == function
    # What follows from it is not told once more.
    assert "moodle_access_refused" not in found


def test_a_missing_batch_is_only_a_warning(city: City) -> None:
    city.moodle.service.functions = {need.function for need in needs.NEEDS if need.required}
    found = findings(city)
    assert [(one.level, one.function) for one in found.values()] == [(Level.WARNING, needs.BATCH)]


def test_an_expired_token_is_told_from_the_other_causes_because_its_first_use_deletes_it(city: City) -> None:
    city.moodle.tokens[TOKEN].valid_until = city.moodle.now() - 60
    assert set(findings(city)) == {"token_expired"}
    city.restart()
    assert set(findings(city)) == {"moodle_token_invalid"}


def test_a_valid_until_in_the_future_refuses(city: City) -> None:
    """Moodle compares the wrong way round; the sentence for refused access says so."""
    service = city.moodle.service
    service.restricted = True
    later = city.moodle.now() + 86_400
    service.authorised[city.site.service_id] = AuthorisedUser(city.site.service_id, valid_until=later)
    assert set(findings(city)) == {"moodle_access_refused"}


@pytest.mark.parametrize("code", sorted(BREAKS_COURSE.values()))
def test_an_account_that_is_not_ready(city: City, code: str) -> None:
    account = city.moodle.users[city.site.service_id]
    city.moodle.site.has_policy = code == "moodle_account_policy"
    account.must_change_password = code == "moodle_account_password"
    if code == "moodle_account_profile":
        account.email = ""
    for course_id in (city.site.course_id, None):
        found = examine(city.client, URL, now=lambda: NOW, course_id=course_id)
        [failed] = [one for one in found if one.level is Level.FAILURE]
        assert (failed.check, failed.code) == ("account", code)


def test_a_clock_that_is_off_would_refuse_every_launch(city: City) -> None:
    seconds = 95
    found = examine(city.client, URL, now=lambda: NOW, course_id=None)
    assert "clock" in {one.check for one in found}
    session, _ = replaying(URL, *[_with_date(load("site_info"))] * 9)
    client = MoodleClient(URL, "T", session=session, now=lambda: NOW, sleep=lambda _: None)
    off = examine(client, URL, now=lambda: NOW - timedelta(seconds=seconds))
    [clock] = [one for one in off if one.check == "clock"]
    assert (clock.level, clock.code, clock.params) == (Level.FAILURE, "clock_differs", {"seconds": seconds})


def _with_date(recording: dict[str, Any]) -> dict[str, Any]:
    return recording | {"headers": {"Date": "Tue, 24 Nov 2026 09:00:00 GMT"}}


def test_http_behind_a_proxy_with_tls_is_told(city: City) -> None:
    url = "http://moodle.example"
    recording = load("conn_http_behind_ssl_proxy")
    found = examine(client_of(*[recording] * 9, url=url), url, now=lambda: NOW)
    assert [one.code for one in found if one.check == "address"] == ["address_http_behind_proxy"]


def test_another_address_than_moodles_own_is_told() -> None:
    found = examine(client_of(*[load("site_info")] * 9), "https://old.example", now=lambda: NOW)
    assert [one.code for one in found if one.check == "address"] == ["address_differs"]


def test_a_server_that_takes_small_requests_only(city: City) -> None:
    city.moodle.site.post_max_size = 100_000
    assert findings(city)["moodle_request_too_big"].check == "request_size"


def test_a_course_that_everybody_left_or_whose_method_is_off(city: City) -> None:
    by_hand.switch_manual_enrolment(city.moodle, city.site.course_id, "disabled")
    assert findings(city)["manual_enrolment_off"].level is Level.WARNING


def test_an_administrator_as_service_account_is_warned_about(city: City) -> None:
    city.moodle.admins.add(city.site.service_id)
    assert findings(city)["account_is_administrator"].level is Level.WARNING


def test_messages(city: City) -> None:
    outsider = city.moodle.add_user("outside", "Пётр", "Посторонний", 500, email="p@school.example").id
    without(needs.MESSAGE_ANY)(city)
    assert findings(city, message_to=outsider)["message_recipient_refused"].capabilities == (
        needs.MESSAGE_ANY,
    )
    for role in (SERVICE, USER):
        city.moodle.roles[role].capabilities.discard(needs.SEND_MESSAGE)
    assert findings(city, message_to=outsider)["moodle_permission_missing"].check == "messages"
    city.moodle.site.messaging = False
    assert findings(city)["moodle_messaging_off"].check == "messages"
    assert all(message.user_to != A for message in city.moodle.messages)


def test_the_zone_of_the_account_is_noted(city: City) -> None:
    city.moodle.users[city.site.service_id].timezone = "Asia/Vladivostok"
    found = examine(city.client, URL, now=lambda: NOW)
    [zone] = [one for one in found if one.check == "time_zone"]
    assert (zone.level, zone.params) == (Level.NOTE, {"zone": "Asia/Vladivostok"})
