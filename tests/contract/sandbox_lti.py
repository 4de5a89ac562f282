"""Replays of launches, registration and links: each returns where the sandbox differs."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from re import findall
from typing import Any
from urllib.parse import urljoin

import requests
from flask import Flask, Response
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.test import Client, TestResponse

from moodle_sync.sandbox.config import SandboxConfig
from moodle_sync.sandbox.lti import names
from moodle_sync.sandbox.lti.platform import AccessToken, platform_of
from moodle_sync.sandbox.lti.registration import begin_registration
from moodle_sync.sandbox.site_of import attach
from moodle_sync.sandbox.tool_model import LineItem, Tool
from moodle_sync.sandbox.wire import WsgiAdapter
from tests.contract.sandbox_alike import BASE_URL, differences, load
from tests.contract.sandbox_sites import World, site_one, site_two, with_activities

Replay = Callable[[Flask, str], list[str]]
LTI: dict[str, Replay] = {}
KEY = RSAKey.generate_key(2048, {"kid": "tool-key"})
TOKEN = "access"
WHO = {
    "lti_launch_editing_teacher": "teacher01",
    "lti_launch_manager": "manager1",
    "lti_launch_non_editing_teacher": "teacher02",
    "lti_launch_site_admin": "admin",
    "lti_launch_student": "teacher04",
}


def lti(*recordings: str) -> Callable[[Replay], Replay]:
    """Say which recordings a replay is for."""

    def register(replay: Replay) -> Replay:
        LTI.update(dict.fromkeys(recordings, replay))
        return replay

    return register


def _tool_site() -> Flask:
    """A tool that does nothing but publish its key."""
    tool = Flask("tool")
    key_set = json.dumps({"keys": [KEY.as_dict(private=False)]})
    tool.add_url_rule("/jwks", view_func=lambda: Response(key_set, content_type="application/json"))
    return tool


def first_site(app: Flask) -> World:
    """The first site with one tool, one activity and its grade item."""
    world = site_one(app)
    http = requests.Session()
    http.mount("https://tool.example", WsgiAdapter(_tool_site()))
    attach(app, world.moodle, SandboxConfig(base_url=BASE_URL, http=http))
    asked = load("lti_dynamic_registration")["request"]
    tool = Tool(
        id=world.moodle.new_id("tool"),
        client_id="CLIENT_ID",
        name=asked["client_name"],
        target_link_uri="https://tool.example/launch",
        initiate_login_uri=asked["initiate_login_uri"],
        redirect_uris=asked["redirect_uris"],
        jwks_uri=asked["jwks_uri"],
        custom=asked[names.TOOL_CONFIGURATION]["custom_parameters"],
        scopes=list(names.ALL_SCOPES),
        deep_linking_uri="https://tool.example/launch",
    )
    world.moodle.add_tool(tool)
    world.moodle.add_activity(2, tool.id, "Методическое объединение", 1, 5)
    item = LineItem(world.moodle.new_id("grade_item", 3), 2, tool.id, "Методическое объединение", 100, 1)
    world.moodle.line_items[item.id] = item
    expires = world.moodle.now() + 3600
    platform_of(app).tokens[TOKEN] = AccessToken(tool.id, frozenset(names.ALL_SCOPES), expires)
    return world


def fields_of(answer: TestResponse) -> dict[str, str]:
    """Return the hidden fields of a page."""
    return {name: unescape(value) for name, value in findall(r'name="(\w+)" value="([^"]*)"', answer.text)}


def sign_in(client: Client, username: str) -> None:
    """Sign in by the form of the login page."""
    page = fields_of(client.get("/login/index.php", base_url=BASE_URL))
    form = {"username": username, "password": "x", "logintoken": page["logintoken"]}
    assert client.post("/login/index.php", data=form, base_url=BASE_URL).status_code == 303


def authorise(client: Client, initiation: dict[str, str]) -> dict[str, str]:
    """Answer a login initiation as a tool does, and return the form with the token."""
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": initiation["client_id"],
        "redirect_uri": "https://tool.example/launch",
        "login_hint": initiation["login_hint"],
        "lti_message_hint": initiation["lti_message_hint"],
        "state": "state",
        "nonce": "nonce",
    }
    return fields_of(client.get("/mod/lti/auth.php", query_string=query, base_url=BASE_URL))


def _launched(client: Client, address: str) -> tuple[dict[str, str], dict[str, Any]]:
    initiation = fields_of(client.get(address, base_url=BASE_URL))
    form = authorise(client, initiation)
    keys = KeySet.import_key_set(client.get("/mod/lti/certs.php", base_url=BASE_URL).json)
    token = jwt.decode(form["id_token"], keys, algorithms=["RS256"])
    assert token.claims["exp"] - token.claims["iat"] == 60
    answered = {"header": token.header, "claims": token.claims, "form_keys": sorted(form)}
    return initiation, answered


def _against(name: str, answered: dict[str, Any]) -> list[str]:
    recorded = {key: value for key, value in load(name).items() if key in answered}
    return differences(recorded, {key: answered[key] for key in recorded})


@lti(*WHO)
def launches(app: Flask, name: str) -> list[str]:
    client = first_site(app).client
    sign_in(client, WHO[name])
    return _against(name, _launched(client, "/mod/lti/launch.php?id=5&triggerview=0")[1])


def _second_site(app: Flask) -> World:
    world = site_two(app)
    with_activities(world)
    tool = world.moodle.tools[1]
    tool.scopes = list(names.ALL_SCOPES)
    tool.custom = {
        "rlid": "$ResourceLink.id",
        "rltitle": "$ResourceLink.title",
        "rldesc": "$ResourceLink.description",
        "ctxid": "$Context.id",
        "ctxsrc": "$CourseSection.sourcedId",
        "cstitle": "$CourseSection.title",
        "uid": "$User.id",
        "groups": "$Moodle.Person.userGroupIds",
        "cmid": "$Moodle.cmid",
        "modid": "$ResourceLink.sourcedId",
        "launchurl": "$LtiLink.custom.url",
        "linkurl": "$ResourceLink.url",
        "returnurl": "$Message.returnUrl",
        "tz": "$Person.address.timezone",
        "begin": "$Context.timeFrame.begin",
        "role": "$Membership.role",
        "result": "$Result.sourcedId",
    }
    second = world.moodle.activities[2]
    second.custom, second.accept_grades = {"view": "reports"}, False
    return world


@lti("lti_launch_student_second_link")
def second_link(app: Flask, name: str) -> list[str]:
    client = _second_site(app).client
    sign_in(client, "teacher02")
    return _against(name, _launched(client, "/mod/lti/launch.php?id=18&triggerview=0")[1])


def _same_initiation(name: str, initiation: dict[str, str]) -> list[str]:
    recorded = load(name)["params"]
    for told in (recorded, initiation):
        told["lti_message_hint"] = json.loads(told["lti_message_hint"])
        told["lti_message_hint"]["launchid"] = told["lti_message_hint"]["launchid"].split("_")[0]
    return differences(recorded, initiation)


@lti("lti_login_initiation")
def initiation(app: Flask, name: str) -> list[str]:
    client = first_site(app).client
    sign_in(client, "teacher01")
    return _same_initiation(name, _launched(client, "/mod/lti/launch.php?id=5")[0])


@lti("lti_login_initiation_second_link")
def initiation_of_the_second_link(app: Flask, name: str) -> list[str]:
    client = _second_site(app).client
    sign_in(client, "teacher02")
    return _same_initiation(name, _launched(client, "/mod/lti/launch.php?id=18")[0])


@lti("lti_deep_linking_request")
def deep_linking_request(app: Flask, name: str) -> list[str]:
    client = first_site(app).client
    sign_in(client, "teacher01")
    return _against(name, _launched(client, "/mod/lti/contentitem.php?id=1&course=2")[1])


@lti("lti_deep_linking_response_accepted")
def deep_linking_response(app: Flask, name: str) -> list[str]:
    world = first_site(app)
    client = world.client
    sign_in(client, "teacher01")
    settings = _launched(client, "/mod/lti/contentitem.php?id=1&course=2")[1]["claims"]
    back = settings[f"{names.DEEP_LINKING}deep_linking_settings"]["deep_link_return_url"]
    recorded = load(name)["claims"]
    now = world.moodle.now()
    claims = {**recorded, "iat": now, "exp": now + 60}
    token = jwt.encode({"alg": "RS256", "kid": "tool-key"}, claims, KEY)
    answer = client.post(back.removeprefix(BASE_URL), data={"JWT": token}, base_url=BASE_URL)
    assert answer.status_code == 200
    items = recorded[f"{names.DEEP_LINKING}content_items"]
    added = list(world.moodle.activities.values())[1:]
    lines = [line for line in world.moodle.line_items.values() if line.activity_id != 1]
    assert [(item["title"], item["custom"]) for item in items] == [(row.name, row.custom) for row in added]
    assert [(line.label, line.maximum, line.tag) for line in lines] == [("Участие", 10, "participation")]
    assert not any(row.send_name or row.send_email for row in added)
    return []


@lti("lti_openid_configuration")
def openid_configuration(app: Flask, name: str) -> list[str]:
    answer = first_site(app).client.get("/mod/lti/openid-configuration.php", base_url=BASE_URL)
    return differences(load(name)["conf"], answer.json)


@lti("lti_dynamic_registration")
def dynamic_registration(app: Flask, name: str) -> list[str]:
    world, recorded = site_one(app), load(name)
    token = begin_registration(platform_of(app), world.moodle.now())
    headers = {"Authorization": f"Bearer {token}"}
    address = "/mod/lti/openid-registration.php"
    answer = world.client.post(address, json=recorded["request"], headers=headers, base_url=BASE_URL)
    assert answer.status_code == recorded["status"]
    assert world.moodle.tools[1].state == "pending"
    return differences(recorded["response"], answer.json)


# Links


@lti("lti_view_links")
def view_links(app: Flask, name: str) -> list[str]:
    world = _second_site(app)
    found: list[str] = []
    for visit in load(name)["visits"]:
        if "request" in visit:
            world.moodle.activities[2].visible = "hidden" not in visit.get("note", "")
            found += _visit(world, visit)
    return [*found, *_link_after_login(world)]


def _visit(world: World, visit: dict[str, Any]) -> list[str]:
    client = world.client
    if visit["who"] != "nobody logged in":
        sign_in(client, "teacher02" if visit["who"] == "enrolled teacher" else "outsider1")
    address = visit["request"].removeprefix(f"GET {BASE_URL}")
    answer = client.get(address, base_url=BASE_URL)
    first = visit.get("redirects", [visit])[0]
    problems = [] if answer.status_code == first["status"] else [f"{address}: {answer.status_code}"]
    if "location" in first and urljoin(BASE_URL, answer.location) != first["location"]:
        problems.append(f"{address}: to {answer.location}")
    if "iframe" in visit:
        frame = unescape(findall(r'<iframe[^>]+src="([^"]+)"', answer.text)[0])
        title = findall("<title>(.*)</title>", answer.text)[0]
        problems += differences([visit["iframe"], visit["title"]], [urljoin(BASE_URL, frame), title])
    if "error" in visit and visit["error"] not in unescape(answer.text):
        problems.append(f"{address}: no {visit['error']}")
    return problems


def _link_after_login(world: World) -> list[str]:
    """The wanted page survives the login."""
    client = world.client
    world.moodle.activities[2].visible = True
    client.get("/mod/lti/view.php?l=2", base_url=BASE_URL)
    page = fields_of(client.get("/login/index.php", base_url=BASE_URL))
    form = {"username": "teacher02", "password": "x", "logintoken": page["logintoken"]}
    answer = client.post("/login/index.php", data=form, base_url=BASE_URL)
    return [] if answer.location == "/mod/lti/view.php?l=2" else [f"after login: {answer.location}"]
