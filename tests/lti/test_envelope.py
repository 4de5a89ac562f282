"""C. The token's envelope."""

from __future__ import annotations

import base64
import json
import time

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from mmo_lti.lti.refusal import Outcome, Refused
from mmo_lti.lti.token import open_envelope
from tests.lti.platform import CLIENT, JWKS, b64, sign_input

HEADER = {"typ": "JWT", "alg": "RS256", "kid": "key-1"}


def damage(journey, change):
    """A launch whose valid token `change` spoils."""
    journey.login()
    return journey.post(change(journey.platform.sign(journey.claims())))


NOT_TOKENS = {
    "two parts": ("token_parts", lambda t: t.rpartition(".")[0]),
    "four parts": ("token_parts", lambda t: t + ".x"),
    "no parts": ("token_parts", lambda t: "token"),
    "bad alphabet": ("header_base64", lambda t: "*" + t[1:]),
    "standard base64": ("header_base64", lambda t: "+" + t[1:]),
    "padding": ("signature_base64", lambda t: t + "="),
    "padding inside": ("header_base64", lambda t: t.replace(".", "=.", 1)),
    "space": ("header_base64", lambda t: " " + t),
    "newline": ("header_base64", lambda t: t.replace(".", "\n.", 1)),
    "empty header": ("header_base64", lambda t: "." + t.partition(".")[2]),
    "one letter": ("header_base64", lambda t: "a." + t.partition(".")[2]),
}


@pytest.mark.parametrize("name", NOT_TOKENS)
def test_lti_025_not_a_token(journey, expect, name):
    reason, change = NOT_TOKENS[name]
    expect.refused(damage(journey, change), Outcome.BROKEN, f"malformed.{reason}")


