"""A. Login initiation."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from mmo_lti.lti.rate import RateLimit
from mmo_lti.lti.refusal import Outcome
from mmo_lti.models.login_state import LoginState
from mmo_lti.models.registration import Deployment, Registration
from mmo_lti.services.registration import register_platform, switch
from mmo_lti.services.sealed import digest_of
from tests.lti.conftest import NOW, platform_facts
from tests.lti.platform import AUTH, CLIENT, ISS, LAUNCH, REMOVED, TOOL, login_parameters, sent_on


@pytest.mark.parametrize("method", ["get", "post"])
def test_lti_001_get_and_post_give_the_same_answer(client, method):
    where = "query_string" if method == "get" else "data"
    response = client.open("/lti/login", method=method.upper(), base_url=TOOL, **{where: login_parameters()})
    assert response.status_code == 302
    assert response.location.startswith(AUTH + "?")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["iss", "login_hint", "target_link_uri"])
@pytest.mark.parametrize("value", ["", REMOVED])
def test_lti_002_missing_or_empty_parameter(journey, expect, name, value):
    expect.refused(journey.login(**{name: value}), Outcome.BROKEN, f"malformed.{name}")


def test_lti_003_doubled_parameter(client, expect):
    for doubled in ("iss", "client_id", "login_hint"):
        given = [*login_parameters().items(), (doubled, "b")]
        response = client.get("/lti/login", query_string=given, base_url=TOOL)
        expect.refused(response, Outcome.BROKEN, "malformed.doubled")
    body = {**login_parameters(), "iss": [ISS, "https://other.example"]}
    expect.refused(client.post("/lti/login", data=body, base_url=TOOL), Outcome.BROKEN, "malformed.doubled")
    split = client.post(f"/lti/login?iss={ISS}", data=login_parameters(), base_url=TOOL)
    expect.refused(split, Outcome.BROKEN, "malformed.doubled")


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example"},
        {"iss": ISS + "/"},
        {"iss": "https://MOODLE.example"},
        {"client_id": "other"},
        {"client_id": "CLIENT_ID\0"},
        {"iss": "https://moodle.example\0"},
    ],
)
def test_lti_004_unknown_platform_goes_nowhere(journey, expect, changed):
    response = journey.login(**changed)
    expect.refused(response, Outcome.UNKNOWN, "unknown.platform")
    assert "Location" not in response.headers


def test_lti_005_client_id_chooses_among_registrations(journey, expect, database):
    assert sent_on(journey.login(client_id=REMOVED).location)["client_id"] == CLIENT
    with database.write() as session:
        second = platform_facts(client_id="SECOND", deployment_id="7", authorization_endpoint=f"{ISS}/second")
        register_platform(session, second, frozenset(), NOW)
    chosen = journey.login(client_id="SECOND", lti_deployment_id="7")
    assert chosen.location.startswith(f"{ISS}/second?")
    expect.refused(journey.login(client_id=REMOVED), Outcome.BROKEN, "malformed.client_id")


def test_lti_006_disabled_or_unknown_is_refused_before_the_redirect(journey, expect, database):
    expect.refused(journey.login(lti_deployment_id="2"), Outcome.UNKNOWN, "unknown.deployment")
    with database.write() as session:
        switch(session, session.scalars(select(Deployment)).one(), False, NOW)
    expect.refused(journey.login(), Outcome.UNKNOWN, "unknown.deployment")
    with database.write() as session:
        switch(session, session.scalars(select(Registration)).one(), False, NOW)
    expect.refused(journey.login(lti_deployment_id=REMOVED), Outcome.UNKNOWN, "unknown.platform")


def test_lti_007_redirect_carries_exactly_the_parameters_of_the_standard(journey):
    journey.login(lti_message_hint=REMOVED, extra="x")
    state, nonce = journey.sent.pop("state"), journey.sent.pop("nonce")
    assert journey.sent == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": CLIENT,
        "redirect_uri": LAUNCH,
        "login_hint": "3",
    }
    assert state
    assert nonce


@pytest.mark.parametrize(
    "hint", ['{"cmid":5,"a":"b c+d%20%"}', "Учитель+1 & №2", "x" * 4096, "a=b&c=d;e#f"], ids=range(4)
)
def test_lti_008_hints_come_back_byte_for_byte(journey, hint):
    journey.login(login_hint=hint, lti_message_hint=hint)
    assert (journey.sent["login_hint"], journey.sent["lti_message_hint"]) == (hint, hint)
    journey.login(lti_message_hint=REMOVED)
    assert "lti_message_hint" not in journey.sent


def test_lti_009_redirect_uri_comes_from_the_settings_alone(client):
    response = client.post(
        "/lti/login",
        data=login_parameters(target_link_uri=f"{TOOL}/a/MMO-02"),
        base_url="https://evil.example",
        headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"},
    )
    assert sent_on(response.location)["redirect_uri"] == LAUNCH


EVIL_TARGETS = [
    "https://evil.example/lti/launch",
    "//evil.example",
    "javascript:alert(1)",
    "https://tool.example@evil.example/",
    "https://evil@tool.example/",
    "https://tool.example\\@evil.example/",
    "https://tool.example/\\evil.example",
    "https://tool.example//evil.example",
    "https://tool.example/\nSet-Cookie: x",
    "https://tool.example/ x",
    "https://tооl.example/lti/launch",
    "https://xn--tl-fkaa.example/lti/launch",
    "https://tool.example.evil.example/",
    "https://tool.example:8443/lti/launch",
    "http://tool.example/lti/launch",
    "HTTPS://TOOL.EXAMPLE/lti/launch",
    "/lti/launch",
    "https://tool.example/" + "x" * 2000,
]


@pytest.mark.parametrize("target", EVIL_TARGETS, ids=range(len(EVIL_TARGETS)))
def test_lti_010_foreign_target(journey, expect, target):
    expect.refused(journey.login(target_link_uri=target), Outcome.BROKEN, "malformed.target_link_uri")


def test_lti_011_state_and_nonce_never_repeat(side):
    from mmo_lti.lti.login import begin, choose_platform, read_request

    asked = read_request({name: [value] for name, value in login_parameters().items()}, TOOL)
    platform = choose_platform(side.platforms, asked)
    begun = [begin(asked, platform, TOOL, "secret") for _ in range(10_000)]
    secrets = {each.state for each in begun} | {each.pending.nonce for each in begun}
    secrets |= {each.browser_secret for each in begun}
    assert len(secrets) == 30_000
    assert min(map(len, secrets)) >= 22  # 128 bits in base64url


def test_lti_012_state_row_binds_everything_and_ends(journey, database, clock, registration, expect):
    response = journey.login()
    cookie = next(c for c in response.headers.getlist("Set-Cookie") if "mmo_state" in c)
    secret = cookie.split(";")[0].partition("=")[2].partition(".")[2]
    with database.read() as session:
        row = session.get_one(LoginState, digest_of(journey.sent["state"]))
    assert row.nonce == journey.sent["nonce"]
    assert (row.registration_id, row.deployment_id, row.target_link_uri) == (registration.id, "1", LAUNCH)
    assert row.browser_digest == digest_of(secret)
    token = journey.platform.sign(journey.claims())
    clock.forward(minutes=10)
    expect.refused(journey.post(token), Outcome.STALE, "stale.state")


def test_lti_013_authorization_endpoint_keeps_its_query(journey, database):
    with database.write() as session:
        session.scalars(select(Registration)).one().authorization_endpoint = AUTH + "?tenant=5"
    location = journey.login().location
    assert location.startswith(AUTH + "?tenant=5&")
    assert sent_on(location)["tenant"] == "5"
    assert urlsplit(location).query.count("?") == 0


def test_lti_014_sizes_methods_and_types(client, expect):
    long = client.post("/lti/login", data=login_parameters(login_hint="x" * 8193), base_url=TOOL)
    expect.refused(long, Outcome.TOO_LARGE, "malformed.size")
    huge = client.post(
        "/lti/login", data={**login_parameters(), **{f"p{n}": "x" * 8000 for n in range(9)}}, base_url=TOOL
    )
    expect.refused(huge, Outcome.TOO_LARGE, "malformed.size")
    as_json = client.post("/lti/login", data=json.dumps(login_parameters()), content_type="application/json")
    expect.refused(as_json, Outcome.WRONG_TYPE, "malformed.content_type")
    assert client.put("/lti/login").status_code == 405


def test_lti_015_unfinished_logins_leave_nothing_and_are_limited(journey, database, clock, side, expect, web):
    for _ in range(1000):
        assert journey.login().status_code == 302
    clock.forward(minutes=10, seconds=1)
    journey.login()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(LoginState)) == 1
    assert len(web.calls) == 0
    side.logins = RateLimit(clock, burst=2, per_second=1)
    assert [journey.login().status_code for _ in range(2)] == [302, 302]
    refused = journey.login()
    expect.refused(refused, Outcome.BUSY, "malformed.rate")
    assert refused.headers["Retry-After"]
    clock.forward(seconds=1)
    assert journey.login().status_code == 302
