"""A tool that can do just what a platform asks of it: register, show its key, sign."""

from __future__ import annotations

import json
from typing import Any

import requests
from flask import Flask, Response, request
from joserfc import jwt
from joserfc.jwk import RSAKey

from moodle_sync.sandbox.lti import names
from moodle_sync.sandbox.wire import WsgiAdapter
from tests.sandbox.conftest import MOODLE, NOW, TOOL

KEY = RSAKey.generate_key(2048, {"kid": "tool"})
CONFIGURATION = {
    "application_type": "web",
    "response_types": ["id_token"],
    "grant_types": ["implicit", "client_credentials"],
    "initiate_login_uri": f"{TOOL}/lti/login",
    "redirect_uris": [f"{TOOL}/lti/launch"],
    "client_name": "ММО",
    "jwks_uri": f"{TOOL}/lti/jwks",
    "token_endpoint_auth_method": "private_key_jwt",
    "scope": f"{names.LINE_ITEM} {names.SCORE} {names.RESULT_READ} {names.MEMBERS_READ}",
    names.TOOL_CONFIGURATION: {
        "domain": "tool.example",
        "target_link_uri": f"{TOOL}/lti/launch",
        "description": "Методические объединения",
        "custom_parameters": {"groups": "$Moodle.Person.userGroupIds"},
        "claims": ["iss", "sub", "name", "email"],
        "messages": [{"type": names.DEEP_LINK}, {"type": names.RESOURCE_LINK}],
    },
}


def tool_app(moodle: Flask) -> Flask:
    """Return the tool; it reaches the platform in the same process."""
    app = Flask("tool")
    http = requests.Session()
    http.mount(MOODLE, WsgiAdapter(moodle))

    @app.get("/lti/jwks")
    def jwks() -> Response:
        return Response(json.dumps({"keys": [KEY.as_dict(private=False)]}), content_type="application/json")

    @app.get("/lti/register")
    def register() -> Response:
        platform = http.get(request.args["openid_configuration"], timeout=5).json()
        headers = {"Authorization": f"Bearer {request.args['registration_token']}"}
        answer = http.post(platform["registration_endpoint"], json=CONFIGURATION, headers=headers, timeout=5)
        return Response(answer.text, answer.status_code, content_type="application/json")

    return app


def signed(claims: dict[str, Any], key: RSAKey = KEY) -> str:
    """Return a token of the tool."""
    return jwt.encode({"alg": "RS256", "kid": "tool"}, {"iat": NOW, "exp": NOW + 60, **claims}, key)


def token_request(client_id: str, scope: str, **changes: Any) -> dict[str, str]:
    """Return the form by which the tool asks for an access token."""
    claims = {"iss": client_id, "sub": client_id, "aud": f"{MOODLE}/mod/lti/token.php", "jti": "1", **changes}
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": signed(claims),
        "scope": scope,
    }