@given(st.text("ABgwQ_-+/= \n*é", min_size=1, max_size=8))
def test_lti_025_a_part_is_what_an_encoder_writes(part):
    """No second spelling of the same bytes: no other alphabet, no padding, no bits set that mean nothing."""
    try:
        written = b64(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        written = None
    with pytest.raises(Refused) as refused:
        open_envelope(f"{b64(json.dumps(HEADER))}.{part}.x")
    assert refused.value.reason == f"malformed.payload_{'json' if written == part else 'base64'}"


@pytest.mark.parametrize("text", ["[1]", "5", "null", '"text"', "{", "", "{'a':1}", '{"a":1}x', "\ufeff{}"])
@pytest.mark.parametrize("part", ["header", "payload"])
def test_lti_025_part_is_not_a_json_object(journey, expect, text, part):
    journey.login()
    token = (
        journey.platform.sign(journey.claims(), text)
        if part == "header"
        else journey.platform.sign(text, HEADER)
    )
    reason = f"malformed.{part}_{'json' if text else 'base64'}"
    expect.refused(journey.post(token), Outcome.BROKEN, reason)


def test_lti_025_not_utf8(journey, expect):
    journey.login()
    payload = b64(b'{"iss":"\xff"}')
    token = sign_input(journey.platform.key, f"{b64(json.dumps(HEADER))}.{payload}")
    expect.refused(journey.post(token), Outcome.BROKEN, "malformed.payload_json")


def test_lti_026_sizes(journey, expect):
    journey.login()
    long = journey.platform.sign(journey.claims(ext="x" * 30_000))
    expect.refused(journey.post(long), Outcome.BROKEN, "malformed.token_size")
    journey.login()
    expect.refused(journey.post("x" * 100_000), Outcome.TOO_LARGE, "malformed.size")
    huge = "e30." * 1_250_000
    started = time.perf_counter()
    with pytest.raises(Refused, match=r"malformed\.token_size"):
        open_envelope(huge)
    assert time.perf_counter() - started < 0.01


def test_lti_026_deep_nesting(monkeypatch, journey, expect):
    journey.login()
    deep = "[" * 11_000 + "]" * 11_000
    expect.refused(
        journey.post(journey.platform.sign('{"a":' + deep + "}", HEADER)),
        Outcome.BROKEN,
        "malformed.payload_json",
    )
    monkeypatch.setattr("mmo_lti.lti.token.MAX_TOKEN_BYTES", 1_000_000)
    deeper = "[" * 100_000 + "]" * 100_000
    with pytest.raises(Refused, match=r"malformed\.payload_json"):
        open_envelope(f"{b64(json.dumps(HEADER))}.{b64(deeper)}.x")


@pytest.mark.parametrize("alg", [None, "none", "None", "nOnE", "", 5, ["RS256"], "rs256", "RS256 "])
def test_lti_027_no_algorithm(journey, expect, alg):
    header = {"typ": "JWT", "kid": "key-1"} | ({} if alg is None else {"alg": alg})
    journey.login()
    signed = journey.platform.sign(journey.claims(), header)
    unsigned = signed.rpartition(".")[0] + "."
    expect.refused(journey.post(unsigned), Outcome.UNTRUSTED, "untrusted.alg")
    journey.login()
    expect.refused(
        journey.post(journey.platform.sign(journey.claims(), header)), Outcome.UNTRUSTED, "untrusted.alg"
    )


def secrets_of(key: RSAKey) -> dict[str, bytes]:
    public = key.public_key
    return {
        "pem": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "der": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "client": CLIENT.encode(),
        "empty": b"",
    }


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("secret", ["pem", "der", "client", "empty"])
def test_lti_028_public_key_as_a_shared_secret(journey, expect, alg, secret):
    journey.login()
    signing_input = f"{b64(json.dumps({**HEADER, 'alg': alg}))}.{b64(json.dumps(journey.claims()))}"
    algorithm = {"HS256": hashes.SHA256, "HS384": hashes.SHA384, "HS512": hashes.SHA512}[alg]()
    mac = hmac.HMAC(secrets_of(journey.platform.key)[secret] or b"\0", algorithm)
    mac.update(signing_input.encode())
    expect.refused(journey.post(f"{signing_input}.{b64(mac.finalize())}"), Outcome.UNTRUSTED, "untrusted.alg")


@pytest.mark.parametrize("alg", ["ES256", "PS256", "RS1", "RS512"])
def test_lti_029_other_algorithms_even_if_announced(journey, expect, web, alg):
    announced = journey.platform.jwks()
    announced["keys"][0]["alg"] = alg
    ec_key = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    curve = {"kty": "EC", "crv": "P-256", "kid": "ec-1", "alg": "ES256"}
    point = {"x": b64(ec_key.x.to_bytes(32, "big")), "y": b64(ec_key.y.to_bytes(32, "big"))}
    web.replace("GET", JWKS, json={"keys": [*announced["keys"], curve | point]})
    journey.login()
    signing_input = f"{b64(json.dumps({**HEADER, 'alg': alg}))}.{b64(json.dumps(journey.claims()))}"
    key = journey.platform.key.private_key
    raw = {
        "RS512": lambda: key.sign(signing_input.encode(), padding.PKCS1v15(), hashes.SHA512()),
        "RS1": lambda: key.sign(signing_input.encode(), padding.PKCS1v15(), hashes.SHA512()),
        "PS256": lambda: key.sign(
            signing_input.encode(), padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()
        ),
        "ES256": lambda: b"\1" * 64,
    }[alg]()
    expect.refused(journey.post(f"{signing_input}.{b64(raw)}"), Outcome.UNTRUSTED, "untrusted.alg")


def test_lti_030_no_kid_though_the_set_has_one_key(journey, expect):
    journey.login()
    token = journey.platform.sign(journey.claims(), {"typ": "JWT", "alg": "RS256"})
    expect.refused(journey.post(token), Outcome.UNTRUSTED, "untrusted.kid_missing")


@pytest.mark.parametrize(
    "kid", ["other", "KEY-1", 1, ["key-1"], "", "../key-1", "' OR 1=1 --", "k" * 10_240, "key-1\0", None]
)
def test_lti_031_wrong_kid(journey, expect, kid):
    journey.login()
    token = journey.platform.sign(journey.claims(), {**HEADER, "kid": kid})
    reason = "untrusted.kid_missing" if kid is None else "untrusted.kid"
    expect.refused(journey.post(token), Outcome.UNTRUSTED, reason)


def flipped(token: str, part: int) -> str:
    parts = token.split(".")
    raw = bytearray(base64.urlsafe_b64decode(parts[part] + "=="))
    raw[len(raw) // 2] ^= 1
    parts[part] = b64(bytes(raw))
    return ".".join(parts)


def test_lti_032_signature_of_another_key(journey, expect, rsa_keys):
    journey.login()
    signing_input = f"{b64(json.dumps(HEADER))}.{b64(json.dumps(journey.claims()))}"
    expect.refused(
        journey.post(sign_input(rsa_keys[1], signing_input)), Outcome.UNTRUSTED, "untrusted.signature"
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.rpartition(".")[0] + ".",
        lambda t: t[:-40],
        lambda t: flipped(t, 2),
        lambda t: t.replace(
            t.split(".")[1],
            b64(json.dumps(json.loads(base64.urlsafe_b64decode(t.split(".")[1] + "==")) | {"sub": "2"})),
        ),
    ],
    ids=["empty", "cut", "one bit", "payload"],
)
def test_lti_032_changed_after_signing(journey, expect, change):
    expect.refused(damage(journey, change), Outcome.UNTRUSTED, "untrusted.signature")


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c"])
def test_lti_033_keys_inside_the_header_are_ignored(journey, expect, rsa_keys, web, name):
    evil = rsa_keys[1]
    embedded = {
        "jku": "https://evil.example/jwks",
        "x5u": "https://evil.example/x5u",
        "jwk": {**evil.as_dict(private=False), "kid": "key-1"},
        "x5c": ["MIIB"],
    }[name]
    header = {**HEADER, name: embedded}
    journey.login()
    signing_input = f"{b64(json.dumps(header))}.{b64(json.dumps(journey.claims()))}"
    expect.refused(journey.post(sign_input(evil, signing_input)), Outcome.UNTRUSTED, "untrusted.signature")
    journey.login()
    expect.accepted(journey.post(journey.platform.sign(journey.claims(), header)))
    assert [call.request.url for call in web.calls] == [JWKS]


@pytest.mark.parametrize(
    "extra",
    [{"crit": ["exp"]}, {"crit": ["b64"], "b64": False}, {"b64": False}, {"zip": "DEF"}, {"cty": "JWT"}],
)
def test_lti_034_extensions_of_the_envelope(journey, expect, extra):
    journey.login()
    token = journey.platform.sign(journey.claims(), {**HEADER, **extra})
    expect.refused(journey.post(token), Outcome.UNTRUSTED, "untrusted.header")


def test_lti_034_encrypted_token(journey, expect):
    expect.refused(damage(journey, lambda t: t + ".x.y"), Outcome.UNTRUSTED, "untrusted.encrypted")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_lti_035_numbers_that_json_does_not_have(journey, expect, number):
    journey.login()
    payload = json.dumps(journey.claims())[:-1] + f', "x": {number}}}'
    expect.refused(journey.post(journey.platform.sign(payload)), Outcome.BROKEN, "malformed.payload_json")
    journey.login()
    header = json.dumps(HEADER)[:-1] + f', "x": {number}}}'
    expect.refused(
        journey.post(journey.platform.sign(journey.claims(), header)), Outcome.BROKEN, "malformed.header_json"
    )


def test_lti_035_doubled_names(journey, expect):
    journey.login()
    payload = json.dumps(journey.claims())[:-1] + ', "iss": "https://moodle.example"}'
    expect.refused(journey.post(journey.platform.sign(payload)), Outcome.BROKEN, "malformed.payload_json")
    journey.login()
    header = '{"alg":"RS256","kid":"key-1","kid":"key-1"}'
    expect.refused(
        journey.post(journey.platform.sign(journey.claims(), header)), Outcome.BROKEN, "malformed.header_json"
    )
