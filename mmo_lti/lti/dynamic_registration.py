"""Dynamic registration 1.0: the platform's configuration → our request → what the platform granted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mmo_lti.lti import vocabulary
from mmo_lti.lti.outgoing import Outgoing, OutgoingFailed
from mmo_lti.lti.own_address import ToolAddresses
from mmo_lti.lti.refusal import Refused, broken, later
from mmo_lti.lti.words import words
from mmo_lti.services.platform_address import BadAddress, platform_origin
from mmo_lti.services.registration import PlatformFacts

_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")


@dataclass(frozen=True)
class PlatformConfiguration:
    """What a platform says about itself (DR 3.4), as far as we need it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    registration_endpoint: str
    token_audience: str
    scopes: tuple[str, ...]
    product: str
    version: str
    name: str


def fetch_configuration(outgoing: Outgoing, url: str, hosts: frozenset[str]) -> PlatformConfiguration:
    """Read and check the configuration at `url`; raises `Refused`."""
    if not url:
        raise broken("openid_configuration")
    try:
        document, _ = outgoing.get_json(url)
    except OutgoingFailed as failed:
        raise _failed("configuration", failed) from None
    return read_configuration(document, url, hosts)


def read_configuration(document: Any, url: str, hosts: frozenset[str]) -> PlatformConfiguration:
    """Check a configuration found at `url`; raises `Refused` (BROKEN) with the member's name."""
    if not isinstance(document, dict):
        raise broken("configuration")
    issuer = _text(document, "issuer")
    for name in ("issuer", *_ENDPOINTS):
        try:
            found = platform_origin(_text(document, name), hosts)
            if name == "issuer" and (found != platform_origin(url, hosts) or "?" in issuer):
                raise BadAddress("elsewhere")
        except BadAddress:
            raise broken(f"configuration_{name}", iss=issuer) from None
    if "RS256" not in _texts(document, "id_token_signing_alg_values_supported"):
        raise broken("configuration_algorithm", iss=issuer)
    platform = document.get(vocabulary.PLATFORM_CONFIGURATION)
    platform = platform if isinstance(platform, dict) else {}
    if vocabulary.RESOURCE_LINK_REQUEST not in _messages(platform):
        raise broken("configuration_messages", iss=issuer)
    return PlatformConfiguration(
        issuer=issuer,
        authorization_endpoint=_text(document, "authorization_endpoint"),
        token_endpoint=_text(document, "token_endpoint"),
        jwks_uri=_text(document, "jwks_uri"),
        registration_endpoint=_text(document, "registration_endpoint"),
        token_audience=_text(document, "authorization_server", required=False),
        scopes=tuple(_texts(document, "scopes_supported")),
        product=_text(platform, "product_family_code", required=False),
        version=_text(platform, "version", required=False),
        name=_text(platform, "name", required=False),
    )


def registration_request(configuration: PlatformConfiguration, public_url: str) -> dict[str, Any]:
    """Our side of the registration (DR 3.5): only scopes that the platform offers are asked for."""
    own = ToolAddresses.of(public_url)
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": own.login,
        "redirect_uris": [own.launch],
        "client_name": words("tool_name"),
        "jwks_uri": own.keys,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(scope for scope in vocabulary.SCOPES if scope in configuration.scopes),
        vocabulary.TOOL_CONFIGURATION: {
            "domain": urlsplit(public_url).netloc,
            "target_link_uri": own.tool,
            "description": words("tool_description"),
            "custom_parameters": dict(vocabulary.CUSTOM_PARAMETERS),
            "claims": ["iss", "sub", "name", "given_name", "family_name", "email"],
            "messages": [
                {"type": vocabulary.RESOURCE_LINK_REQUEST},
                {
                    "type": vocabulary.DEEP_LINKING_REQUEST,
                    "target_link_uri": own.tool,
                    "label": words("choose_page"),
                    "placements": ["ContentArea"],
                },
            ],
        },
    }


def register(
    outgoing: Outgoing, configuration: PlatformConfiguration, registration_token: str, public_url: str
) -> PlatformFacts:
    """Register the tool at the platform and return what it granted; raises `Refused`.

    The registration token is used here and kept nowhere.
    """
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if registration_token:
        headers["Authorization"] = f"Bearer {registration_token}"
    body = json.dumps(registration_request(configuration, public_url)).encode()
    try:
        answer = outgoing.send("POST", configuration.registration_endpoint, headers=headers, data=body)
        if answer.status not in (200, 201):
            raise OutgoingFailed(f"status_{answer.status}", status=answer.status, again=answer.status >= 500)
        return read_answer(answer.json(), configuration)
    except OutgoingFailed as failed:
        raise _failed("registration", failed) from None


def read_answer(document: Any, configuration: PlatformConfiguration) -> PlatformFacts:
    """What the platform registered: its answer counts, not what we asked for (DR 3.6)."""
    if not isinstance(document, dict):
        raise broken("registration_answer", iss=configuration.issuer)
    tool = document.get(vocabulary.TOOL_CONFIGURATION)
    deployment = tool.get("deployment_id") if isinstance(tool, dict) else None
    return PlatformFacts(
        iss=configuration.issuer,
        client_id=_text(document, "client_id"),
        authorization_endpoint=configuration.authorization_endpoint,
        token_endpoint=configuration.token_endpoint,
        jwks_uri=configuration.jwks_uri,
        deployment_id=deployment if isinstance(deployment, str) else "",
        token_audience=configuration.token_audience,
        scopes=tuple(_text(document, "scope", required=False).split()),
        product=configuration.product,
        version=configuration.version,
        centre_name=configuration.name,
    )


def _failed(step: str, failed: OutgoingFailed) -> Refused:
    if failed.again:
        return later(f"{step}_{failed.reason}")
    return broken(f"{step}_{failed.reason}")


def _text(document: Mapping[str, Any], name: str, *, required: bool = True) -> str:
    value = document.get(name)
    if isinstance(value, str) and (value or not required) and len(value) <= 4000 and value.isprintable():
        return value
    if required:
        raise broken(f"configuration_{name}")
    return ""


def _texts(document: Mapping[str, Any], name: str) -> list[str]:
    value = document.get(name)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _messages(platform: Mapping[str, Any]) -> set[str]:
    value = platform.get("messages_supported")
    entries = value if isinstance(value, list) else []
    return {str(entry.get("type")) for entry in entries if isinstance(entry, dict)}
