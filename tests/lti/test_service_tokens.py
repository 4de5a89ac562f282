"""I. Access tokens for services."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import select

from mmo_lti.lti import tool_keys
from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.platform_service import PlatformService, ServiceFailed, ServiceGround, ServicePlatform
from mmo_lti.models.course_service import AccessToken
from mmo_lti.models.registration import Registration
from tests.lti.platform import CLIENT, TOKEN
from tests.lti.services import MEMBERS, READ, TokenEndpoint

RECORDED = Path(__file__).parent.parent / "recorded" / "moodle-4.5"


def test_lti_082_assertion(service, web, clock, database):
    endpoint = TokenEndpoint(web)
    assert service.token(READ) == "token-1"
    header, claims = endpoint.assertion()
    at = int(clock().timestamp())
    assert header == {"typ": "JWT", "alg": "RS256", "kid": "mmo-1"}
    jti = claims.pop("jti")
    assert len(jti) >= 22
    assert claims == {"iss": CLIENT, "sub": CLIENT, "aud": TOKEN, "iat": at, "exp": at + 300}
    with database.read() as session:
        keys = KeySet.import_key_set({"keys": tool_keys.published(session, clock())})
    jwt.decode(endpoint.asked[0]["client_assertion"], keys, algorithms=["RS256"])
    clock.forward(hours=2)
    service.token(READ)
    assert endpoint.assertion(1)[1]["jti"] != jti


def test_lti_082_configured_audience(app, database, registration, web):
    with database.write() as session:
        row = session.get_one(Registration, registration.id)
        row.token_audience = "https://moodle.example/audience"
        session.flush()
        platform = ServicePlatform.of(session, row)
    endpoint = TokenEndpoint(web)
    PlatformService(ServiceGround.of(app.extensions["mmo"]), platform).token(READ)
    assert endpoint.assertion()[1]["aud"] == "https://moodle.example/audience"


def test_lti_083_request(service, web):
    endpoint = TokenEndpoint(web)
    service.token((v.SCORE_SCOPE, v.LINEITEM_SCOPE, "https://other.example/scope"))
    sent = endpoint.asked[0]
    sent.pop("client_assertion")
    assert sent == {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "scope": " ".join(sorted([v.SCORE_SCOPE, v.LINEITEM_SCOPE])),
    }
    assert web.calls[0].request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    with pytest.raises(ServiceFailed, match="scope_not_granted"):
        service.token(("https://other.example/scope",))
    assert len(endpoint.asked) == 1


def test_lti_084_token_is_kept_until_a_minute_before_its_end(service, web, clock, database):
    endpoint = TokenEndpoint(web, expires_in=3600)
    service.token(READ)
    clock.forward(seconds=3539)
    assert service.token(READ) == "token-1"
    clock.forward(seconds=2)
    assert service.token(READ) == "token-2"
    service.token((v.SCORE_SCOPE,))
    assert len(endpoint.asked) == 3
    with database.read() as session:
        rows = session.scalars(select(AccessToken)).all()
    assert not [row for row in rows if "token-" in row.sealed]


@pytest.mark.parametrize(("told", "kept"), [(None, 299), ("3600", 299), (True, 299), (10**9, 86_000)])
def test_lti_084_untold_or_strange_end(service, web, clock, told, kept):
    endpoint = TokenEndpoint(web, expires_in=told)
    service.token(READ)
    clock.forward(seconds=kept)
    service.token(READ)
    assert len(endpoint.asked) == 1
    clock.forward(seconds=400)
    service.token(READ)
    assert len(endpoint.asked) == 2


def test_lti_084_fifty_callers_one_request(service, web):
    endpoint = TokenEndpoint(web)
    start, found = threading.Barrier(50), []

    def ask() -> None:
        start.wait()
        found.append(service.token(READ))

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), set(found), len(endpoint.asked)) == (50, {"token-1"}, 1)


def test_lti_085_refused_token_is_renewed_once(service, web):
    endpoint = TokenEndpoint(web)
    recorded = json.loads((RECORDED / "lti_nrps_bad_token.json").read_text())
    web.get(MEMBERS, status=401, json=recorded["response"])
    web.get(MEMBERS, json={"members": []})
    assert service.call("GET", MEMBERS, READ).status == 200
    assert [
        call.request.headers.get("Authorization") for call in web.calls if call.request.url == MEMBERS
    ] == [
        "Bearer token-1",
        "Bearer token-2",
    ]
    web.replace("GET", MEMBERS, status=401)
    with pytest.raises(ServiceFailed, match="status_401") as failed:
        service.call("GET", MEMBERS, READ)
    assert not failed.value.again
    assert len(endpoint.asked) == 3


@pytest.mark.parametrize("name", ["expired", "iss", "scope"])
def test_lti_086_recorded_token_errors(service, web, caplog, name):
    recorded = json.loads((RECORDED / f"lti_token_error_{name}.json").read_text())
    web.post(
        TOKEN, status=400, body=json.dumps(recorded["response"]), content_type="text/html; charset=utf-8"
    )
    with pytest.raises(ServiceFailed, match="token_status_400") as failed:
        service.token(READ)
    assert not failed.value.again
    assert "eyJ" not in caplog.text + str(failed.value)


@pytest.mark.parametrize(
    ("answer", "reason", "again"),
    [
        ({"body": requests.ConnectionError("x")}, "token_connection", True),
        ({"body": requests.ReadTimeout("x")}, "token_timeout", True),
        ({"status": 500}, "token_status_500", True),
        ({"status": 429, "headers": {"Retry-After": "7"}}, "token_status_429", True),
        ({"status": 302, "headers": {"Location": "https://evil.example"}}, "token_status_302", False),
        ({"body": "<html>"}, "token_json", True),
        ({"body": ""}, "token_json", True),
        ({"json": {}}, "token_missing", False),
        ({"json": {"access_token": "a\nb"}}, "token_missing", False),
        ({"json": [1]}, "token_missing", False),
    ],
    ids=lambda value: str(value)[:20],
)
def test_lti_086_token_endpoint_misbehaves(service, web, answer, reason, again):
    web.post(TOKEN, **answer)
    with pytest.raises(ServiceFailed) as failed:
        service.token(READ)
    assert (failed.value.reason, failed.value.again) == (reason, again)
    assert failed.value.after == (7 if "headers" in answer and "Retry-After" in answer["headers"] else 0)
    web.replace("POST", TOKEN, json={"access_token": "good", "expires_in": 3600})
    assert service.token(READ) == "good"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/memberships",
        "http://moodle.example/memberships",
        "https://moodle.example:444/memberships",
        "https://moodle.example@evil.example/",
        "https://moodle.example.evil.example/",
    ],
)
def test_lti_087_token_goes_to_the_platform_only(service, web, url):
    endpoint = TokenEndpoint(web)
    with pytest.raises(ServiceFailed, match="foreign_address"):
        service.call("GET", url, READ)
    assert endpoint.asked == []
