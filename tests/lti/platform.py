"""A platform of the tests: signs tokens that are valid in everything but what a test makes wrong."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import RSAKey

from mmo_lti.lti import vocabulary as v

ISS = "https://moodle.example"
TOOL = "https://tool.example"
LAUNCH = f"{TOOL}/lti/launch"
CLIENT = "CLIENT_ID"
JWKS = f"{ISS}/mod/lti/certs.php"
AUTH = f"{ISS}/mod/lti/auth.php"
TOKEN = f"{ISS}/mod/lti/token.php"
REMOVED = object()
"""As the value of a claim: the claim is left out."""

_numbers = itertools.count(1)


def b64(raw: bytes | str) -> str:
    raw = raw.encode() if isinstance(raw, str) else raw
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign_input(key: RSAKey, signing_input: str) -> str:
    raw = key.private_key.sign(signing_input.encode(), padding.PKCS1v15(), SHA256())
    return f"{signing_input}.{b64(raw)}"


@dataclass
class Platform:
    """One registration of the tool at a platform, and its keys."""

    key: RSAKey
    kid: str = "key-1"
    iss: str = ISS
    client_id: str = CLIENT
    deployment_id: str = "1"

    def jwks(self) -> dict[str, Any]:
        public = self.key.as_dict(private=False)
        return {"keys": [{**public, "kid": self.kid, "alg": "RS256", "use": "sig"}]}

    def claims(self, now: datetime, nonce: str, /, **changed: Any) -> dict[str, Any]:
        """Claims of a plain launch, as Moodle 4.5 sends them."""
        at = int(now.timestamp())
        claims: dict[str, Any] = {
            "iss": self.iss,
            "aud": self.client_id,
            "sub": "3",
            "nonce": nonce,
            "iat": at,
            "exp": at + 60,
            "name": "Анна Ивановна Иванова",
            "given_name": "Анна Ивановна",
            "family_name": "Иванова",
            "email": "teacher01@school.example",
            v.VERSION: "1.3.0",
            v.MESSAGE_TYPE: "LtiResourceLinkRequest",
            v.DEPLOYMENT_ID: self.deployment_id,
            v.TARGET_LINK_URI: LAUNCH,
            v.ROLES: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
            v.CONTEXT: {"id": "2", "label": "MMO", "title": "Методические объединения"},
            v.RESOURCE_LINK: {"id": "1", "title": "Методическое объединение"},
        }
        return {name: value for name, value in {**claims, **changed}.items() if value is not REMOVED}

    def sign(self, claims: Mapping[str, Any] | str, header: Mapping[str, Any] | str | None = None) -> str:
        """A token; `claims` and `header` may be raw text."""
        head = {"typ": "JWT", "alg": "RS256", "kid": self.kid} if header is None else header
        parts = [part if isinstance(part, str) else json.dumps(part) for part in (head, claims)]
        return sign_input(self.key, ".".join(b64(part) for part in parts))


def login_parameters(**changed: Any) -> dict[str, Any]:
    given = {
        "iss": ISS,
        "target_link_uri": LAUNCH,
        "login_hint": "3",
        "lti_message_hint": '{"cmid":5,"launchid":"ltilaunch1_1999766273"}',
        "client_id": CLIENT,
        "lti_deployment_id": "1",
        **changed,
    }
    return {name: value for name, value in given.items() if value is not REMOVED}


def sent_on(location: str) -> dict[str, str]:
    """The parameters of a redirect to the authorization endpoint."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
