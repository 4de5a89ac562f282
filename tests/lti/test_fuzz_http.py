"""Mutated logins, launches and deep linking requests, over HTTP to the end: only what is right gets in.

What is right says `oracle`, which is written from the standard and knows nothing of the product.
"""

from __future__ import annotations

import html
import random
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import select
from werkzeug.test import TestResponse

from mmo_lti.lti import tool_keys
from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.login import cookie_key
from mmo_lti.lti.side import LtiSide
from mmo_lti.lti.state_store import PendingLogin
from mmo_lti.models.database import Database
from mmo_lti.models.registration import Registration
from mmo_lti.models.web_session import WebSession
from mmo_lti.services.registration import add_deployment
from mmo_lti.services.sealed import digest_of
from tests.lti.conftest import NOW, Journey
from tests.lti.mutation import mutated, text_mutated
from tests.lti.oracle import (
    DEEP,
    is_right_header,
    is_right_launch,
    is_right_login,
    is_session_address,
    may_choose,
)
from tests.lti.platform import AUTH, CLIENT, LAUNCH, REMOVED, TOOL, login_parameters
from tests.lti.test_deep_linking import asking

pytestmark = pytest.mark.slow

COOKIE = "__Host-mmo_state_{}"
DEPLOYMENTS = {"1", "7"}
TARGETS = [LAUNCH, f"{TOOL}/associations", f"{TOOL}/a/MMO-01?x=1"]


@pytest.fixture(autouse=True)
def several_deployments(database, side):
    """Two that are let in, and one that was switched off."""
    side.logins.burst = side.logins.per_second = 1e9
    with database.write() as session:
        registration = session.scalars(select(Registration)).one()
        add_deployment(session, registration, "7", NOW)
        add_deployment(session, registration, "9", NOW).enabled = False


def test_fuzzed_logins_go_to_the_platform_or_nowhere(client):
    chance = random.Random(3)
    ways = {True: 0, False: 0}
    for _ in range(5_000):
        given = list(login_parameters().items())
        at = chance.randrange(len(given))
        name, value = given[at]
        renamed = chance.random() < 0.2
        given[at] = (text_mutated(name, chance), value) if renamed else (name, text_mutated(value, chance))
        if chance.random() < 0.1:
            given.append(chance.choice(given))
        fields: dict[str, list[str]] = {}
        for name, value in given:
            fields.setdefault(name, []).append(value)
        response = client.post("/lti/login", data=fields, base_url=TOOL)
        right = is_right_login(fields, DEPLOYMENTS)
        ways[right] += 1
        assert (response.status_code == 302) is right, (response.status_code, fields)
        if right:
            assert_asks_the_platform(response, fields)
        else:
            assert 400 <= response.status_code < 500
            assert "mmo_state" not in str(response.headers.getlist("Set-Cookie"))
    assert min(ways.values()) > 500


def assert_asks_the_platform(response: TestResponse, fields: dict[str, list[str]]) -> None:
    """SEC 5.1.1.2: the request of this login, and of no other."""
    where, _, query = response.location.partition("?")
    asked = parse_qs(query, keep_blank_values=True, strict_parsing=True)
    assert where == AUTH
    state, nonce = asked.pop("state"), asked.pop("nonce")
    assert len(state[0]) > 40
    assert len(nonce[0]) > 20
    echoed = {name: fields[name] for name in ("login_hint", "lti_message_hint") if name in fields}
    assert asked == {
        "scope": ["openid"],
        "response_type": ["id_token"],
        "response_mode": ["form_post"],
        "prompt": ["none"],
        "client_id": [CLIENT],
        "redirect_uri": [LAUNCH],
        **echoed,
    }
    assert COOKIE.format(cookie_key(state[0])) in str(response.headers.getlist("Set-Cookie"))


@dataclass
class Attempt:
    """One launch: what is sent, and whether anything but its token makes it wrong."""

    login: dict[str, str]
    claims: Any
    header: Any
    state: str
    honest: bool = True


