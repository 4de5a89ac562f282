"""Verified claims → `Launch`: every check of the message itself (security framework 5.1.3, LTI core 5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from mmo_lti.lti import optional_claims, vocabulary
from mmo_lti.lti.own_address import own_path
from mmo_lti.lti.refusal import Outcome, Refused, broken, stale, untrusted
from mmo_lti.lti.roles import read_roles
from mmo_lti.services.launch import CourseContext, Launch, ResourceLink
from mmo_lti.services.sealed import same

LEEWAY_SECONDS = 30
MAX_LEEWAY_SECONDS = 120
MAX_AGE_SECONDS = 600
MAX_ID = 255

Claims = Mapping[str, Any]


class Expected(NamedTuple):
    """What the login that this launch answers has fixed.

    `origins` are those of the registered platform; `deployment_id` is empty where the login did not name one.
    """

    iss: str
    client_id: str
    nonce: str
    target_link_uri: str
    deployment_id: str
    public_url: str
    origins: frozenset[str] = frozenset()
    trusted_audiences: frozenset[str] = frozenset()
    leeway: int = LEEWAY_SECONDS


def read_launch(claims: Claims, expected: Expected, now: datetime) -> Launch:
    """Check everything about a message whose signature holds; raises `Refused`."""
    check_addressee(claims, expected)
    seconds = now.timestamp()
    _check_times(claims, expected, seconds)
    _check_nonce(claims, expected)
    message = _message_type(claims)
    sub = _sub(claims)
    deployment_id = _deployment_id(claims, expected)
    target = _target(claims, expected)
    link = None if message == vocabulary.DEEP_LINKING_REQUEST else _resource_link(claims)
    asked = message == vocabulary.DEEP_LINKING_REQUEST
    request = optional_claims.deep_link(claims, expected.origins) if asked else None
    optional = optional_claims.read(claims, expected.origins)
    return Launch(
        iss=expected.iss,
        client_id=expected.client_id,
        deployment_id=deployment_id,
        sub=sub,
        target_link_uri=target,
        roles=read_roles(_roles(claims)),
        name=optional.name,
        email=optional.email,
        locale=optional.locale,
        course=_context(claims),
        resource_link=link,
        group_ids=optional.group_ids,
        sourcedid=optional.sourcedid,
        page=optional.page,
        return_url=optional.return_url,
        services=optional.services,
        deep_link=request,
        skew=round(seconds - _number(claims, "iat")),
    )


def check_addressee(claims: Claims, expected: Expected) -> None:
    """Raise `Refused` unless the message is from this platform and for us alone (SEC 5.1.3 steps 2–5)."""
    if claims.get("iss") != expected.iss:
        raise untrusted("iss")
    audience, azp = claims.get("aud"), claims.get("azp")
    if audience != expected.client_id:
        _check_several(audience, azp, expected)
    if azp is not None and azp != expected.client_id:
        raise untrusted("azp")


def _check_several(audiences: object, azp: object, expected: Expected) -> None:
    """Raise `Refused` unless a list of audiences names us, and others only where they are trusted."""
    if not isinstance(audiences, list) or not all(isinstance(each, str) for each in audiences):
        raise untrusted("aud")
    if expected.client_id not in audiences:
        raise untrusted("aud")
    if any(each != expected.client_id and each not in expected.trusted_audiences for each in audiences):
        raise untrusted("aud_foreign")
    if azp is None and len(audiences) > 1:
        raise untrusted("azp_missing")


def _check_times(claims: Claims, expected: Expected, now: float) -> None:
    leeway = min(expected.leeway, MAX_LEEWAY_SECONDS)
    if "exp" not in claims:
        raise stale("exp_missing")
    if _number(claims, "exp") + leeway < now:
        raise stale("exp")
    issued = _number(claims, "iat")
    if issued > now + leeway:
        raise untrusted("iat_future")
    if issued + MAX_AGE_SECONDS < now:
        raise stale("iat")
    if claims.get("nbf") is not None and _number(claims, "nbf") > now + leeway:
        raise stale("nbf")


def _number(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e12:
        raise broken(name)
    return value


def _check_nonce(claims: Claims, expected: Expected) -> None:
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonce:
        raise untrusted("nonce_missing")
    if not same(nonce, expected.nonce):
        raise untrusted("nonce")


def _message_type(claims: Claims) -> str:
    version = claims.get(vocabulary.VERSION)
    if version != "1.3.0":
        raise broken("version")
    message = claims.get(vocabulary.MESSAGE_TYPE)
    if message not in (vocabulary.RESOURCE_LINK_REQUEST, vocabulary.DEEP_LINKING_REQUEST):
        raise broken("message_type")
    return str(message)


def _sub(claims: Claims) -> str:
    sub = claims.get("sub")
    if not is_id(sub):
        raise Refused(Outcome.ANONYMOUS, "malformed.sub")
    return str(sub)


def is_id(value: object) -> bool:
    """Whether a claim may name something: 1 to 255 characters, none of them a control character."""
    return isinstance(value, str) and 0 < len(value) <= MAX_ID and value.isprintable()


def _deployment_id(claims: Claims, expected: Expected) -> str:
    found = claims.get(vocabulary.DEPLOYMENT_ID)
    if not is_id(found):
        raise broken("deployment_id")
    if expected.deployment_id and found != expected.deployment_id:
        raise untrusted("deployment")
    return str(found)


def _target(claims: Claims, expected: Expected) -> str:
    target = claims.get(vocabulary.TARGET_LINK_URI)
    if not isinstance(target, str):
        raise broken("target_link_uri")
    own_path(target, expected.public_url)
    if target != expected.target_link_uri:
        raise untrusted("target_link_uri")
    return target


def _resource_link(claims: Claims) -> ResourceLink:
    link = claims.get(vocabulary.RESOURCE_LINK)
    if not isinstance(link, dict) or not is_id(link.get("id")):
        raise broken("resource_link")
    return ResourceLink(id=link["id"], title=optional_claims.text(link, "title", 300))


def _roles(claims: Claims) -> list[str]:
    roles = claims.get(vocabulary.ROLES)
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise broken("roles")
    return roles


def _context(claims: Claims) -> CourseContext | None:
    if vocabulary.CONTEXT not in claims:
        return None
    context = claims[vocabulary.CONTEXT]
    if not isinstance(context, dict) or not is_id(context.get("id")):
        raise broken("context")
    title = optional_claims.text(context, "title", 300) or optional_claims.text(context, "label", 300)
    return CourseContext(id=context["id"], title=title)
