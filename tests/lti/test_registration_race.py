"""One approval, several registrations at once: the platform is asked to make one tool."""

from __future__ import annotations

import json

import pytest
import requests
from sqlalchemy import select

from mmo_lti.models.registration_invitation import RegistrationInvitation
from mmo_lti.services.registration import (
    PlatformRefused,
    register_platform,
    release_invitation,
    reserve_invitation,
    use_invitation,
)
from tests.lti.conftest import NOW, platform_facts
from tests.lti.platform import TOOL
from tests.lti.test_registration import NEW, REGISTER, granted, registrar

__all__ = ["registrar"]


@pytest.fixture
def asked(registrar, web, client):
    """What others are answered who open the address while the platform makes the tool."""
    answers = []

    def make_tool(_request):
        others = client.application.test_client()
        if not answers:
            answers.append(registrar.open())
            headers = {"Origin": TOOL}
            given = {"iss": NEW, "client_id": "TYPED", "deployment_id": "1"}
            web.get(f"{NEW}/mod/lti/certs.php", json={"keys": []})
            answers.append(
                others.post(
                    f"/lti/register/{registrar.secret}/by-hand", data=given, base_url=TOOL, headers=headers
                )
            )
        return 200, {"Content-Type": "application/json"}, json.dumps(granted())

    web.remove("POST", REGISTER)
    web.add_callback("POST", REGISTER, make_tool)
    return answers


def test_the_second_is_told_the_truth_and_makes_no_tool(registrar, web, asked, expect):
    assert registrar.open().status_code == 200
    again = asked[0]
    assert again.status_code == 409
    assert "Этот адрес уже использован" in again.text
    assert "неполные" not in again.text
    assert "denied.invitation_taken" in [line["reason"] for line in expect.lines()]
    assert len([call for call in web.calls if call.request.method == "POST"]) == 1
    assert registrar.stored() == 1


def test_address_is_good_again_where_the_first_failed(registrar, web, clock):
    web.replace("POST", REGISTER, body=requests.ReadTimeout("x"))
    assert registrar.open().status_code == 503
    assert registrar.usable()
    web.replace("POST", REGISTER, body=RuntimeError("a fault of ours"))
    with pytest.raises(RuntimeError):
        registrar.open()
    assert registrar.usable()
    web.replace("POST", REGISTER, json=granted(client_id="x" * 300))
    assert registrar.open().status_code == 400
    assert registrar.usable()
    web.replace("POST", REGISTER, json=granted())
    assert registrar.open().status_code == 200
    assert not registrar.usable()


def test_address_is_good_again_two_minutes_after_a_crash(registrar, database, clock):
    with database.write() as session:
        reserve_invitation(session, registrar.secret, clock())
    clock.forward(minutes=1, seconds=59)
    assert registrar.open().status_code == 409
    clock.forward(seconds=1)
    assert registrar.open().status_code == 200


def test_late_failure_gives_nothing_of_others_back(registrar, database, clock):
    with database.write() as session:
        first = clock()
        reserve_invitation(session, registrar.secret, first)
        clock.forward(minutes=2)
        reserve_invitation(session, registrar.secret, clock())
        release_invitation(session, registrar.secret, first)
        assert session.scalars(select(RegistrationInvitation)).one().used_at == clock()


def test_approval_is_spent_once_and_only_when_reserved(registrar, database, clock):
    with database.write() as session:
        registration = register_platform(session, platform_facts(iss=NEW), frozenset(), NOW)
        with pytest.raises(PlatformRefused):
            use_invitation(session, registrar.secret, registration, clock())
        reserve_invitation(session, registrar.secret, clock())
        clock.forward(hours=25)
        use_invitation(session, registrar.secret, registration, clock())
        for spend in (
            lambda: use_invitation(session, registrar.secret, registration, clock()),
            lambda: reserve_invitation(session, registrar.secret, NOW),
        ):
            with pytest.raises(PlatformRefused):
                spend()
