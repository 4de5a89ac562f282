"""Failures that tests switch on come when they are told to, and do what they say."""

from __future__ import annotations

from time import perf_counter

import pytest
import requests

from moodle_sync.sandbox import CallCost, FaultKind, SandboxConfig, WsgiAdapter, create_sandbox, empty_moodle
from moodle_sync.sandbox.small import TOKEN, build_small
from tests.contract.sandbox_alike import php_form
from tests.sandbox.conftest import MOODLE, World

ADD = "core_group_add_group_members"


@pytest.fixture
def session(world: World) -> requests.Session:
    session = requests.Session()
    session.mount(MOODLE, WsgiAdapter(world.app))
    return session


def call(session: requests.Session, function: str, **parameters: object) -> requests.Response:
    form = {"wstoken": TOKEN, "wsfunction": function, "moodlewsrestformat": "json", **php_form(parameters)}
    return session.post(f"{MOODLE}/webservice/rest/server.php", data=form, timeout=5)


def add_member(session: requests.Session) -> requests.Response:
    return call(session, ADD, members=[{"groupid": 1, "userid": 4}])


def test_a_timeout_before_the_effect_leaves_everything_as_it_was(
    world: World, session: requests.Session
) -> None:
    world.site.moodle.faults.add(FaultKind.TIMEOUT_BEFORE)
    with pytest.raises(requests.ReadTimeout):
        add_member(session)
    assert 4 not in world.site.moodle.members[1]


@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT_AFTER, FaultKind.ERROR_AFTER, FaultKind.TRUNCATED])
def test_a_failure_after_the_effect_hides_that_it_was_done(
    world: World, session: requests.Session, kind: FaultKind
) -> None:
    world.site.moodle.faults.add(kind)
    try:
        answer = add_member(session)
        assert answer.status_code == 500 or answer.text == "nu"
    except requests.ReadTimeout:
        assert kind is FaultKind.TIMEOUT_AFTER
    assert 4 in world.site.moodle.members[1]


def test_a_refused_connection_is_none(world: World, session: requests.Session) -> None:
    world.site.moodle.faults.add(FaultKind.REFUSED)
    with pytest.raises(requests.ConnectionError):
        add_member(session)


@pytest.mark.parametrize(
    ("kind", "status", "begins"),
    [
        (FaultKind.ERROR_BEFORE, 500, ""),
        (FaultKind.MAINTENANCE_PAGE, 503, "<!DOCTYPE html>"),
        (FaultKind.HTML_PAGE, 200, "<!DOCTYPE html>"),
        (FaultKind.REDIRECT, 303, "<!DOCTYPE html>"),
        (FaultKind.EMPTY, 200, ""),
        (FaultKind.WEB_SERVICES_OFF, 403, ""),
        (FaultKind.DATAROOT_MISSING, 500, "Fatal error"),
        (FaultKind.MAINTENANCE, 200, '{"exception"'),
        (FaultKind.UPGRADE, 200, '{"exception"'),
        (FaultKind.DATABASE_DOWN, 200, '{"exception":"dml_connection_exception"'),
        (FaultKind.INVALID_TOKEN, 200, '{"exception"'),
        (FaultKind.ACCESS, 200, '{"exception":"webservice_access_exception"'),
    ],
)
def test_each_failure_answers_in_its_way_and_does_nothing(
    world: World, session: requests.Session, kind: FaultKind, status: int, begins: str
) -> None:
    world.site.moodle.faults.add(kind)
    form = {"wstoken": TOKEN, "wsfunction": ADD, "moodlewsrestformat": "json"}
    form |= php_form({"members": [{"groupid": 1, "userid": 4}]})
    answer = session.post(f"{MOODLE}/webservice/rest/server.php", data=form, allow_redirects=False, timeout=5)
    assert answer.status_code == status
    assert answer.text.startswith(begins)
    assert 4 not in world.site.moodle.members[1]
    assert add_member(session).json() is None


def test_a_failure_may_wait_for_its_function_and_strike_more_than_once(
    world: World, session: requests.Session
) -> None:
    world.site.moodle.faults.add(FaultKind.ERROR_BEFORE, function=ADD, skip=1, times=2)
    assert call(session, "core_webservice_get_site_info").status_code == 200
    assert [add_member(session).status_code for _ in range(4)] == [200, 500, 500, 200]


def test_a_failure_of_a_function_strikes_the_batch_that_carries_it(
    world: World, session: requests.Session
) -> None:
    world.site.moodle.faults.add(FaultKind.ERROR_BEFORE, function=ADD)
    requested = [{"function": ADD, "arguments": "{}"}]
    assert call(session, "tool_mobile_call_external_functions", requests=requested).status_code == 500


def test_a_lasting_failure_ends_when_it_is_cleared(world: World, session: requests.Session) -> None:
    world.site.moodle.faults.add(FaultKind.ERROR_BEFORE, times=0)
    assert [add_member(session).status_code for _ in range(3)] == [500, 500, 500]
    world.site.moodle.faults.clear()
    assert add_member(session).status_code == 200


def test_the_meter_counts_requests_functions_and_what_they_would_cost(
    world: World, session: requests.Session
) -> None:
    meter = world.site.moodle.meter
    call(session, "core_enrol_get_enrolled_users", courseid=2)
    dear = meter.modelled_ms
    meter.reset()
    items = [{"function": "core_group_get_course_groups", "arguments": '{"courseid": 2}'}] * 2
    call(session, "tool_mobile_call_external_functions", requests=items)
    assert meter.requests == 1
    assert meter.functions == {"core_group_get_course_groups": 2}
    assert 9 < meter.modelled_ms < dear


def test_a_cost_makes_calls_as_slow_as_those_of_a_real_site() -> None:
    config = SandboxConfig(base_url=MOODLE, cost=CallCost(request_ms=30))
    site = build_small(empty_moodle(config))
    session = requests.Session()
    session.mount(MOODLE, WsgiAdapter(create_sandbox(config, site.moodle)))
    begun = perf_counter()
    call(session, "core_webservice_get_site_info")
    assert perf_counter() - begun >= 0.03