@dataclass
class Intruder:
    """Begins honest logins and finishes them in some other way; counts what became of them."""

    journey: Journey
    side: LtiSide
    database: Database
    chance: random.Random
    last_nonce: str = "x"
    ends: dict[str, int] = field(default_factory=dict)

    def begin(self) -> Attempt:
        """An honest launch of one kind or the other, ready to be posted."""
        self.journey.client._cookies.clear()
        changed = {
            "lti_deployment_id": self.chance.choice(["1", "7", REMOVED]),
            "target_link_uri": self.chance.choice(TARGETS),
        }
        assert self.journey.login(**changed).status_code == 302
        login = login_parameters(**changed)
        deployment = login.get("lti_deployment_id", "7")
        more = asking(data="данные") if self.chance.random() < 0.3 else {}
        claims = self.journey.claims(
            **{v.DEPLOYMENT_ID: deployment, v.TARGET_LINK_URI: login["target_link_uri"], **more}
        )
        header = {"typ": "JWT", "alg": "RS256", "kid": "key-1"}
        return Attempt(login, claims, header, self.journey.sent["state"])

    def nothing(self, attempt: Attempt) -> None:
        """Leave it as it is."""

    def any_claims(self, attempt: Attempt) -> None:
        """Change the claims somewhere."""
        attempt.claims = mutated(attempt.claims, self.chance)

    def one_claim(self, attempt: Attempt) -> None:
        """Put what is good elsewhere into a claim that binds the launch."""
        name, values = self.chance.choice(
            [
                ("nonce", [self.last_nonce, "", REMOVED, None, attempt.claims["nonce"] + "x"]),
                (v.DEPLOYMENT_ID, ["1", "7", "9", "2", "", REMOVED, 1, None]),
                (v.TARGET_LINK_URI, [*TARGETS, "https://evil.example/", REMOVED, TOOL]),
                ("exp", [int(NOW.timestamp()) - 600, REMOVED]),
                ("aud", ["OTHER", [CLIENT, "OTHER"], []]),
                ("iss", ["https://evil.example", REMOVED]),
            ]
        )
        value = self.chance.choice(values)
        if value is REMOVED:
            del attempt.claims[name]
        else:
            attempt.claims[name] = value

    def header(self, attempt: Attempt) -> None:
        """Change the token's header somewhere."""
        attempt.header = mutated(attempt.header, self.chance)

    def browser(self, attempt: Attempt) -> None:
        """Finish in a browser that did not begin: without a cookie, or with one of its own."""
        attempt.honest = False
        name = COOKIE.format(cookie_key(attempt.state))
        self.journey.client._cookies.clear()
        for key in self.chance.choice([[], [name], [name[:-1] + "x"], [name, name[:-1] + "x"]]):
            self.journey.client.set_cookie(key, f"{int(NOW.timestamp())}.guessed", domain="tool.example")

    def planted(self, attempt: Attempt) -> None:
        """Name a state that is not of our making, though the store knows it and the cookie fits."""
        attempt.honest = False
        attempt.state = self.chance.choice(
            [f"{self.chance.getrandbits(200):x}", attempt.state[:-1] + "!", attempt.state + "x"]
        )
        pending = PendingLogin(
            browser_digest=digest_of("planted"),
            nonce=attempt.claims["nonce"],
            registration_id=1,
            deployment_id=attempt.login.get("lti_deployment_id", ""),
            target_link_uri=attempt.login["target_link_uri"],
        )
        self.side.states.keep(attempt.state, pending, NOW)
        name = COOKIE.format(cookie_key(attempt.state))
        self.journey.client.set_cookie(name, f"{int(NOW.timestamp())}.planted", domain="tool.example")

    def sent_twice(self, attempt: Attempt) -> None:
        """Finish honestly, and once more."""
        attempt.honest = False
        cookies = dict(self.journey.client._cookies)
        assert self.post(attempt).status_code == 303
        self.journey.client._cookies.update(cookies)

    def post(self, attempt: Attempt) -> TestResponse:
        """The platform's answer, as the attempt has it."""
        token = self.journey.platform.sign(attempt.claims, attempt.header)
        return self.journey.post(token, state=attempt.state)

    def run(self) -> None:
        """One attempt, and whether it ended as it must."""
        attempt = self.begin()
        ways = [self.nothing, self.any_claims, self.one_claim, self.header, self.browser, self.planted]
        way = self.chance.choices([*ways, self.sent_twice], [1, 8, 8, 3, 3, 3, 1])[0]
        nonce = attempt.claims["nonce"]
        way(attempt)
        before = self.newest()
        response = self.post(attempt)
        right = (
            attempt.honest
            and is_right_header(attempt.header, "key-1")
            and is_right_launch(attempt.claims, NOW.timestamp(), attempt.login, nonce, DEPLOYMENTS)
            and (DEEP not in attempt.claims or may_choose(attempt.claims))
        )
        self.last_nonce = nonce
        if 400 <= response.status_code < 500:
            assert "mmo_session" not in str(response.headers.getlist("Set-Cookie"))
            assert self.newest() == before
            assert way != self.nothing
            end = "refused"
        else:
            assert response.status_code == 303, response.status_code
            assert right, (way.__name__, attempt)
            self.assert_signed_in(response, attempt, before)
            end = "chosen" if response.location.endswith("/lti/deep-link") else "inside"
            if end == "chosen":
                self.choose(response.location, attempt)
        self.ends[end] = self.ends.get(end, 0) + 1

    def newest(self) -> int:
        """The number of the newest session."""
        with self.database.read() as session:
            return session.scalar(select(WebSession.id).order_by(WebSession.id.desc()).limit(1)) or 0

    def assert_signed_in(self, response: TestResponse, attempt: Attempt, before: int) -> None:
        """One session more, and it is that of the person whom the token names."""
        assert is_session_address(response.location)
        with self.database.read() as session:
            opened = session.scalars(select(WebSession).where(WebSession.id > before)).one()
            assert opened.account.sub == attempt.claims["sub"]
            assert opened.deployment.deployment_id == attempt.claims[v.DEPLOYMENT_ID]
            assert f"/s/{opened.handle}/" in response.location

    def choose(self, where: str, attempt: Attempt) -> None:
        """Go on from a deep linking request to the answer that the platform gets."""
        client, asked = self.journey.client, attempt.claims[DEEP]
        page = client.get(where, base_url=TOOL)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert csrf, page.status_code
        form = {"csrf_token": csrf[1], "page": ["/", "/associations"]}
        response = client.post(where, data=form, base_url=TOOL, headers={"Origin": TOOL})
        assert response.status_code == 200
        action = re.search(r'<form method="post" action="([^"]+)"', response.text)
        token = re.search(r'name="JWT" value="([^"]+)"', response.text)
        assert action
        assert token
        assert html.unescape(action[1]) == asked["deep_link_return_url"]
        assert urlsplit(html.unescape(action[1])).hostname == "moodle.example"
        with self.database.read() as session:
            keys = KeySet.import_key_set({"keys": tool_keys.published(session, NOW)})
        claims = jwt.decode(token[1], keys, algorithms=["RS256"]).claims
        assert (claims["iss"], claims["aud"]) == (CLIENT, "https://moodle.example")
        assert claims[v.DEPLOYMENT_ID] == attempt.claims[v.DEPLOYMENT_ID]
        assert claims.get(v.DEEP_LINKING_DATA) == asked.get("data")
        most = 2 if asked.get("accept_multiple") is True else 1
        wanted = most if "ltiResourceLink" in asked["accept_types"] else 0
        assert len(claims[v.CONTENT_ITEMS]) == wanted


def test_fuzzed_launches_end_inside_only_where_they_are_right(journey, side, database):
    intruder = Intruder(journey, side, database, random.Random(4))
    for _ in range(2_500):
        intruder.run()
    assert sum(intruder.ends.values()) == 2_500
    assert min(intruder.ends[end] for end in ("refused", "inside", "chosen")) > 100, intruder.ends
