"""Connecting a tool: the platform's own description, dynamic registration, and a tool entered by hand."""

from __future__ import annotations

from collections.abc import Iterable
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request

from moodle_sync.sandbox.lti import names
from moodle_sync.sandbox.lti.custom import VARIABLES
from moodle_sync.sandbox.lti.platform import Platform, Registration, platform_of
from moodle_sync.sandbox.rest.php_json import php_json
from moodle_sync.sandbox.rest.site import RELEASE
from moodle_sync.sandbox.site_of import config_of, moodle_of
from moodle_sync.sandbox.state import Moodle
from moodle_sync.sandbox.tool_model import Tool

blueprint = Blueprint("lti_registration", __name__)
REGISTRATION_SCOPE = "https://purl.imsglobal.org/spec/lti-reg/scope/registration"
_LIFETIME = 3600
_PERSONAL = {"name", "given_name", "family_name"}


def json_answer(value: object, status: int = 200, kind: str = "application/json; charset=utf-8") -> Response:
    """Return an answer in JSON."""
    return Response(php_json(value), status, content_type=kind)


@blueprint.get("/mod/lti/openid-configuration.php")
def openid_configuration() -> Response:
    """Describe the platform to a tool that wants to register."""
    base = f"{config_of(current_app).base_url}/mod/lti"
    return json_answer(
        {
            "issuer": config_of(current_app).base_url,
            "token_endpoint": f"{base}/token.php",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": f"{base}/certs.php",
            "authorization_endpoint": f"{base}/auth.php",
            "registration_endpoint": f"{base}/openid-registration.php",
            "scopes_supported": [
                "https://purl.imsglobal.org/spec/lti-bo/scope/basicoutcome",
                names.LINE_ITEM_READ,
                names.RESULT_READ,
                names.SCORE,
                names.LINE_ITEM,
                names.MEMBERS_READ,
                "https://purl.imsglobal.org/spec/lti-ts/scope/toolsetting",
                "openid",
            ],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
            names.PLATFORM_CONFIGURATION: {
                "product_family_code": "moodle",
                "version": RELEASE,
                "messages_supported": [
                    {"type": names.RESOURCE_LINK},
                    {"type": names.DEEP_LINK, "placements": ["ContentArea"]},
                ],
                "variables": VARIABLES,
            },
        }
    )


@blueprint.get("/mod/lti/certs.php")
def certs() -> Response:
    """Publish the platform's keys."""
    return json_answer(platform_of(current_app).keys.published())


def begin_registration(platform: Platform, now: int) -> str:
    """Return a token with which one tool may register within an hour."""
    client_id = token_urlsafe(12)
    platform.registrations[client_id] = Registration(client_id)
    claims = {"sub": client_id, "scope": REGISTRATION_SCOPE, "iat": now, "exp": now + _LIFETIME}
    return platform.keys.sign(claims)


@blueprint.post("/mod/lti/openid-registration.php")
def register() -> Response:
    """Register a tool by the configuration that it posts."""
    moodle, platform = moodle_of(current_app), platform_of(current_app)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    registration = _registration(platform, token, moodle.now()) if scheme.lower() == "bearer" else None
    if registration is None:
        return Response("Incorrect registration token", 401, content_type="text/html; charset=utf-8")
    asked: Any = request.get_json(silent=True)
    problem = _problem(asked)
    if problem:
        return Response(problem, 400, content_type="text/html; charset=utf-8")
    with moodle.lock:
        registration.used = True
        tool = moodle.add_tool(tool_from(asked, registration.client_id, moodle.new_id("tool")))
    return json_answer(answer_for(tool))


def _registration(platform: Platform, token: str, now: int) -> Registration | None:
    claims = platform.keys.read_own(token)
    if claims is None or claims.get("scope") != REGISTRATION_SCOPE or claims.get("exp", 0) < now:
        return None
    registration = platform.registrations.get(str(claims.get("sub")))
    return None if registration is None or registration.used else registration


