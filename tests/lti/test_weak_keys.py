"""C. Keys of a platform that never verify a launch."""

from __future__ import annotations

import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from mmo_lti.lti.platform_keys import usable_keys
from mmo_lti.lti.refusal import Outcome
from tests.lti.platform import JWKS, b64


def test_lti_036_keys_that_never_verify(journey, expect, web):
    public = journey.platform.jwks()["keys"][0]
    bad = [
        {**public, "use": "enc"},
        {**public, "kty": "EC"},
        {**public, "kty": "oct", "k": "AAAA"},
        {**public, "e": "AQ"},
        {**public, "n": b64((2**1023 + 1).to_bytes(128, "big"))},
        {**public, "key_ops": ["encrypt"]},
        {**public, "alg": "RSA-OAEP"},
        {**public, "n": 5},
        {**public, "n": "***"},
        {name: value for name, value in public.items() if name != "n"},
        {name: value for name, value in public.items() if name != "kid"},
        "key",
        None,
    ]
    for entry in bad:
        assert usable_keys([entry]) == {}
    web.replace("GET", JWKS, json={"keys": [bad[0], {**public, "kid": "another"}]})
    expect.refused(journey.launch(), Outcome.UNTRUSTED, "untrusted.kid")


def test_lti_036_key_of_1024_bits(journey, expect, web):
    """Its signature is good, and the platform announces it."""
    weak = rsa.generate_private_key(65537, 1024)
    public = weak.public_key().public_numbers()
    announced = {"kty": "RSA", "kid": "weak", "n": b64(public.n.to_bytes(128, "big")), "e": "AQAB"}
    web.replace("GET", JWKS, json={"keys": [*journey.platform.jwks()["keys"], announced]})
    journey.login()
    signing_input = f"{b64(json.dumps({'typ': 'JWT', 'alg': 'RS256', 'kid': 'weak'}))}.{b64(json.dumps(journey.claims()))}"
    raw = weak.sign(signing_input.encode(), padding.PKCS1v15(), hashes.SHA256())
    expect.refused(journey.post(f"{signing_input}.{b64(raw)}"), Outcome.UNTRUSTED, "untrusted.kid")
