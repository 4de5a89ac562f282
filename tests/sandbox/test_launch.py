"""The launch: who gets a token, who does not, and what each hint is good for."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from moodle_sync.sandbox import by_hand, register_tool
from moodle_sync.sandbox.lti.platform import platform_of
from moodle_sync.sandbox.tool_model import Activity, Tool
from tests.sandbox.conftest import TOOL, Person, World, fields_of

CUSTOM = {"groups": "$Moodle.Person.userGroupIds", "odd": "$Nobody.knows"}


@pytest.fixture
def tool(world: World) -> Tool:
    urls = (f"{TOOL}/lti/launch", f"{TOOL}/lti/login", f"{TOOL}/lti/launch", f"{TOOL}/lti/jwks")
    return register_tool(world.site.moodle, "ММО", *urls, custom=CUSTOM)


@pytest.fixture
def activity(world: World, tool: Tool) -> Activity:
    return world.site.moodle.add_activity(world.site.course_id, tool.id, "Методическое объединение")


def initiate(person: Person, activity: Activity) -> dict[str, str]:
    return fields_of(person.get(f"/mod/lti/launch.php?id={activity.cmid}").text)


def authorise(person: Person, initiation: dict[str, str], **changes: Any) -> dict[str, str]:
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "redirect_uri": f"{TOOL}/lti/launch",
        "state": "st",
        "nonce": "no",
        **{name: initiation[name] for name in ("client_id", "login_hint", "lti_message_hint")},
        **changes,
    }
    return fields_of(person.get("/mod/lti/auth.php", query_string=query).text)


def claims(person: Person, form: dict[str, str]) -> dict[str, Any]:
    keys = KeySet.import_key_set(person.get("/mod/lti/certs.php").json)
    return dict(jwt.decode(form["id_token"], keys, algorithms=["RS256"]).claims)


def test_the_token_tells_the_person_and_the_groups(world: World, activity: Activity) -> None:
    teacher = world.person("teacher02")
    token = claims(teacher, authorise(teacher, initiate(teacher, activity)))
    assert token["sub"] == "4"
    assert token["nonce"] == "no"
    custom = token["https://purl.imsglobal.org/spec/lti/claim/custom"]
    assert custom["groups"] == "2"
    assert custom["odd"] == "$Nobody.knows"


def test_a_hint_is_good_for_one_time(world: World, activity: Activity) -> None:
    teacher = world.person("teacher02")
    initiation = initiate(teacher, activity)
    assert "id_token" in authorise(teacher, initiation)
    assert "id_token" not in authorise(teacher, initiation)


def test_nobody_launches_with_the_hint_of_somebody_else(world: World, activity: Activity) -> None:
    initiation = initiate(world.person("teacher02"), activity)
    answer = authorise(world.person("teacher03"), initiation)
    assert answer == {"error": "access_denied", "state": "st"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "other"}, "unauthorized_client"),
        ({"scope": "openid email"}, "invalid_scope"),
        ({"response_type": "code"}, "unsupported_response_type"),
        ({"response_mode": "query"}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
        ({"nonce": ""}, "invalid_request"),
        ({"login_hint": "3"}, "access_denied"),
    ],
)
def test_a_wrong_request_comes_back_as_an_error(
    world: World, activity: Activity, changes: dict[str, str], error: str
) -> None:
    teacher = world.person("teacher02")
    assert authorise(teacher, initiate(teacher, activity), **changes)["error"] == error


def test_nothing_is_posted_to_an_address_that_was_not_registered(world: World, activity: Activity) -> None:
    teacher = world.person("teacher02")
    answer = authorise(teacher, initiate(teacher, activity), redirect_uri="https://evil.example/launch")
    assert not {"id_token", "error"} & answer.keys()


def test_a_request_without_the_session_is_sent_again_once(world: World, activity: Activity) -> None:
    initiation = initiate(world.person("teacher02"), activity)
    stranger = Person(world.app.test_client())
    again = authorise(stranger, initiation)
    assert again["repost"] == "1"
    assert again["lti_message_hint"] == initiation["lti_message_hint"]
    assert authorise(stranger, initiation, repost="1") == {"error": "login_required", "state": "st"}


def test_whoever_is_not_in_the_course_does_not_begin(world: World, activity: Activity) -> None:
    pupil = world.person("pupil01")
    assert pupil.get(f"/mod/lti/launch.php?id={activity.cmid}").status_code == 303


def test_a_suspended_account_is_signed_out(world: World, activity: Activity) -> None:
    teacher = world.person("teacher02")
    by_hand.suspend_account(world.site.moodle, 4)
    assert teacher.get(f"/mod/lti/launch.php?id={activity.cmid}").status_code == 303


def test_a_tool_that_waits_for_activation_is_not_launched(
    world: World, tool: Tool, activity: Activity
) -> None:
    tool.state = "pending"
    assert world.person("teacher02").get(f"/mod/lti/launch.php?id={activity.cmid}").status_code == 404


def test_after_a_change_of_keys_old_tokens_are_still_verified(world: World, activity: Activity) -> None:
    teacher = world.person("teacher02")
    before = authorise(teacher, initiate(teacher, activity))
    platform_of(world.app).keys.rotate()
    after = authorise(teacher, initiate(teacher, activity))
    assert claims(teacher, before)["sub"] == claims(teacher, after)["sub"] == "4"
    keys = teacher.get("/mod/lti/certs.php").json["keys"]
    assert len(keys) == 2
    assert all(key.keys() == {"kty", "n", "e", "kid", "alg", "use"} for key in keys)


def test_an_activity_keeps_name_and_email_to_itself_if_told_so(world: World, activity: Activity) -> None:
    activity.send_name = activity.send_email = False
    teacher = world.person("teacher02")
    token = claims(teacher, authorise(teacher, initiate(teacher, activity)))
    assert not {"name", "given_name", "family_name", "email"} & token.keys()


def test_the_clock_of_the_demo_shifts_the_token(world: World, activity: Activity, tmp_path: Any) -> None:
    shift = tmp_path / "shift"
    world.site.moodle.clock._shift_file = shift
    teacher = world.person("teacher02")
    now = claims(teacher, authorise(teacher, initiate(teacher, activity)))["iat"]
    shift.write_text("86400\n")
    later = claims(teacher, authorise(teacher, initiate(teacher, activity)))
    assert later["iat"] == now + 86400
    assert later["exp"] == later["iat"] + 60
    shift.write_text("not yet wri")
    assert world.site.moodle.now() == now
