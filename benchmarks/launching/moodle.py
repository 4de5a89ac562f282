"""The platform's side of the benchmark: tokens like those that a real Moodle 4.5 sent, each one unique."""

from __future__ import annotations

import base64
import itertools
import json
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.jwk import RSAKey

RECORDED = Path(__file__).resolve().parents[2] / "tests" / "recorded" / "moodle-4.5"
TOOL = "https://tool.example"
LAUNCH = f"{TOOL}/lti/launch"
TARGET_BYTES = 5 * 1024
_CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"


@dataclass
class Moodle:
    """Signs launches of a course's people with one key of 2048 bits."""

    kid: str = "acf00d2cb040715581a7"
    people: int = 50
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, private=True))
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        launch = json.loads((RECORDED / "lti_launch_editing_teacher.json").read_text())
        login = json.loads((RECORDED / "lti_login_initiation.json").read_text())
        self.claims: dict[str, Any] = launch["claims"]
        self.login: dict[str, str] = login["params"]
        self.launch_from(TOOL)
        self._fill()

    def launch_from(self, tool: str) -> None:
        """The address under which the tool is connected."""
        self.login = {**self.login, "target_link_uri": f"{tool}/lti/launch"}
        self.claims[f"{_CLAIM}target_link_uri"] = f"{tool}/lti/launch"

    @property
    def iss(self) -> str:
        """The issuer."""
        return str(self.claims["iss"])

    @property
    def client_id(self) -> str:
        """The tool's id at this platform."""
        return str(self.claims["aud"])

    def jwks(self) -> dict[str, Any]:
        """The platform's key set."""
        public = self.key.as_dict(private=False)
        return {"keys": [{**public, "kid": self.kid, "alg": "RS256", "use": "sig"}]}

    def _fill(self) -> None:
        """A teacher in many groups: the recorded token, grown to the size of an ordinary city's."""
        groups = 2
        while len(self.token("n" * 32)) < TARGET_BYTES:
            groups += 10
            numbers = ",".join(str(1000 + number) for number in range(groups))
            self.claims[f"{_CLAIM}custom"]["groups"] = numbers

    def token(self, nonce: str) -> str:
        """A token that nobody has seen before, of one of the course's people."""
        number = next(self._numbers)
        person = number % self.people
        at = int(time.time())
        claims = {
            **self.claims,
            "nonce": nonce,
            "iat": at,
            "exp": at + 60,
            "sub": str(3 + person),
            "family_name": "Иванова" + "абвгдежзиклмнопрстуф"[person % 20],
            "email": f"teacher{person:02}@school.example",
            "jti": secrets.token_hex(8),
        }
        return jws.serialize_compact(
            {"typ": "JWT", "alg": "RS256", "kid": self.kid},
            json.dumps(claims),
            self.key,
            algorithms=["RS256"],
        )

    def spoiled(self, token: str) -> str:
        """The same token with another person's signature: a bad token that looks good to the last step."""
        head, body, signature = token.split(".")
        raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
        raw[40] ^= 1
        return f"{head}.{body}.{base64.urlsafe_b64encode(raw).rstrip(b'=').decode()}"
