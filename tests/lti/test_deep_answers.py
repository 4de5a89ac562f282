"""Nothing honest is nested deeply: such an answer is malformed, however much of it a parser could bear."""

from __future__ import annotations

import json

import pytest

from mmo_lti.lti.outgoing import Answer, OutgoingFailed
from mmo_lti.lti.refusal import Outcome
from mmo_lti.lti.token import MAX_DEPTH, strict_json
from tests.lti.platform import JWKS

DEEP = [MAX_DEPTH + 1, 100, 500, *range(880, 1000, 20), 50_000]
HEADER = {"typ": "JWT", "alg": "RS256", "kid": "key-1"}


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("depth", DEEP)
def test_lti_065_deep_key_set_is_malformed(journey, web, expect, depth):
    keys = json.dumps(journey.platform.jwks())[:-1] + f', "x": {nested(depth)}}}'
    web.replace("GET", JWKS, body=keys)
    expect.refused(journey.launch(), Outcome.LATER, "platform.jwks_json")


@pytest.mark.parametrize("depth", DEEP)
def test_lti_065_deep_key_is_malformed(journey, web, expect, depth):
    """The entries of a set are what is stored."""
    keys = json.dumps(journey.platform.jwks())[:-2] + f', {{"x": {nested(depth)}}}]}}'
    web.replace("GET", JWKS, body=keys)
    expect.refused(journey.launch(), Outcome.LATER, "platform.jwks_json")


@pytest.mark.parametrize("depth", [each for each in DEEP if each < 10_000])
@pytest.mark.parametrize("claim", ["ext", "https://purl.imsglobal.org/spec/lti/claim/custom"])
def test_lti_026_deep_claim_is_malformed(journey, expect, depth, claim):
    journey.login()
    payload = json.dumps(journey.claims())[:-1] + f', "{claim}": {nested(depth)}}}'
    expect.refused(
        journey.post(journey.platform.sign(payload, HEADER)), Outcome.BROKEN, "malformed.payload_json"
    )


@pytest.mark.parametrize("depth", DEEP)
def test_deep_answers_of_services_are_malformed(depth):
    with pytest.raises(OutgoingFailed, match="json"):
        Answer(200, {}, nested(depth).encode()).json()


def test_depth_is_counted_in_lists_and_objects_not_in_texts():
    assert strict_json(nested(MAX_DEPTH))
    assert strict_json(json.dumps(nested(500))) == nested(500)
    assert len(strict_json(json.dumps([{"a": [1]}] * 500))) == 500
    with pytest.raises(ValueError, match="deep"):
        strict_json('{"a":[' * 40 + "]}" * 40)
