"""Replays of the services of LTI: tokens, names and roles, grades."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from joserfc import jwt
from werkzeug.test import Client

from moodle_sync.sandbox.lti import names
from tests.contract.sandbox_alike import BASE_URL, differences, load
from tests.contract.sandbox_lti import KEY, TOKEN, first_site, lti


def _service(client: Client, name: str, **more: Any) -> list[str]:
    recorded = load(name)
    method, _, address = recorded["request"].partition(" ")
    headers = {"Authorization": f"Bearer {more.pop('token', TOKEN)}", "Accept": "*/*"}
    answer = client.open(
        address.removeprefix(BASE_URL), method=method, headers=headers, base_url=BASE_URL, **more
    )
    assert answer.status_code == recorded.get("status", 200)
    for header in ("Content-Type", "Link"):
        assert answer.headers.get(header) == recorded["headers"].get(header)
    answered = answer.json if "json" in answer.mimetype and answer.text else answer.text
    return differences(recorded["response"], answered, subset="cut" in recorded.get("note", ""))


@lti("lti_nrps", "lti_nrps_limit", "lti_nrps_role", "lti_nrps_rlid")
def memberships(app: Flask, name: str) -> list[str]:
    return _service(first_site(app).client, name)


@lti("lti_nrps_bad_token")
def memberships_with_a_bad_token(app: Flask, name: str) -> list[str]:
    return _service(first_site(app).client, name, token="bad")


@lti("lti_ags_lineitems")
def line_items(app: Flask, name: str) -> list[str]:
    return _service(first_site(app).client, name)


def _created(client: Client) -> list[str]:
    body = {"scoreMaximum": 10, "label": "Участие в ММО", "resourceId": "mmo-1", "tag": "participation"}
    kind = "application/vnd.ims.lis.v2.lineitem+json"
    return _service(client, "lti_ags_create", data=json.dumps(body), content_type=kind)


def _scored(client: Client) -> list[str]:
    body = {
        "userId": "6",
        "scoreGiven": 7,
        "scoreMaximum": 10,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-11-23T21:18:14.000Z",
    }
    kind = "application/vnd.ims.lis.v1.score+json"
    return _service(client, "lti_ags_score", data=json.dumps(body), content_type=kind)


@lti("lti_ags_create", "lti_ags_score", "lti_ags_results")
def grades(app: Flask, name: str) -> list[str]:
    client = first_site(app).client
    return [*_created(client), *_scored(client), *_service(client, "lti_ags_results")]


@lti("lti_token_error_iss", "lti_token_error_expired", "lti_token_error_scope")
def token_errors(app: Flask, name: str) -> list[str]:
    world, recorded = first_site(app), load(name)
    now = world.moodle.now()
    claims = {"iss": "CLIENT_ID", "sub": "CLIENT_ID", "aud": f"{BASE_URL}/mod/lti/token.php", "jti": "1"}
    claims |= {"iat": now, "exp": now + 60}
    scope = names.MEMBERS_READ
    if name.endswith("iss"):
        claims["iss"] = "another"
    elif name.endswith("expired"):
        claims["exp"] = now - 60
    else:
        scope = "https://example.org/none"
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode({"alg": "RS256", "kid": "tool-key"}, claims, KEY),
        "scope": scope,
    }
    answer = world.client.post("/mod/lti/token.php", data=form, base_url=BASE_URL)
    assert answer.status_code == recorded["status"]
    assert answer.content_type == recorded["headers"]["Content-Type"]
    return differences(recorded["response"], json.loads(answer.text))
