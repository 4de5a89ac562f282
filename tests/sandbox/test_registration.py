"""Connecting a tool: dynamic registration, activation, by hand."""

from __future__ import annotations

from copy import deepcopy
from urllib.parse import parse_qs, urlsplit

import pytest

from moodle_sync.sandbox import SandboxConfig, WsgiAdapter
from moodle_sync.sandbox.lti import names
from moodle_sync.sandbox.lti.platform import platform_of
from moodle_sync.sandbox.lti.registration import begin_registration
from moodle_sync.sandbox.tool_model import Tool
from tests.sandbox.conftest import NOW, TOOL, Person, World, fields_of
from tests.sandbox.tool import CONFIGURATION, tool_app

REGISTER = "/mod/lti/openid-registration.php"


def start(admin: Person) -> str:
    """Return the address to which the platform sends the administrator."""
    page = admin.get("/mod/lti/toolconfigure.php").text
    query = {"url": f"{TOOL}/lti/register", "sesskey": fields_of(page)["sesskey"]}
    return str(admin.get("/mod/lti/startltiadvregistration.php", query_string=query).location)


def registered(world: World, admin: Person) -> Tool:
    address = start(admin)
    answer = tool_app(world.app).test_client().get(address.removeprefix(TOOL))
    assert answer.status_code == 200
    return next(iter(world.site.moodle.tools.values()))


def test_a_tool_registers_and_waits_for_its_activation(world: World) -> None:
    admin = world.person("admin")
    tool = registered(world, admin)
    assert tool.state == "pending"
    assert tool.deep_linking_uri == f"{TOOL}/lti/launch"
    assert tool.scopes == [
        names.SCORE,
        names.RESULT_READ,
        names.LINE_ITEM_READ,
        names.LINE_ITEM,
        names.MEMBERS_READ,
    ]
    assert "ждёт активации" in admin.get("/mod/lti/toolconfigure.php").text
    admin.submit("/mod/lti/toolconfigure.php", action="activate", id=tool.id)
    assert tool.state == "active"


def test_a_tool_that_asks_for_names_is_always_told_them(world: World) -> None:
    """So activities that a teacher chose by deep linking tell them too."""
    tool = registered(world, world.person("admin"))
    assert (tool.share_name, tool.share_email) == ("always", "always")


def test_the_address_carries_the_description_and_a_token(world: World) -> None:
    query = parse_qs(urlsplit(start(world.person("admin"))).query)
    assert query["openid_configuration"] == ["https://moodle.example/mod/lti/openid-configuration.php"]
    assert len(query["registration_token"]) == 1


def test_a_registration_token_is_good_for_one_tool(world: World) -> None:
    token = begin_registration(platform_of(world.app), NOW)
    headers = {"Authorization": f"Bearer {token}"}
    client = world.app.test_client()
    assert client.post(REGISTER, json=CONFIGURATION, headers=headers).status_code == 200
    assert client.post(REGISTER, json=CONFIGURATION, headers=headers).status_code == 401
    assert len(world.site.moodle.tools) == 1


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x.y.z"])
def test_nobody_registers_without_a_token(world: World, token: str) -> None:
    answer = world.app.test_client().post(REGISTER, json=CONFIGURATION, headers={"Authorization": token})
    assert answer.status_code == 401


def test_a_registration_token_ends_after_an_hour(world: World) -> None:
    token = begin_registration(platform_of(world.app), NOW - 3601)
    headers = {"Authorization": f"Bearer {token}"}
    assert world.app.test_client().post(REGISTER, json=CONFIGURATION, headers=headers).status_code == 401


@pytest.mark.parametrize(
    "spoil",
    [
        lambda asked: asked.pop("jwks_uri"),
        lambda asked: asked.pop("client_name"),
        lambda asked: asked.pop(names.TOOL_CONFIGURATION),
        lambda asked: asked.update(initiate_login_uri="https://evil.example/login"),
        lambda asked: asked.update(redirect_uris=["https://tool.example.evil.example/launch"]),
    ],
)
def test_a_faulty_configuration_is_refused_and_the_token_stays_good(world: World, spoil) -> None:
    headers = {"Authorization": f"Bearer {begin_registration(platform_of(world.app), NOW)}"}
    asked = deepcopy(CONFIGURATION)
    spoil(asked)
    client = world.app.test_client()
    assert client.post(REGISTER, json=asked, headers=headers).status_code == 400
    assert client.post(REGISTER, json=CONFIGURATION, headers=headers).status_code == 200


def test_only_an_administrator_connects_tools(world: World) -> None:
    teacher = world.person("teacher01")
    assert teacher.get("/mod/lti/toolconfigure.php").status_code == 403
    assert teacher.submit("/mod/lti/toolconfigure.php", action="rotate").status_code == 403


def test_a_tool_is_typed_in_by_hand(world: World) -> None:
    admin = world.person("admin")
    admin.submit(
        "/mod/lti/typessettings.php",
        lti_typename="ММО",
        lti_toolurl=f"{TOOL}/lti/launch",
        lti_initiatelogin=f"{TOOL}/lti/login",
        lti_redirectionuris=f"{TOOL}/lti/launch\r\n{TOOL}/lti/other",
        lti_publickeyset=f"{TOOL}/lti/jwks",
        lti_customparameters="groups=$Moodle.Person.userGroupIds\r\nview=plan=1",
    )
    tool = world.site.moodle.tools[1]
    assert tool.state == "active"
    assert tool.redirect_uris == [f"{TOOL}/lti/launch", f"{TOOL}/lti/other"]
    assert tool.custom == {"groups": "$Moodle.Person.userGroupIds", "view": "plan=1"}
    assert tool.client_id in admin.get("/mod/lti/toolconfigure.php").text


def test_deleting_a_tool_takes_its_activities_along(world: World, config: SandboxConfig) -> None:
    config.http.mount(TOOL, WsgiAdapter(tool_app(world.app)))
    admin = world.person("admin")
    tool = registered(world, admin)
    world.site.moodle.add_activity(world.site.course_id, tool.id, "ММО")
    admin.submit("/mod/lti/toolconfigure.php", action="delete", id=tool.id)
    assert (world.site.moodle.tools, world.site.moodle.activities) == ({}, {})
