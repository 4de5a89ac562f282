"""D. Standard claims of the token."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mmo_lti.lti import claims as claims_module
from mmo_lti.lti.claims import Expected, read_launch
from mmo_lti.lti.refusal import Outcome
from mmo_lti.models.centre import Centre
from mmo_lti.models.person import Account
from mmo_lti.services.registration import register_platform
from tests.lti.conftest import NOW, Journey, platform_facts
from tests.lti.platform import CLIENT, ISS, LAUNCH, REMOVED, TOOL, Platform

AT = int(NOW.timestamp())


@pytest.mark.parametrize(
    "iss",
    [REMOVED, None, 5, [ISS], "", "https://Moodle.example", ISS + "/", "https://other.example", ISS + "\0"],
)
def test_lti_037_issuer_is_compared_exactly(journey, expect, iss):
    expect.refused(journey.launch(iss=iss), Outcome.UNTRUSTED, "untrusted.iss")


@pytest.mark.parametrize(
    "aud", [REMOVED, None, 5, [], [1], [CLIENT, 1], "other", ["other"], "", {CLIENT: 1}, CLIENT + " "]
)
def test_lti_038_foreign_audience(journey, expect, aud):
    expect.refused(journey.launch(aud=aud), Outcome.UNTRUSTED, "untrusted.aud")


def test_lti_039_audience_alone_or_in_a_list(journey, expect, database):
    expect.accepted(journey.launch(aud=[CLIENT]))


@pytest.mark.parametrize("aud", [[CLIENT, "other"], ["other", CLIENT]])
def test_lti_039_foreign_audience_beside_us(journey, expect, aud):
    expect.refused(journey.launch(aud=aud, azp=CLIENT), Outcome.UNTRUSTED, "untrusted.aud_foreign")
    trusting = Expected(ISS, CLIENT, "n", LAUNCH, "1", TOOL, trusted_audiences=frozenset({"other"}))
    assert read_launch(journey.platform.claims(NOW, "n", aud=aud, azp=CLIENT), trusting, NOW).sub == "3"


def test_lti_040_missing_or_wrong_azp(journey, expect):
    trusting = Expected(ISS, CLIENT, "n", LAUNCH, "1", TOOL, trusted_audiences=frozenset({"other"}))
    both = journey.platform.claims(NOW, "n", aud=[CLIENT, "other"])
    with pytest.raises(claims_module.Refused, match=r"untrusted\.azp_missing"):
        read_launch(both, trusting, NOW)
    for azp in ("other", 5, "", [CLIENT]):
        expect.refused(journey.launch(azp=azp), Outcome.UNTRUSTED, "untrusted.azp")
    expect.accepted(journey.launch(azp=CLIENT))


@pytest.mark.parametrize(
    ("exp", "reason"),
    [
        (AT - 31, "stale.exp"),
        (-5, "stale.exp"),
        (0, "stale.exp"),
        ("soon", "malformed.exp"),
        (str(AT + 60), "malformed.exp"),
        (None, "malformed.exp"),
        ([AT], "malformed.exp"),
        (True, "malformed.exp"),
        (10**400, "malformed.exp"),
        (1e300, "malformed.exp"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_lti_041_exp_in_the_past_or_no_number(journey, expect, exp, reason):
    outcome = Outcome.STALE if reason.startswith("stale") else Outcome.BROKEN
    expect.refused(journey.launch(exp=exp), outcome, reason)


def test_lti_041_missing_exp(journey, expect):
    expect.refused(journey.launch(exp=REMOVED), Outcome.STALE, "stale.exp_missing")


@pytest.mark.parametrize("exp", [AT - 29, AT + 60.5, AT - 29.5])
def test_lti_041_leeway_of_thirty_seconds(journey, expect, exp):
    expect.accepted(journey.launch(exp=exp, iat=AT - 89))


def test_lti_041_leeway_is_never_more_than_two_minutes(platform):
    generous = Expected(ISS, CLIENT, "n", LAUNCH, "1", TOOL, leeway=100_000)
    assert read_launch(platform.claims(NOW, "n", exp=AT - 119), generous, NOW)
    with pytest.raises(claims_module.Refused, match=r"stale\.exp"):
        read_launch(platform.claims(NOW, "n", exp=AT - 121), generous, NOW)


@pytest.mark.parametrize(
    ("iat", "outcome", "reason"),
    [
        ("now", Outcome.BROKEN, "malformed.iat"),
        (None, Outcome.BROKEN, "malformed.iat"),
        (False, Outcome.BROKEN, "malformed.iat"),
        (AT + 31, Outcome.UNTRUSTED, "untrusted.iat_future"),
        (AT - 601, Outcome.STALE, "stale.iat"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_lti_042_iat_far_off_or_no_number(journey, expect, iat, outcome, reason):
    expect.refused(journey.launch(iat=iat, exp=AT + 100_000), outcome, reason)


def test_lti_042_missing_iat(journey, expect):
    expect.refused(journey.launch(iat=REMOVED), Outcome.BROKEN, "malformed.iat")


@pytest.mark.parametrize("skew", [-30, 30])
def test_lti_043_sixty_seconds_with_skewed_clocks(journey, expect, clock, skew):
    expect.accepted(journey.launch(iat=AT + skew, exp=AT + skew + 60))
    assert expect.lines()[-1]["skew"] == -skew


@pytest.mark.parametrize(
    ("nonce", "reason"),
    [
        (REMOVED, "nonce_missing"),
        ("", "nonce_missing"),
        (5, "nonce_missing"),
        (None, "nonce_missing"),
        ("other", "nonce"),
        ("\ud800", "nonce"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_lti_044_missing_or_foreign_nonce(journey, expect, nonce, reason):
    expect.refused(journey.launch(nonce=nonce), Outcome.UNTRUSTED, f"untrusted.{reason}")


def test_lti_044_replayed_token(journey, expect):
    journey.login()
    token = journey.platform.sign(journey.claims())
    expect.accepted(journey.post(token))
    again = journey.post(token)
    assert (again.status_code, expect.lines()[-1]["reason"]) == (401, "stale.replay")
    assert expect.sessions() == 1


def test_lti_045_not_before_and_unknown_claims(journey, expect):
    expect.refused(journey.launch(nbf=AT + 31), Outcome.STALE, "stale.nbf")
    expect.refused(journey.launch(nbf="x"), Outcome.BROKEN, "malformed.nbf")
    expect.accepted(journey.launch(nbf=AT + 29, unheard={"of": [1]}))


@pytest.mark.parametrize(
    "sub",
    [REMOVED, "", None, 3, ["3"], "x" * 256, "a\nb", "a\0", "\ud800", "\x7f"],
    ids=lambda value: ascii(value)[:20],
)
def test_lti_046_missing_or_unusable_sub(journey, expect, sub):
    response = journey.launch(sub=sub)
    expect.refused(response, Outcome.ANONYMOUS, "malformed.sub")
    assert "анонимный" in response.text


def test_lti_046_sub_of_ten_kilobytes(journey, expect):
    expect.refused(journey.launch(sub="x" * 10_240), Outcome.ANONYMOUS, "malformed.sub")


def test_lti_047_account_is_issuer_and_sub(journey, expect, database, rsa_keys, client, clock, web):
    other = Platform(rsa_keys[1], iss="https://other.example", client_id="OTHER")
    facts = platform_facts(
        iss=other.iss,
        client_id="OTHER",
        authorization_endpoint=f"{other.iss}/auth",
        token_endpoint=f"{other.iss}/token",
        jwks_uri=f"{other.iss}/certs",
    )
    with database.write() as session:
        register_platform(session, facts, frozenset(), NOW)
    web.get(f"{other.iss}/certs", json=other.jwks())
    assert journey.launch(email="one@school.example").status_code == 303
    assert journey.launch(email="one@school.example").status_code == 303
    assert journey.launch(sub="4", email="one@school.example").status_code == 303
    elsewhere = Journey(client, other, clock)
    elsewhere.login(iss=other.iss, client_id="OTHER")
    assert elsewhere.post(other.sign(elsewhere.claims(email="one@school.example"))).status_code == 303
    with database.read() as session:
        found = session.execute(
            select(Centre.iss, Account.sub, Account.person_id).join(Centre, Centre.id == Account.centre_id)
        ).all()
    assert sorted((iss, sub) for iss, sub, _ in found) == [(ISS, "3"), (ISS, "4"), (other.iss, "3")]
    assert len({person for *_, person in found}) == 3
