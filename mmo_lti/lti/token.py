"""The envelope of a signed token: strict parsing first, then one RS256 check by a key that the caller chose.

joserfc verifies the signature. What it lets pass is refused here before: a missing `kid`, doubled JSON names,
`NaN`, padding, other algorithms than our own single one (RFC 7515, RFC 8725).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from joserfc import jws
from joserfc.jwk import RSAKey

from mmo_lti.lti.refusal import Refused, broken, untrusted

MAX_TOKEN_BYTES = 32 * 1024
MAX_KID = 255

_RS256 = jws.JWSRegistry(algorithms=["RS256"]).get_alg("RS256")
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+\Z")
_SIGNATURE_ALPHABET = re.compile(r"[A-Za-z0-9_-]*\Z")
_UNUSUAL = ("crit", "b64", "zip", "enc", "cty")


@dataclass(frozen=True)
class Envelope:
    """A token taken apart; nothing in it is believed until `verify` returned."""

    signing_input: bytes
    signature: bytes
    kid: str
    claims: dict[str, Any]


def open_envelope(token: str) -> Envelope:
    """Take a compact JWS apart.

    Raises `Refused`: BROKEN for what is no token, UNTRUSTED for a header that we never accept.
    """
    if not token:
        raise broken("token_empty")
    if len(token) > MAX_TOKEN_BYTES:
        raise broken("token_size")
    parts = token.split(".")
    if len(parts) == 5:
        raise untrusted("encrypted")
    if len(parts) != 3:
        raise broken("token_parts")
    header = _json_object(parts[0], "header")
    claims = _json_object(parts[1], "payload")
    if not _SIGNATURE_ALPHABET.match(parts[2]):
        raise broken("signature_base64")
    _check_header(header)
    return Envelope(
        signing_input=f"{parts[0]}.{parts[1]}".encode("ascii"),
        signature=_signature(parts[2]),
        kid=header["kid"],
        claims=claims,
    )


def verify(envelope: Envelope, key: RSAKey) -> dict[str, Any]:
    """The claims, once the signature holds; raises `Refused` (UNTRUSTED)."""
    if not _RS256.verify(envelope.signing_input, envelope.signature, key):
        raise untrusted("signature", kid=envelope.kid)
    return envelope.claims


def _signature(part: str) -> bytes:
    """The signature's bytes; one that was cut somewhere is a wrong signature like any other."""
    try:
        return _decoded(part, "signature")
    except Refused:
        raise untrusted("signature") from None


def _check_header(header: dict[str, Any]) -> None:
    if header.get("alg") != "RS256":
        raise untrusted("alg")
    if any(name in header for name in _UNUSUAL):
        raise untrusted("header")
    kid = header.get("kid")
    if kid is None:
        raise untrusted("kid_missing")
    if not isinstance(kid, str) or not kid or len(kid) > MAX_KID:
        raise untrusted("kid")


def _json_object(part: str, where: str) -> dict[str, Any]:
    if not _ALPHABET.match(part):
        raise broken(f"{where}_base64")
    try:
        text = _decoded(part, where).decode("utf-8")
        value = strict_json(text)
    except (ValueError, RecursionError):
        raise broken(f"{where}_json") from None
    if not isinstance(value, dict):
        raise broken(f"{where}_json")
    return value


def strict_json(text: str | bytes) -> Any:
    """Parse JSON; doubled names, `NaN` and infinities raise `ValueError`, deep nesting `RecursionError`."""
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a doubled name")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError("out of range")
    return value


def _decoded(part: str, where: str) -> bytes:
    """Decode base64url without padding; a spelling whose unused bits are set is refused as damage."""
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise broken(f"{where}_base64") from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise broken(f"{where}_base64")
    return raw
