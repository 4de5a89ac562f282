"""The platform's keys: the one that signs, and those before it that are still published."""

from __future__ import annotations

import json
from pathlib import Path
from secrets import token_hex
from threading import RLock
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeyParameters, KeySet, RSAKey


class PlatformKeys:
    """RSA keys with ids; the last one signs. With a path they outlive a restart."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = RLock()
        self._keys: list[RSAKey] = []
        if path is not None and path.exists():
            self._keys = [RSAKey.import_key(key) for key in json.loads(path.read_text())]

    def _all(self) -> list[RSAKey]:
        """Return the keys; the first one is made when it is first wanted, for making it takes a while."""
        with self._lock:
            if not self._keys:
                self.rotate()
            return list(self._keys)

    def rotate(self, keep: int = 2) -> str:
        """Make a new signing key, publish at most `keep` of the newest, return the new one's id."""
        kid = token_hex(10)
        parameters: KeyParameters = {"kid": kid, "alg": "RS256", "use": "sig"}
        new = RSAKey.generate_key(2048, parameters)
        with self._lock:
            self._keys = [*self._keys, new][-keep:]
            self._save()
        return kid

    def _save(self) -> None:
        if self._path is None:
            return
        self._path.touch(mode=0o600)
        self._path.write_text(json.dumps([key.as_dict(private=True) for key in self._keys]))

    def published(self) -> dict[str, Any]:
        """Return the key set that tools read."""
        rows = [key.as_dict(private=False) for key in self._all()]
        return {"keys": [{**row, "alg": "RS256", "use": "sig", "kid": row["kid"]} for row in rows]}

    def sign(self, claims: dict[str, Any]) -> str:
        """Return a signed token."""
        key = self._all()[-1]
        return jwt.encode({"typ": "JWT", "alg": "RS256", "kid": key.kid}, claims, key, algorithms=["RS256"])

    def read_own(self, token: str) -> dict[str, Any] | None:
        """Return the claims of a token that the platform signed itself, None if it did not."""
        try:
            decoded = jwt.decode(token, KeySet(list(self._all())), algorithms=["RS256"])
        except (JoseError, ValueError):
            return None
        return dict(decoded.claims)
