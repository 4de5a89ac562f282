"""B. State, session binding, forged logins."""

from __future__ import annotations

import hmac
import re
import threading

from sqlalchemy import select

from mmo_lti.lti.refusal import Outcome
from mmo_lti.models.registration import Registration
from mmo_lti.models.web_session import WebSession
from mmo_lti.services import sealed
from mmo_lti.services.registration import add_deployment, register_platform
from tests.lti.conftest import NOW, Journey, platform_facts
from tests.lti.platform import TOOL, Platform


def test_lti_016_token_is_taken_from_a_form_only(journey, expect, client):
    journey.login()
    token = journey.platform.sign(journey.claims())
    query = {"state": journey.sent["state"], "id_token": token}
    assert client.get("/lti/launch", query_string=query, base_url=TOOL).status_code == 405
    expect.refused(
        client.post("/lti/launch", query_string=query, base_url=TOOL),
        Outcome.WRONG_TYPE,
        "malformed.content_type",
    )
    in_query = client.post("/lti/launch", query_string=query, data={"x": "1"}, base_url=TOOL)
    expect.refused(in_query, Outcome.STALE, "stale.state")
    expect.accepted(journey.post(token))


def test_lti_017_missing_unknown_or_expired_state(journey, expect, clock):
    journey.login()
    token = journey.platform.sign(journey.claims())
    expect.refused(journey.post(token, state=None), Outcome.STALE, "stale.state")
    expect.refused(journey.post(token, state=""), Outcome.STALE, "stale.state")
    expect.refused(journey.post(token, state="x" * 43), Outcome.STALE, "stale.state")
    expect.refused(journey.post(token, state="x" * 5000), Outcome.STALE, "stale.state")
    expect.refused(journey.post(""), Outcome.BROKEN, "malformed.token_empty")
    doubled = [journey.sent["state"], journey.sent["state"]]
    expect.refused(journey.post(token, state=doubled), Outcome.BROKEN, "malformed.doubled")
    expect.refused(journey.post([token, token]), Outcome.BROKEN, "malformed.doubled")
    expect.accepted(journey.post(token))


def test_lti_018_other_browser(journey, expect, app, web):
    journey.login()
    token = journey.platform.sign(journey.claims())
    nobody = Journey(app.test_client(), journey.platform, journey.clock, journey.sent)
    expect.refused(nobody.post(token), Outcome.COOKIES, "cookies.blocked")
    other = Journey(app.test_client(), journey.platform, journey.clock)
    journey.login()
    other.login()
    other.sent = journey.sent
    expect.refused(other.post(journey.platform.sign(journey.claims())), Outcome.UNTRUSTED, "untrusted.state")


def test_lti_018_cookie_with_another_secret(journey, expect):
    journey.login()
    name = next(c.key for c in journey.client._cookies.values() if "mmo_state" in c.key)
    journey.client.set_cookie(name, f"1.{'x' * 43}", domain="tool.example", secure=True)
    token = journey.platform.sign(journey.claims())
    expect.refused(journey.post(token), Outcome.UNTRUSTED, "untrusted.state")


def test_lti_019_mix_up_of_platforms(journey, expect, database, rsa_keys, web):
    other = Platform(rsa_keys[1], kid="other-1", iss="https://other.example", client_id="OTHER")
    facts = platform_facts(
        iss=other.iss,
        client_id=other.client_id,
        authorization_endpoint=f"{other.iss}/auth",
        token_endpoint=f"{other.iss}/token",
        jwks_uri=f"{other.iss}/certs",
    )
    with database.write() as session:
        register_platform(session, facts, frozenset(), NOW)
    web.get(f"{other.iss}/certs", json=other.jwks())
    journey.login()
    foreign = other.sign(other.claims(NOW, journey.sent["nonce"]))
    expect.refused(journey.post(foreign), Outcome.UNTRUSTED, "untrusted.iss")
    journey.login()
    ours = other.sign(journey.platform.claims(NOW, journey.sent["nonce"]), {"alg": "RS256", "kid": "key-1"})
    expect.refused(journey.post(ours), Outcome.UNTRUSTED, "untrusted.signature")