def _problem(asked: Any) -> str:
    """Return what is wrong with a tool's configuration, empty if nothing is."""
    if not isinstance(asked, dict) or not isinstance(asked.get(names.TOOL_CONFIGURATION), dict):
        return "missing_tool_configuration"
    needed = ("initiate_login_uri", "redirect_uris", "jwks_uri", "client_name")
    missing = [name for name in needed if not asked.get(name)]
    if missing:
        return f"missing {missing[0]}"
    domain, target = (asked[names.TOOL_CONFIGURATION].get(name, "") for name in ("domain", "target_link_uri"))
    if not domain or not target:
        return "missing domain or target_link_uri"
    addresses = [asked["initiate_login_uri"], asked["jwks_uri"], target, *asked["redirect_uris"]]
    if any(not _within(address, domain) for address in addresses):
        return "Domain does not match"
    return ""


def _within(address: str, domain: str) -> bool:
    host = urlsplit(address).netloc
    return (
        host in {domain, f"www.{domain}"} or host.rpartition(":")[0] == domain or host.endswith(f".{domain}")
    )


def tool_from(asked: dict[str, Any], client_id: str, tool_id: int) -> Tool:
    """Return the tool that a posted configuration describes; it waits for the administrator."""
    configuration = asked[names.TOOL_CONFIGURATION]
    messages = {row.get("type"): row for row in configuration.get("messages", [])}
    deep = messages.get(names.DEEP_LINK)
    target = configuration["target_link_uri"]
    claims = list(configuration.get("claims", []))
    return Tool(
        id=tool_id,
        client_id=client_id,
        name=asked["client_name"],
        target_link_uri=target,
        initiate_login_uri=asked["initiate_login_uri"],
        redirect_uris=list(asked["redirect_uris"]),
        jwks_uri=asked["jwks_uri"],
        state="pending",
        description=configuration.get("description", ""),
        custom=dict(configuration.get("custom_parameters", {})),
        scopes=granted(asked.get("scope", "").split()),
        claims=claims,
        deep_linking_uri=deep.get("target_link_uri", target) if deep else "",
        share_name="always" if _PERSONAL & set(claims) else "never",
        share_email="always" if "email" in claims else "never",
    )


def granted(asked: Iterable[str]) -> list[str]:
    """Return the scopes that a tool gets: what it asked for, and reading with writing."""
    wanted = set(asked)
    if names.LINE_ITEM in wanted:
        wanted.add(names.LINE_ITEM_READ)
    order = [names.SCORE, names.RESULT_READ, names.LINE_ITEM_READ, names.LINE_ITEM, names.MEMBERS_READ]
    return [scope for scope in order if scope in wanted]


def answer_for(tool: Tool) -> dict[str, Any]:
    """Return what the platform answers to a registration."""
    messages = (
        [{"type": names.DEEP_LINK, "target_link_uri": tool.deep_linking_uri}] if tool.deep_linking_uri else []
    )
    shared = ["name", "family_name", "given_name"] if tool.share_name != "never" else []
    shared += ["email"] if tool.share_email != "never" else []
    return {
        "client_id": tool.client_id,
        "response_types": ["id_token"],
        "jwks_uri": tool.jwks_uri,
        "initiate_login_uri": tool.initiate_login_uri,
        "grant_types": ["client_credentials", "implicit"],
        "redirect_uris": tool.redirect_uris,
        "application_type": "web",
        "token_endpoint_auth_method": "private_key_jwt",
        "client_name": tool.name,
        "logo_uri": "",
        "scope": " ".join(tool.scopes),
        names.TOOL_CONFIGURATION: {
            "version": "1.3.0",
            "deployment_id": str(tool.id),
            "target_link_uri": tool.target_link_uri,
            "domain": urlsplit(tool.target_link_uri).netloc,
            "description": tool.description,
            "messages": messages,
            "custom_parameters": tool.custom,
            "claims": ["sub", "iss", *shared],
        },
    }


def register_tool(
    moodle: Moodle, name: str, tool_url: str, login_url: str, launch_url: str, jwks_url: str, **more: Any
) -> Tool:
    """Connect a tool by hand, active at once; `more` are fields of `Tool`, `scopes` by default all."""
    tool_id = moodle.new_id("tool")
    tool = Tool(
        id=tool_id,
        client_id=more.pop("client_id", token_urlsafe(12)),
        name=name,
        target_link_uri=tool_url,
        initiate_login_uri=login_url,
        redirect_uris=[launch_url],
        jwks_uri=jwks_url,
        scopes=more.pop("scopes", list(names.ALL_SCOPES)),
    )
    for field, value in more.items():
        setattr(tool, field, value)
    return moodle.add_tool(tool)
