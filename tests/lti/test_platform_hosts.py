"""Which hosts a platform may have: its origin stands in the headers of every page of every centre."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from mmo_lti.models.registration import Registration
from mmo_lti.services.platform_address import BadAddress, platform_origin
from mmo_lti.services.platform_move import move_platform
from mmo_lti.services.registration import PlatformRefused, register_platform
from mmo_lti.web.security import _policy
from tests.lti.conftest import NOW, platform_facts
from tests.lti.platform import ISS, TOOL
from tests.lti.test_registration import CONFIGURATION, NEW, configuration, registrar

__all__ = ["registrar"]

NO_HOSTS = [
    "*",
    "*.example",
    "x;sandbox",
    "x,script-src",
    "'none'",
    "'unsafe-inline'",
    "x'y",
    "x`y",
    "x_y.example",
    "x%2f.example",
    "x(y)",
    "-x.example",
    "x..example",
    ".example",
    "example.",
    "user@x.example",
    "@x.example",
    ":@x.example",
    "x.example:port",
    "x.example:1:2",
    "x.example:999999",
    "[::1",
    "[x]",
    "[fe80::1%25eth0]",
    "[2001:db8::1]x",
    "x[2001:db8::1]",
    "пример.рф",
    "a" * 64 + ".example",
    ".".join(["a" * 60] * 5),
]
HOSTS = [
    "moodle.example",
    "MOODLE.example:8443",
    "xn--e1afmkfd.xn--p1ai",
    "a-b.c1.example",
    "8.8.8.8",
    "[2a00:1450::1]:444",
]


@pytest.mark.parametrize("host", NO_HOSTS)
def test_no_host(host):
    with pytest.raises(BadAddress):
        platform_origin(f"https://{host}/a")
    with pytest.raises(BadAddress):
        platform_origin(f"https://{host}")


@pytest.mark.parametrize("host", HOSTS)
def test_host(host):
    assert platform_origin(f"https://{host}/a?b=;,*'") == f"https://{host.lower()}"


@pytest.mark.parametrize("host", ["*", "x;sandbox", "x,script-src", "user@x"])
@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_dynamic_registration_writes_into_nobodys_policy(registrar, web, client, app, host, name):
    web.replace("GET", CONFIGURATION, json=configuration(**{name: f"https://{host}/a"}))
    assert registrar.open().status_code == 400
    assert registrar.stored() == 0
    app.extensions["mmo.origins"].forget()
    policy = client.get("/go/x", base_url=TOOL).headers["Content-Security-Policy"]
    assert policy.endswith(f"frame-ancestors 'self' {ISS}")


@pytest.mark.parametrize("host", ["*", "x;sandbox"])
def test_the_page_that_asks_is_framed_by_no_such_host(registrar, web, host):
    refused = registrar.open(openid_configuration=f"https://{host}/c")
    assert refused.status_code == 400
    assert f"https://{host}" not in refused.headers["Content-Security-Policy"]
    assert len(web.calls) == 0


@pytest.mark.parametrize("host", ["*", "x;sandbox", "x,script-src"])
@pytest.mark.parametrize("field", ["iss", "authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_typed_platform_is_refused(database, host, field):
    with database.write() as session, pytest.raises(PlatformRefused) as refused:
        register_platform(session, platform_facts(**{field: f"https://{host}/a"}), frozenset(), NOW)
    assert refused.value.params["field"] == field


@pytest.mark.parametrize("host", ["*", "x;sandbox"])
def test_move_is_refused(database, host):
    with database.write() as session, pytest.raises(PlatformRefused):
        move_platform(session, ISS, f"https://{host}", frozenset(), NOW)


def test_policy_shows_no_host_that_was_stored_before(app, database, client):
    """A second wall: what stands in the database already does not get out either."""
    with database.write() as session:
        session.execute(update(Registration).values(authorization_endpoint="https://x;sandbox/a"))
    app.extensions["mmo.origins"].forget()
    policy = client.get("/go/x", base_url=TOOL).headers["Content-Security-Policy"]
    assert "sandbox" not in policy
    assert policy.endswith(f"frame-ancestors 'self' {ISS}")


@pytest.mark.parametrize(
    "bad", ["https://*", "https://x;sandbox", "*", "https:", "https://x y", "https://x\n"]
)
def test_policy_is_built_of_origins_only(bad):
    plain = _policy(frozenset({ISS}), "", NEW, NEW)
    assert f"form-action 'self' {NEW};" in plain
    assert plain.endswith(f"frame-ancestors 'self' {ISS} {NEW}")
    assert _policy(frozenset({ISS, bad}), "", bad, bad) == _policy(frozenset({ISS}))
