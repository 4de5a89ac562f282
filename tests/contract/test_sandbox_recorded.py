"""The sandbox answers as the recorded Moodle did, case by case."""

from __future__ import annotations

import pytest
import requests
from flask import Flask

from moodle_sync.sandbox import FaultKind, SandboxConfig, WsgiAdapter, by_hand, create_sandbox, moodle_of
from tests.contract import (  # noqa: F401 - they register what they know
    sandbox_account_cases,
    sandbox_course_cases,
    sandbox_life,
    sandbox_services,
)
from tests.contract.left_out import SANDBOX
from tests.contract.sandbox_alike import SHORTENED, differences, load, names, send
from tests.contract.sandbox_cases import PREPARE, SITE_ONE, arguments, expected_ids
from tests.contract.sandbox_lti import LTI
from tests.contract.sandbox_raw import RAW
from tests.contract.sandbox_sites import World, site_one, site_two


def _is_call(name: str) -> bool:
    recorded = load(name)
    return "function" in recorded and "request" in recorded and not name.startswith("limits_")


CALLS = [name for name in names() if _is_call(name) and name not in SANDBOX]
# Recorded in part without a note that says so.
IN_PART = {
    "calendar_form_timezone_forced_users_by_field",
    "enrolled_with_capability_onlyactive",
    "conn_site_policy_not_accepted_site_info",
}


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_sandbox(SandboxConfig(base_url="https://moodle.example"))


def _world(app: Flask, name: str) -> World:
    world = site_one(app) if name in SITE_ONE else site_two(app)
    for situation in PREPARE.get(name, ()):
        situation(world)
    expected_ids(world, name)
    return world


@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_answered_as_it_was_recorded(app: Flask, name: str) -> None:
    recorded = load(name)
    world = _world(app, name)
    answer = send(world.client, recorded["function"], arguments(world, name), world.token)
    assert answer.status_code == recorded["status"]
    assert answer.content_type == recorded["content_type"]
    if "body_first_400" in recorded:
        assert answer.text[:40] == recorded["body_first_400"][:40]
        return
    in_part = (
        name in IN_PART
        or name.startswith("calendar_form_")
        or bool(SHORTENED.search(recorded.get("note", "")))
    )
    answered = answer.json if answer.mimetype == "application/json" else answer.text
    assert differences(recorded.get("response", ""), answered, in_part) == []
    if "messages_stored" in recorded:
        assert len(world.moodle.messages) == recorded["messages_stored"]


@pytest.mark.parametrize("name", sorted(RAW))
def test_a_broken_call_is_answered_as_it_was_recorded(app: Flask, name: str) -> None:
    recorded = load(name)
    answer = RAW[name](site_two(app))
    assert answer.status_code == recorded["status"]
    expected = {"Content-Type": recorded.get("content_type"), **recorded.get("headers", {})}
    for header in ("Content-Type", "Location", "Retry-After"):
        if expected.get(header):
            assert answer.headers[header].casefold() == expected[header].casefold()
    if "body_first_400" in recorded:
        # Pages of a broken site are recognised by how they begin; behind that they are decoration.
        begin = recorded["body_first_400"]
        begin = begin if "xml" in answer.mimetype else begin[: 15 if "DOCTYPE html" in begin else 300]
        assert answer.text.startswith(begin)
    else:
        in_part = bool(SHORTENED.search(recorded.get("note", "")))
        assert differences(recorded["response"], answer.json, in_part) == []


def test_a_web_server_that_is_down_refuses_the_connection(app: Flask) -> None:
    world = site_two(app)
    world.moodle.faults.add(FaultKind.REFUSED)
    client = requests.Session()
    client.mount("https://moodle.example", WsgiAdapter(app))
    assert load("conn_web_server_down")["error"].startswith("ConnectionError")
    with pytest.raises(requests.ConnectionError):
        client.post("https://moodle.example/webservice/rest/server.php", timeout=1)


def test_an_event_edited_in_the_browser_loses_its_marker_as_it_was_recorded(app: Flask) -> None:
    for case in load("calendar_marker_after_edit_in_browser")["cases"].values():
        event = site_two(app).event(90, description=case["description_before"], timestart=1798000005)
        moodle = moodle_of(app)
        by_hand.edit_event(moodle, 90, "Новое название")
        assert event.description == case["after_name_changed"]
        assert ("mmo-event-3f2a" in event.description) == case["marker_kept"]
        assert (event.userid == 34) == (case["userid_before"] == case["userid_after"])
        assert (event.timestart == 1798000005) == case["timestart_same"]


@pytest.mark.parametrize("name", sorted(LTI))
def test_lti_is_spoken_as_it_was_recorded(app: Flask, name: str) -> None:
    assert LTI[name](app, name) == []


ONE_BY_ONE = {"conn_web_server_down", "calendar_marker_after_edit_in_browser"}


def test_every_recording_is_replayed_or_named_with_a_reason() -> None:
    replayed = {*CALLS, *RAW, *LTI, *ONE_BY_ONE}
    assert replayed.isdisjoint(SANDBOX)
    assert replayed | SANDBOX.keys() == set(names())
    assert all(len(reason) > 20 for reason in SANDBOX.values())
