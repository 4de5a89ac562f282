"""Choosing what to embed: who may, and which answers of a tool are believed."""

from __future__ import annotations

from typing import Any

import pytest

from moodle_sync.sandbox import SandboxConfig, WsgiAdapter, register_tool
from moodle_sync.sandbox.lti import names
from moodle_sync.sandbox.lti.names import CLAIM, DEEP_LINKING
from moodle_sync.sandbox.tool_model import Tool
from tests.sandbox.conftest import MOODLE, TOOL, Person, World
from tests.sandbox.test_launch import authorise, claims, fields_of
from tests.sandbox.tool import signed, tool_app


@pytest.fixture
def tool(world: World, config: SandboxConfig) -> Tool:
    config.http.mount(TOOL, WsgiAdapter(tool_app(world.app)))
    launch = f"{TOOL}/lti/launch"
    return register_tool(
        world.site.moodle,
        "ММО",
        launch,
        f"{TOOL}/lti/login",
        launch,
        f"{TOOL}/lti/jwks",
        deep_linking_uri=launch,
    )


def return_address(person: Person) -> str:
    page = person.get("/mod/lti/contentitem.php?id=1&course=2").text
    request = claims(person, authorise(person, fields_of(page)))
    assert request[f"{CLAIM}message_type"] == names.DEEP_LINK
    assert f"{CLAIM}resource_link" not in request
    settings = request[f"{DEEP_LINKING}deep_linking_settings"]
    return str(settings["deep_link_return_url"]).removeprefix(MOODLE)


def response(tool: Tool, items: list[dict[str, Any]], **changes: Any) -> str:
    return signed(
        {
            "iss": tool.client_id,
            "aud": MOODLE,
            "nonce": "n",
            f"{CLAIM}deployment_id": "1",
            f"{CLAIM}message_type": names.DEEP_LINK_RESPONSE,
            f"{CLAIM}version": "1.3.0",
            f"{DEEP_LINKING}content_items": items,
            **changes,
        }
    )


PLAN = {
    "type": "ltiResourceLink",
    "title": "План «ММО»",
    "url": f"{TOOL}/lti/launch",
    "custom": {"page": "plan"},
}


def test_chosen_items_become_activities_that_launch(world: World, tool: Tool) -> None:
    teacher = world.person("metodist")
    answer = teacher.post(return_address(teacher), JWT=response(tool, [PLAN, {"type": "link", "url": "x"}]))
    assert answer.status_code == 200
    activity = next(iter(world.site.moodle.activities.values()))
    assert activity.name == "План «ММО»"
    token = claims(
        teacher, authorise(teacher, fields_of(teacher.get(f"/mod/lti/launch.php?id={activity.cmid}").text))
    )
    assert token[f"{CLAIM}custom"]["page"] == "plan"
    assert "name" not in token


def test_a_tool_that_always_shares_tells_names_from_such_activities_too(world: World, tool: Tool) -> None:
    tool.share_name = tool.share_email = "always"
    teacher = world.person("metodist")
    teacher.post(return_address(teacher), JWT=response(tool, [PLAN]))
    token = claims(teacher, authorise(teacher, fields_of(teacher.get("/mod/lti/launch.php?id=1").text)))
    assert token["name"] == "Вера Павловна Методистова"


def test_an_empty_choice_adds_nothing_and_shows_the_message(world: World, tool: Tool) -> None:
    teacher = world.person("metodist")
    token = response(tool, [], **{f"{DEEP_LINKING}msg": "Выбор отменён"})
    answer = teacher.post(return_address(teacher), JWT=token)
    assert "Выбор отменён" in answer.text
    assert world.site.moodle.activities == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"},
        {"aud": "https://other.example"},
        {"nonce": ""},
        {f"{CLAIM}deployment_id": "2"},
        {f"{CLAIM}message_type": names.DEEP_LINK},
        {f"{CLAIM}version": "1.1"},
        {f"{DEEP_LINKING}content_items": "all"},
        {"exp": 1},
    ],
)
def test_a_faulty_answer_adds_nothing(world: World, tool: Tool, changes: dict[str, Any]) -> None:
    teacher = world.person("metodist")
    answer = teacher.post(return_address(teacher), JWT=response(tool, [PLAN], **changes))
    assert answer.status_code == 400
    assert world.site.moodle.activities == {}


def test_a_learner_chooses_nothing(world: World, tool: Tool) -> None:
    assert world.person("teacher05").get("/mod/lti/contentitem.php?id=1&course=2").status_code == 403


def test_the_answer_needs_the_key_of_the_session(world: World, tool: Tool) -> None:
    teacher, other = world.person("metodist"), world.person("admin")
    address = return_address(teacher)
    assert other.post(address, JWT=response(tool, [PLAN])).status_code == 403
    repost = fields_of(Person(world.app.test_client()).post(address, JWT="x").text)
    assert repost == {"JWT": "x", "repost": "1"}
