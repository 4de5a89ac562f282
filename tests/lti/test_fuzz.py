"""Eighty-nine thousand mutated tokens, claims and key sets: none gets in, none is a crash.

With the requests of `test_fuzz_http` and `test_fuzz_registration` they are a hundred thousand.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.claims import Expected, read_launch
from mmo_lti.lti.platform_keys import usable_keys
from mmo_lti.lti.refusal import Refused
from mmo_lti.lti.token import open_envelope, verify
from tests.lti.conftest import NOW
from tests.lti.mutation import mutated, text_mutated
from tests.lti.oracle import is_right_launch
from tests.lti.platform import CLIENT, ISS, LAUNCH, TOOL

pytestmark = pytest.mark.slow

RECORDED = Path(__file__).parent.parent / "recorded" / "moodle-4.5"


def test_fuzzed_tokens_never_verify(platform):
    chance = random.Random(1)
    good = platform.sign(platform.claims(NOW, "nonce"))
    assert verify(open_envelope(good), platform.key)["sub"] == "3"
    for _ in range(44_000):
        token = text_mutated(good, chance)
        if token == good:
            continue
        try:
            verify(open_envelope(token), platform.key)
        except Refused:
            continue
        pytest.fail(f"accepted: {token}")


@pytest.mark.parametrize("name", ["lti_launch_student", "lti_launch_site_admin", "lti_deep_linking_request"])
def test_fuzzed_claims_are_refused_or_right(name):
    chance = random.Random(2)
    recorded = json.loads((RECORDED / f"{name}.json").read_text())["claims"]
    at = int(NOW.timestamp())
    fresh = {"nonce": "nonce", "iat": at, "exp": at + 60, v.TARGET_LINK_URI: LAUNCH}
    expected = Expected(ISS, CLIENT, "nonce", LAUNCH, "1", TOOL, origins=frozenset({ISS}))
    login = {"target_link_uri": LAUNCH, "lti_deployment_id": "1"}
    assert read_launch({**recorded, **fresh}, expected, NOW).iss == ISS
    accepted = 0
    for _ in range(15_000):
        claims = mutated({**recorded, **fresh}, chance)
        try:
            launch = read_launch(claims, expected, NOW)
        except Refused:
            continue
        accepted += 1
        assert is_right_launch(claims, at, login, "nonce", {"1"}), claims
        assert (launch.sub, launch.deployment_id) == (claims["sub"], "1")
        assert len(launch.name.full) <= 300
        assert (
            not launch.return_url
            or launch.return_url.startswith((ISS + "/", ISS + "?"))
            or launch.return_url == ISS
        )
        json.dumps([launch.name.full, launch.email, launch.page], ensure_ascii=False).encode()
    assert accepted > 1000


def test_fuzzed_key_sets_give_honest_keys_only(platform):
    chance = random.Random(6)
    for _ in range(500):
        keys = mutated(platform.jwks(), chance).get("keys")
        for key in usable_keys(keys if isinstance(keys, list) else []).values():
            assert key.public_key.key_size >= 2048
