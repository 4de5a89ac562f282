"""Access tokens for the services: `token.php`, and who may call a service."""

from __future__ import annotations

import json
from secrets import token_hex
from typing import Any

import requests
from flask import Blueprint, Response, abort, current_app, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.util import urlsafe_b64decode

from moodle_sync.sandbox.lti.platform import AccessToken, platform_of
from moodle_sync.sandbox.lti.registration import json_answer
from moodle_sync.sandbox.site_of import config_of, moodle_of
from moodle_sync.sandbox.tool_model import Tool

blueprint = Blueprint("lti_tokens", __name__)
LIFETIME = 3600
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class NotTrusted(Exception):
    """A token of a tool that does not hold; `code` is Moodle's word for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_tool_token(token: str, tool: Tool) -> dict[str, Any]:
    """Return the claims of a token that a tool signed; the key set is fetched each time, as Moodle does."""
    try:
        answer = config_of(current_app).http.get(tool.jwks_uri, timeout=10)
        keys = KeySet.import_key_set(answer.json())
        claims = dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)
    except (requests.RequestException, JoseError, ValueError, TypeError, KeyError) as error:
        raise NotTrusted("invalid_client") from error
    now = moodle_of(current_app).now()
    if not isinstance(claims.get("exp"), (int, float)) or claims["exp"] <= now:
        raise NotTrusted("Expired token")
    if not isinstance(claims.get("iat"), (int, float)) or claims["iat"] > now + 60:
        raise NotTrusted("invalid_request")
    return claims


@blueprint.post("/mod/lti/token.php")
def token() -> Response:
    """Hand out an access token to a tool that proves who it is by a signed assertion."""
    form = request.form
    try:
        tool = _tool(form.get("client_assertion", ""))
        if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != _ASSERTION:
            raise NotTrusted("unsupported_grant_type")
        claims = read_tool_token(form["client_assertion"], tool)
        if claims.get("iss") != tool.client_id or claims.get("sub") != tool.client_id:
            raise NotTrusted("invalid_client")
        if token_url() not in _audiences(claims):
            raise NotTrusted("invalid_client")
        scopes = frozenset(form.get("scope", "").split()) & frozenset(tool.scopes)
        if not scopes:
            raise NotTrusted("invalid_scope")
    except NotTrusted as refused:
        return json_answer({"error": refused.code}, 400, "text/html; charset=utf-8")
    text = token_hex(32)
    expires = moodle_of(current_app).now() + LIFETIME
    platform_of(current_app).tokens[text] = AccessToken(tool.id, scopes, expires)
    granted = [scope for scope in tool.scopes if scope in scopes]
    return json_answer(
        {"access_token": text, "token_type": "Bearer", "expires_in": LIFETIME, "scope": " ".join(granted)}
    )


def token_url() -> str:
    """Return the address at which tokens are handed out, which is also their audience."""
    return f"{config_of(current_app).base_url}/mod/lti/token.php"


def _audiences(claims: dict[str, Any]) -> list[Any]:
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]


def _tool(assertion: str) -> Tool:
    """Return the tool that an assertion says to come from; believed only after its signature."""
    try:
        claims = json.loads(urlsafe_b64decode(assertion.split(".")[1].encode()))
        client_id = claims["sub"]
    except (IndexError, ValueError, KeyError, TypeError) as error:
        raise NotTrusted("invalid_request") from error
    tools = moodle_of(current_app).tools.values()
    tool = next((tool for tool in tools if tool.client_id == client_id and tool.state == "active"), None)
    if tool is None:
        raise NotTrusted("invalid_client")
    return tool


def unauthorized() -> Response:
    """Return Moodle's refusal of a service call."""
    told = {
        "method": request.method,
        "url": request.full_path.rstrip("?"),
        "accept": request.headers.get("Accept", "*/*"),
    }
    return json_answer({"status": 401, "reason": "Unauthorized", "request": told}, 401)


def tool_with_scope(*scopes: str) -> Tool:
    """Return the tool that calls a service with a token for one of the scopes; 401 otherwise."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    held = platform_of(current_app).tokens.get(text) if scheme.lower() == "bearer" else None
    tool = moodle_of(current_app).tools.get(held.tool_id) if held else None
    if held is None or tool is None or held.expires <= moodle_of(current_app).now():
        abort(unauthorized())
    if not held.scopes.intersection(scopes):
        abort(unauthorized())
    return tool
