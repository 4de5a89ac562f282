"""The envelope of a signed token: strict parsing first, then one RS256 check by a key that the caller chose.

joserfc verifies the signature. What it lets pass is refused here before: a missing `kid`, doubled JSON names,
`NaN`, padding, other algorithms than our own single one (RFC 7515, RFC 8725).
"""

from __future__ import annotations

import binascii
import json
import re
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

from joserfc import jws
from joserfc.jwk import RSAKey

from mmo_lti.lti.refusal import Refused, broken, untrusted

MAX_TOKEN_BYTES = 32 * 1024
MAX_KID = 255
MAX_DEPTH = 32
"""Lists and objects within each other: claims and key sets have five or six."""

_RS256 = jws.JWSRegistry(algorithms=["RS256"]).get_alg("RS256")
_SIGNATURE_ALPHABET = re.compile(r"[A-Za-z0-9_-]*\Z")
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_UNUSUAL = ("crit", "b64", "zip", "enc", "cty")


class Envelope(NamedTuple):
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
    kid = _kid_of(parts[0])
    claims = _json_object(parts[1], "payload")
    if not _SIGNATURE_ALPHABET.match(parts[2]):
        raise broken("signature_base64")
    return Envelope(
        signing_input=f"{parts[0]}.{parts[1]}".encode("ascii"),
        signature=_signature(parts[2]),
        kid=kid,
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


@lru_cache(maxsize=128)
def _kid_of(part: str) -> str:
    """The key's name in a header that may be believed; a platform's tokens all have the same header."""
    header = _json_object(part, "header")
    if header.get("alg") != "RS256":
        raise untrusted("alg")
    if any(name in header for name in _UNUSUAL):
        raise untrusted("header")
    kid = header.get("kid")
    if kid is None:
        raise untrusted("kid_missing")
    if not isinstance(kid, str) or not kid or len(kid) > MAX_KID:
        raise untrusted("kid")
    return kid


def _json_object(part: str, where: str) -> dict[str, Any]:
    if not part:
        raise broken(f"{where}_base64")
    try:
        value = strict_json(_decoded(part, where))
    except ValueError:
        raise broken(f"{where}_json") from None
    if not isinstance(value, dict):
        raise broken(f"{where}_json")
    return value


def strict_json(text: str | bytes) -> Any:
    """Parse JSON; doubled names, `NaN`, infinities and deep nesting raise `ValueError`."""
    plain = text.decode("utf-8") if isinstance(text, bytes) else text
    try:
        value = _STRICT.decode(plain)
    except RecursionError:
        raise ValueError("too deep") from None
    # Seldom more brackets in all than may be within each other: then there is nothing to look through.
    if plain.count("[") + plain.count("{") > MAX_DEPTH:
        _check_depth(value)
    return value


def _check_depth(value: Any) -> None:
    """What is nested almost too deeply to be parsed would fail later, where it is written or read again."""
    level = [value]
    for _ in range(MAX_DEPTH):
        inside = [each.values() if isinstance(each, dict) else each for each in level]
        level = [each for entries in inside for each in entries if isinstance(each, dict | list)]
        if not level:
            return
    raise ValueError("too deep")


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


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)


def _decoded(part: str, where: str) -> bytes:
    """Decode base64url without padding; raises `Refused` (BROKEN)."""
    try:
        return _strict_base64url(part.encode("ascii"))
    except ValueError:
        raise broken(f"{where}_base64") from None


def _strict_base64url(text: bytes) -> bytes:
    """Decode what a decoder would also have written; raises `ValueError` for anything else (RFC 4648, 3.5).

    The strict decoder refuses padding in the middle and signs of no alphabet. Left over are the two signs of
    the other alphabet, padding that came along, and unused bits that are set in the last sign.
    """
    if b"+" in text or b"/" in text or b"=" in text:
        raise ValueError("not of the alphabet")
    standard = text.translate(_TO_STANDARD)
    raw = binascii.a2b_base64(standard + b"=" * (-len(text) % 4), strict_mode=True)
    rest = len(raw) % 3
    if rest and not binascii.b2a_base64(raw[-rest:]).startswith(standard[-rest - 1 :]):
        raise ValueError("unused bits are set")
    return raw
