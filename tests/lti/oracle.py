"""What the standard allows, written down once more and slowly: the judge of the fuzzed requests.

It is for inputs near those of the tests' one platform. It may call legitimate what the tool refuses out of
caution; what it calls wrong must never get in. Nothing here is the product's own code.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from tests.lti.platform import CLIENT, ISS, TOOL

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
CLOCK_SKEW = 120
AGE = 3600


def is_own_address(text: object) -> bool:
    """Whether an address is one of the tool's own, whatever a browser makes of odd signs."""
    return isinstance(text, str) and bool(
        re.fullmatch(r"https://tool\.example(?:/(?![/\\])[!-~]*|\?[!-~]*)?", text) and "\\" not in text
    )


def is_right_login(sent: dict[str, list[str]], deployments: set[str]) -> bool:
    """SEC 5.1.1.1 and LTI core 4.1.1: each parameter once, a known platform, an address of the tool."""
    if any(len(values) != 1 for values in sent.values()):
        return False
    given = {name: values[0] for name, values in sent.items()}
    deployment = given.get("lti_deployment_id", "")
    return (
        given.get("iss") == ISS
        and bool(given.get("login_hint"))
        and is_own_address(given.get("target_link_uri"))
        and given.get("client_id", "") in {"", CLIENT}
        and (not deployment or deployment in deployments)
    )


def is_right_header(header: object, kid: str) -> bool:
    """RFC 7515 4.1: signed by the one algorithm and key, and nothing in it that must be understood."""
    return (
        isinstance(header, dict)
        and header.get("alg") == "RS256"
        and header.get("kid") == kid
        and not {"crit", "b64", "zip", "enc"} & set(header)
    )


def is_right_launch(claims: Any, at: float, login: dict[str, str], nonce: str, deployments: set[str]) -> bool:
    """SEC 5.1.3 and LTI core 5.3: the claims of a launch that answers `login` at the time `at`."""
    return (
        isinstance(claims, dict)
        and _is_from_the_platform_for_us(claims)
        and _is_of_now(claims, at)
        and claims.get("nonce") == nonce
        and _is_of_the_login(claims, login, deployments)
        and _is_id(claims.get("sub"))
        and _is_message(claims)
    )


def _is_from_the_platform_for_us(claims: dict[str, Any]) -> bool:
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    return (
        claims.get("iss") == ISS
        and bool(named)
        and all(each == CLIENT for each in named)
        and claims.get("azp") in (None, CLIENT)
    )


def _is_of_now(claims: dict[str, Any], at: float) -> bool:
    times = {name: claims.get(name) for name in ("exp", "iat", "nbf")}
    if times["nbf"] is None:
        del times["nbf"]
    for value in times.values():
        if type(value) not in (int, float):
            return False
    return (
        times["exp"] > at - CLOCK_SKEW
        and at - AGE < times["iat"] < at + CLOCK_SKEW
        and times.get("nbf", at) < at + CLOCK_SKEW
    )


def _is_of_the_login(claims: dict[str, Any], login: dict[str, str], deployments: set[str]) -> bool:
    deployment = claims.get(CLAIM + "deployment_id")
    named = login.get("lti_deployment_id")
    return (
        isinstance(deployment, str)
        and deployment in deployments
        and (not named or deployment == named)
        and claims.get(CLAIM + "target_link_uri") == login["target_link_uri"]
    )


def _is_message(claims: dict[str, Any]) -> bool:
    roles = claims.get(CLAIM + "roles")
    if claims.get(CLAIM + "version") != "1.3.0" or not isinstance(roles, list):
        return False
    if any(not isinstance(role, str) for role in roles):
        return False
    context = claims.get(CLAIM + "context", {"id": "x"})
    if not isinstance(context, dict) or not _is_id(context.get("id")):
        return False
    kind = claims.get(CLAIM + "message_type")
    if kind == "LtiResourceLinkRequest":
        link = claims.get(CLAIM + "resource_link")
        return isinstance(link, dict) and _is_id(link.get("id"))
    return kind == "LtiDeepLinkingRequest" and is_right_deep_link(claims.get(DEEP))


def is_right_deep_link(settings: object) -> bool:
    """DL 4.4.1; the answer goes to the platform and to nobody else."""
    if not isinstance(settings, dict):
        return False
    where, data = settings.get("deep_link_return_url"), settings.get("data")
    return (
        isinstance(where, str)
        and bool(re.fullmatch(r"https://moodle\.example(?::443)?(?:[/?#][!-~]*)?", where))
        and bool(settings.get("accept_types"))
        and isinstance(settings.get("accept_types"), list)
        and (data is None or (isinstance(data, str) and not re.search("[\0\ud800-\udfff]", data)))
    )


def may_choose(claims: dict[str, Any]) -> bool:
    """Whether the person of a right launch is course staff, who alone answers a deep linking request."""
    names = {role.rpartition("#")[2].rpartition("/")[2] for role in claims[CLAIM + "roles"]}
    return bool(names & {"Instructor", "ContentDeveloper", "Administrator", "Manager"})


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 255


def is_right_platform(configuration: Any, origin: str) -> bool:
    """DR 3.4: a platform that speaks for itself alone, over https, to addresses of the internet."""
    if not isinstance(configuration, dict):
        return False
    issuer = configuration.get("issuer")
    if not isinstance(issuer, str) or not re.fullmatch(re.escape(origin) + r"(?::443)?(?:/[!-~]*)?", issuer):
        return False
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")
    algorithms = configuration.get("id_token_signing_alg_values_supported")
    own = configuration.get(PLATFORM)
    messages = own.get("messages_supported") if isinstance(own, dict) else None
    return (
        "?" not in issuer
        and all(_is_public_https(configuration.get(name)) for name in names)
        and isinstance(algorithms, list)
        and "RS256" in algorithms
        and isinstance(messages, list)
        and any(isinstance(each, dict) and each.get("type") == "LtiResourceLinkRequest" for each in messages)
    )


def _is_public_https(address: object) -> bool:
    found = re.fullmatch(r"(?i)https://([a-z0-9.-]+)(?::\d+)?(?:[/?][!-~]*)?", str(address))
    if not found or "\\" in str(address):
        return False
    try:
        return ipaddress.ip_address(found[1]).is_global
    except ValueError:
        return True


def is_right_grant(answer: Any) -> bool:
    """DR 3.6: the platform gave the tool a name."""
    return isinstance(answer, dict) and _is_id(answer.get("client_id"))


def is_session_address(location: str | None) -> bool:
    """Whether a redirect leads into the tool."""
    return bool(re.fullmatch(re.escape(TOOL) + r"/s/[0-9a-f]{12}/[!-~]*", location or ""))
