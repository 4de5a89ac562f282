"""M. A platform that was typed, and addresses that may be plain."""

from __future__ import annotations

import json

import pytest

from mmo_lti.lti.dynamic_registration import read_configuration
from mmo_lti.lti.refusal import Refused
from mmo_lti.services.registration import PlatformRefused, register_platform
from tests.lti.conftest import NOW, platform_facts
from tests.lti.test_registration import NEW, configuration


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iss", ""),
        ("iss", "http://new.example"),
        ("iss", "https://new.example/" + "x" * 255),
        ("client_id", ""),
        ("client_id", "a\0"),
        ("deployment_id", "x" * 256),
        ("authorization_endpoint", "http://new.example/auth"),
        ("token_endpoint", "https://user:pass@new.example/"),
        ("jwks_uri", "https://127.0.0.1/jwks"),
        ("jwks_uri", ""),
    ],
)
def test_lti_116_typed_platform_is_checked_alike(database, field, value):
    with database.write() as session, pytest.raises(PlatformRefused) as refused:
        register_platform(session, platform_facts(**{field: value}), frozenset(), NOW)
    assert refused.value.params["field"] == field


def test_lti_116_typed_platform_launches(journey, database, expect):
    """The platform of these tests is one that was typed."""
    expect.accepted(journey.launch())


def test_lti_110_listed_loopback_host_may_be_plain():
    plain = json.loads(json.dumps(configuration()).replace(NEW, "http://127.0.0.1:8080"))
    url = "http://127.0.0.1:8080/mod/lti/openid-configuration.php"
    with pytest.raises(Refused):
        read_configuration(plain, url, frozenset())
    assert read_configuration(plain, url, frozenset({"127.0.0.1:8080"})).issuer == "http://127.0.0.1:8080"