def test_lti_019_mix_up_of_clients_and_deployments(journey, expect, database, registration):
    with database.write() as session:
        register_platform(session, platform_facts(client_id="SECOND", deployment_id="9"), frozenset(), NOW)
        add_deployment(session, session.get_one(Registration, registration.id), "2", NOW)
    expect.refused(journey.launch(aud="SECOND"), Outcome.UNTRUSTED, "untrusted.aud")
    deployment = "https://purl.imsglobal.org/spec/lti/claim/deployment_id"
    expect.refused(journey.launch(**{deployment: "2"}), Outcome.UNTRUSTED, "untrusted.deployment")


def test_lti_020_of_twenty_parallel_posts_one_is_a_launch(journey, app, expect, side):
    journey.login()
    token = journey.platform.sign(journey.claims())
    cookies = [(c.key, c.value) for c in journey.client._cookies.values()]
    start = threading.Barrier(20)
    statuses: list[int] = []

    def post() -> None:
        client = app.test_client()
        for name, value in cookies:
            client.set_cookie(name, value, domain="tool.example", secure=True)
        start.wait()
        response = client.post(
            "/lti/launch", data={"state": journey.sent["state"], "id_token": token}, base_url=TOOL
        )
        statuses.append(response.status_code)

    threads = [threading.Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, *[401] * 19]
    assert expect.sessions() == 1
    reasons = [line["reason"] for line in expect.lines()]
    assert sorted(reasons) == ["launch.ok", *["stale.replay"] * 19]


def test_lti_020_state_is_spent_before_the_signature_is_checked(journey, expect):
    journey.login()
    good = journey.platform.sign(journey.claims())
    expect.refused(journey.post(good[:-8] + "AAAAAAAA"), Outcome.UNTRUSTED, "untrusted.signature")
    expect.refused(journey.post(good), Outcome.STALE, "stale.replay")


def test_lti_021_nonce_of_another_state(journey, expect):
    journey.login()
    token = journey.platform.sign(journey.claims())
    journey.login()
    expect.refused(journey.post(token), Outcome.UNTRUSTED, "untrusted.nonce")


def test_lti_022_platform_answers_with_an_error(journey, expect):
    journey.login()
    response = journey.post(
        "", error="login_required", error_description="<b>secret words</b>", id_token=None
    )
    expect.refused(response, Outcome.STALE, "stale.platform_error")
    assert expect.lines()[-1]["error"] == "login_required"
    assert "secret words" not in response.text + str(expect.lines())


def test_lti_023_after_a_launch(journey, expect, database):
    journey.client.set_cookie(
        "__Host-mmo_session_aaaaaaaaaaaa", "1.fixed", domain="tool.example", secure=True
    )
    response = journey.launch()
    expect.accepted(response)
    with database.read() as session:
        row = session.scalars(select(WebSession)).one()
    assert row.handle != "aaaaaaaaaaaa"
    cookies = response.headers.getlist("Set-Cookie")
    assert [c for c in cookies if "mmo_state" in c and "Max-Age=0" in c]
    assert [c for c in cookies if f"mmo_session_{row.handle}=" in c]
    back = journey.post(journey.platform.sign(journey.claims()))
    assert back.status_code == 401
    assert "откройте методические объединения заново" in back.text
    assert re.fullmatch(
        "__Host-mmo_session_[0-9a-f]{12}",
        next(c for c in journey.client._cookies.values() if row.handle in c.key).key,
    )


def test_lti_024_secrets_are_compared_in_constant_time(monkeypatch, journey, expect, database):
    compared = []
    compare = hmac.compare_digest

    def watched(one, other):
        compared.append(one)
        return compare(one, other)

    monkeypatch.setattr(sealed.hmac, "compare_digest", watched)
    location = journey.launch().location + "course"
    nonce = journey.sent["nonce"].encode()
    with database.read() as session:
        kept = session.scalars(select(WebSession)).one().token_digest.encode()
    assert nonce in compared
    assert len(compared) == 3  # the mark of the state, the browser's secret and the nonce
    journey.client.get(location, base_url=TOOL)
    assert kept in compared
