"""Mutated registrations, over HTTP: stored is only what is right, and nothing of it gets into headers."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest
from sqlalchemy import select

from mmo_lti.lti import vocabulary as v
from mmo_lti.models.registration import Registration
from mmo_lti.models.registration_invitation import RegistrationInvitation
from mmo_lti.services.registration import INVITATION_LIFE
from mmo_lti.services.sealed import digest_of
from tests.lti.conftest import NOW
from tests.lti.mutation import mutated, text_mutated
from tests.lti.oracle import is_right_grant, is_right_platform
from tests.lti.platform import TOOL
from tests.lti.test_registration import CONFIGURATION, NEW, REGISTER, configuration, granted

pytestmark = pytest.mark.slow

ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
BAD_HOSTS = ["*", "x;sandbox", "x,y", "10.0.0.1", "user@new.example", "'none'", "new.example:80:80"]
JSON = "application/json"


class Registrar:
    """Registers platforms of every kind, one approval after the other."""

    def __init__(self, client, database, web, chance) -> None:
        self.client, self.database, self.web, self.chance = client, database, web, chance
        self.told_deployments: set[str] = set()
        self.secret = self.invited()
        web.get(CONFIGURATION)
        web.post(REGISTER)

    def invited(self) -> str:
        """An approval whose secret follows from the seed, as everything else that is sent."""
        secret = f"{self.chance.getrandbits(256):064x}"
        with self.database.write() as session:
            session.add(
                RegistrationInvitation(
                    digest=digest_of(secret),
                    created_at=NOW,
                    expires_at=NOW + INVITATION_LIFE,
                    used_at=None,
                )
            )
        return secret

    def changed(self, document: dict[str, Any]) -> Any:
        """The document as it is, with an address of a bad host, or changed anywhere."""
        way = self.chance.random()
        if way < 0.3:
            return document
        if way < 0.4:
            host = self.chance.choice(BAD_HOSTS)
            return {**document, self.chance.choice(["issuer", *ADDRESSES]): f"https://{host}/a"}
        return mutated(document, self.chance)

    def run(self) -> bool:
        """One registration; whether it was stored."""
        told, grant = self.changed(configuration()), self.changed(granted())
        if isinstance(grant, dict) and isinstance(grant.get(v.TOOL_CONFIGURATION), dict):
            deployment = grant[v.TOOL_CONFIGURATION].get("deployment_id")
            self.told_deployments |= {deployment} if isinstance(deployment, str) else set()
        self.web.replace("GET", CONFIGURATION, body=json.dumps(told), content_type=JSON)
        self.web.replace("POST", REGISTER, body=json.dumps(grant), content_type=JSON)
        url = CONFIGURATION if self.chance.random() < 0.9 else text_mutated(CONFIGURATION, self.chance)
        secret = self.secret if self.chance.random() < 0.9 else text_mutated(self.secret, self.chance)
        secret = re.sub(r"[^\w-]", "x", secret)
        origin = TOOL if self.chance.random() < 0.9 else "https://evil.example"
        honest = (url, secret, origin) == (CONFIGURATION, self.secret, TOOL)
        response = self.client.post(
            f"/lti/register/{secret}",
            data={"openid_configuration": url, "registration_token": "token"},
            base_url=TOOL,
            headers={"Origin": origin},
        )
        stored = self.stored()
        assert (response.status_code == 200) is (stored is not None), response.status_code
        if stored is None:
            assert 400 <= response.status_code < 500 or response.status_code == 503
            return False
        assert honest
        assert is_right_platform(told, NEW), told
        assert is_right_grant(grant), grant
        self.assert_kept_as_told(stored, told, grant)
        self.assert_headers_are_clean()
        self.secret = self.invited()
        return True

    def stored(self) -> Registration | None:
        """What the approval was spent on."""
        with self.database.read() as session:
            spent = session.scalar(
                select(RegistrationInvitation.registration_id).where(
                    RegistrationInvitation.digest == digest_of(self.secret)
                )
            )
            used = session.scalars(select(RegistrationInvitation.used_at)).all()
            assert None in used or spent, "a failure leaves the approval good"
            row = session.get(Registration, spent) if spent else None
            if row is not None:
                assert {each.deployment_id for each in row.deployments} <= self.told_deployments
                assert row.centre.iss.startswith(NEW)
            return row

    def assert_kept_as_told(self, row: Registration, told: dict[str, Any], grant: dict[str, Any]) -> None:
        """The platform's own signs, none changed."""
        with self.database.read() as session:
            fresh = session.get_one(Registration, row.id)
            assert fresh.centre.iss == told["issuer"]
            assert {name: getattr(fresh, name) for name in ADDRESSES} == {
                name: told[name] for name in ADDRESSES
            }
            assert fresh.client_id == grant["client_id"]

    def assert_headers_are_clean(self) -> None:
        """Whoever may frame the pages is a list of origins."""
        self.client.application.extensions["mmo.origins"].forget()
        policy = self.client.get("/go/x", base_url=TOOL).headers["Content-Security-Policy"]
        framing = policy.rpartition("; frame-ancestors 'self'")[2]
        assert re.fullmatch(r"(?: https://[a-z0-9.-]+(?::\d+)?)+", framing), framing


def test_fuzzed_registrations_are_refused_or_right(client, database, web):
    registrar = Registrar(client, database, web, random.Random(5))
    stored = 0
    for _ in range(3_000):
        stored += registrar.run()
        web.calls.reset()
    assert 200 < stored < 2_800
