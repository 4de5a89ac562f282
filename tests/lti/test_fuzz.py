"""A hundred thousand mutated requests, tokens and registration bodies: none gets in, none is a crash."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.claims import Expected, read_launch
from mmo_lti.lti.dynamic_registration import read_answer, read_configuration
from mmo_lti.lti.platform_keys import usable_keys
from mmo_lti.lti.refusal import Refused
from mmo_lti.lti.token import open_envelope, verify
from mmo_lti.services.registration import PlatformRefused, check_platform
from tests.lti.conftest import NOW
from tests.lti.platform import CLIENT, ISS, LAUNCH, TOOL, login_parameters
from tests.lti.test_registration import CONFIGURATION, configuration, granted

pytestmark = pytest.mark.slow

RECORDED = Path(__file__).parent.parent / "recorded" / "moodle-4.5"
ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 1e300, 10**30, "", " ", "\0", "\ud800", "x" * 3000, "$X", "//evil", ISS, LAUNCH,
    [], [None], [[]], {}, {"id": None}, {"": ""}, ["LtiResourceLinkRequest"], "1.3.0", "\u202e", "javascript:x",
    int(NOW.timestamp()), str(int(NOW.timestamp())), "https://tool.example\\@evil.example", [CLIENT], {"a": [1, {}]},
]  # fmt: skip
BYTES = 'ABCabc012_-.=+/ \n\0é{}[]",:'


def mutated(value: Any, chance: random.Random) -> Any:
    """A copy of a JSON value with one to three places changed, dropped or doubled."""
    root = copy.deepcopy(value)
    for _ in range(chance.randint(1, 3)):
        places: list[tuple[Any, Any]] = []
        collect(root, places)
        if not places:
            return root
        holder, key = chance.choice(places)
        act = chance.random()
        if act < 0.25 and isinstance(holder, dict):
            del holder[key]
        elif act < 0.35 and isinstance(holder, list):
            holder.insert(key, chance.choice(ODD))
        elif act < 0.45 and isinstance(holder, dict):
            holder[chance.choice(["iss", "aud", "azp", "nbf", "data", v.CONTEXT])] = copy.deepcopy(
                chance.choice(ODD)
            )
        elif act < 0.6 and isinstance(holder[key], str):
            holder[key] = text_mutated(holder[key], chance)
        else:
            holder[key] = copy.deepcopy(chance.choice(ODD))
    return root


def collect(value: Any, places: list[tuple[Any, Any]]) -> None:
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in entries:
        places.append((value, key))
        collect(inner, places)


def text_mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(0, len(text))
        act = chance.random()
        if act < 0.4:
            text = text[:at] + chance.choice(BYTES) + text[at + 1 :]
        elif act < 0.6:
            text = text[:at] + chance.choice(BYTES) + text[at:]
        elif act < 0.8:
            text = text[:at] + text[at + chance.randint(1, 30) :]
        else:
            text = text[:at] + text[at // 2 : at] + text[at:]
    return text


def test_fuzzed_tokens_never_verify(platform):
    chance = random.Random(1)
    good = platform.sign(platform.claims(NOW, "nonce"))
    assert verify(open_envelope(good), platform.key)["sub"] == "3"
    for _ in range(40_000):
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
    assert read_launch({**recorded, **fresh}, expected, NOW).iss == ISS
    accepted = 0
    for _ in range(15_000):
        claims = mutated({**recorded, **fresh}, chance)
        try:
            launch = read_launch(claims, expected, NOW)
        except Refused:
            continue
        accepted += 1
        assert (claims["iss"], claims["nonce"], claims[v.VERSION]) == (ISS, "nonce", "1.3.0")
        assert claims["aud"] in (CLIENT, [CLIENT])
        assert claims.get("azp") in (None, CLIENT)
        assert claims[v.TARGET_LINK_URI] == LAUNCH
        assert (launch.sub, launch.deployment_id) == (claims["sub"], "1")
        assert 0 < len(launch.sub) <= 255
        assert at - 30 <= claims["exp"]
        assert len(launch.name.full) <= 300
        assert (
            not launch.return_url
            or launch.return_url.startswith((ISS + "/", ISS + "?"))
            or launch.return_url == ISS
        )
        json.dumps([launch.name.full, launch.email, launch.page]).encode()
    assert accepted > 1000


def test_fuzzed_logins_go_to_the_platform_or_nowhere(client, side, clock):
    chance = random.Random(3)
    side.logins.burst = side.logins.per_second = 1e9
    ways = {"redirected": 0, "refused": 0}
    for _ in range(5_000):
        given: list[tuple[str, Any]] = list(login_parameters().items())
        at = chance.randrange(len(given))
        name, value = given[at]
        given[at] = (
            (text_mutated(name, chance), value)
            if chance.random() < 0.2
            else (name, text_mutated(value, chance))
        )
        if chance.random() < 0.1:
            given.append(chance.choice(given))
        sent = [(name, value.encode("utf-8", "replace").decode()) for name, value in given]
        fields: dict[str, list[str]] = {}
        for name, value in sent:
            fields.setdefault(name.encode("utf-8", "replace").decode(), []).append(value)
        response = client.post("/lti/login", data=fields, base_url=TOOL)
        if response.status_code == 302:
            ways["redirected"] += 1
            assert response.location.startswith(f"{ISS}/mod/lti/auth.php?")
        else:
            ways["refused"] += 1
            assert 400 <= response.status_code < 500
    assert min(ways.values()) > 500


def test_fuzzed_launches_over_http(journey, expect, side):
    chance = random.Random(4)
    side.logins.burst = side.logins.per_second = 1e9
    for _ in range(1_500):
        journey.client._cookies.clear()
        journey.login()
        claims = mutated(journey.claims(), chance)
        try:
            text = json.dumps(claims)
        except (TypeError, ValueError):
            continue
        token = journey.platform.sign(
            text, None if chance.random() < 0.8 else mutated({"alg": "RS256", "kid": "key-1"}, chance)
        )
        assert journey.post(token).status_code < 500


def test_fuzzed_registrations_are_refused_or_right(app):
    chance = random.Random(5)
    hosts: frozenset[str] = frozenset()
    with app.test_request_context():
        good = read_configuration(configuration(), CONFIGURATION, hosts)
        for _ in range(8_000):
            try:
                found = read_configuration(mutated(configuration(), chance), CONFIGURATION, hosts)
                assert found.issuer.startswith("https://new.example")
                facts = read_answer(mutated(granted(), chance), good)
                check_platform(facts, hosts)
                assert 0 < len(facts.client_id) <= 255
            except (Refused, PlatformRefused):
                continue


def test_fuzzed_key_sets_give_honest_keys_only(platform):
    chance = random.Random(6)
    for _ in range(500):
        keys = mutated(platform.jwks(), chance).get("keys")
        for key in usable_keys(keys if isinstance(keys, list) else []).values():
            assert key.public_key.key_size >= 2048
