"""F. Keys of the platform."""

from __future__ import annotations

import socket
import threading

import pytest
import requests
import responses
from joserfc.jwk import RSAKey

from mmo_lti.app import create_app
from mmo_lti.lti import outgoing
from mmo_lti.lti.outgoing import Outgoing, OutgoingFailed, PrivateAddress, guarded_session
from mmo_lti.lti.platform_keys import MAX_WAITING
from mmo_lti.lti.refusal import Outcome
from tests.lti.conftest import Journey
from tests.lti.platform import JWKS, b64


def fetches(web) -> int:
    return sum(call.request.url == JWKS for call in web.calls)


def in_set(key: RSAKey, kid: str) -> dict[str, str]:
    return {**key.as_dict(private=False), "kid": kid, "alg": "RS256", "use": "sig"}


def launch_with(journey: Journey, key: RSAKey, kid: str):
    """A launch signed by `key` under the name `kid`."""
    before = journey.platform.key, journey.platform.kid
    journey.platform.key, journey.platform.kid = key, kid
    try:
        return journey.launch()
    finally:
        journey.platform.key, journey.platform.kid = before


def test_lti_062_hot_launch_asks_nobody(journey, web, clock):
    for _ in range(5):
        assert journey.launch().status_code == 303
    assert fetches(web) == 1
    clock.forward(minutes=59)
    assert journey.launch().status_code == 303
    assert fetches(web) == 1
    clock.forward(minutes=2)
    assert journey.launch().status_code == 303
    assert fetches(web) == 2


@pytest.mark.parametrize(
    ("control", "kept_minutes", "gone_minutes"),
    [
        ("max-age=60", 4.9, 5.1),
        ("no-store", 4.9, 5.1),
        ("max-age=7200", 119, 121),
        ("max-age=999999", 1439, 1441),
        ("garbage", 59, 61),
    ],
)
def test_lti_062_cache_control_within_bounds(journey, web, clock, control, kept_minutes, gone_minutes):
    web.replace("GET", JWKS, json=journey.platform.jwks(), headers={"Cache-Control": control})
    journey.launch()
    clock.forward(minutes=kept_minutes)
    journey.launch()
    assert fetches(web) == 1
    clock.forward(minutes=gone_minutes - kept_minutes)
    assert journey.launch().status_code == 303
    assert fetches(web) == 2


def test_lti_062_keys_are_shared_by_workers(journey, web, config, clock):
    journey.launch()
    second = create_app(config)
    second.extensions["mmo"].wall = clock
    other = Journey(second.test_client(), journey.platform, clock)
    assert other.launch().status_code == 303
    assert fetches(web) == 1
    second.extensions["mmo"].database.close()


def test_lti_063_rotation_of_the_platforms_key(journey, web, clock, rsa_keys, expect):
    old, new = rsa_keys[0], rsa_keys[1]
    assert journey.launch().status_code == 303
    web.replace("GET", JWKS, json={"keys": [in_set(old, "key-1"), in_set(new, "key-2")]})
    clock.forward(seconds=5)
    assert launch_with(journey, new, "key-2").status_code == 303
    assert fetches(web) == 2
    assert journey.launch().status_code == 303
    assert fetches(web) == 2
    web.replace("GET", JWKS, json={"keys": [in_set(new, "key-2")]})
    clock.forward(minutes=61)
    assert launch_with(journey, new, "key-2").status_code == 303
    assert fetches(web) == 3
    assert journey.launch().status_code == 401
    assert expect.lines()[-1]["reason"] == "untrusted.kid"


def test_lti_064_random_kids_cause_one_fetch_a_minute(journey, web, side, registration, clock):
    journey.launch()
    first = fetches(web)
    for number in range(1000):
        with pytest.raises(Exception, match=r"untrusted\.kid"):
            side.keys.find(registration.id, JWKS, f"random-{number}")
    assert fetches(web) == first + 1
    clock.forward(seconds=61)
    for number in range(10):
        with pytest.raises(Exception, match=r"untrusted\.kid"):
            side.keys.find(registration.id, JWKS, f"more-{number}")
    assert fetches(web) == first + 2


def test_lti_064_single_flight(side, registration, web, platform):
    """As many threads as may wait, all of which miss the key, make one request."""
    many = 1 + MAX_WAITING
    start = threading.Barrier(many)
    found = []

    def look() -> None:
        start.wait()
        found.append(side.keys.find(registration.id, JWKS, "key-1"))

    threads = [threading.Thread(target=look) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == many
    assert fetches(web) == 1


MALFORMED_KEYS = [
    1,
    "x",
    None,
    [],
    {},
    {"kty": "RSA"},
    {"kty": 5},
    {"kty": "RSA", "kid": "k", "n": 5, "e": {}},
]
BAD_ANSWERS = {
    "connection": ("connection", {"body": requests.ConnectionError("down")}),
    "timeout": ("timeout", {"body": requests.ReadTimeout("slow")}),
    "500": ("status_500", {"status": 500, "body": "oops"}),
    "404": ("status_404", {"status": 404}),
    "redirect": ("status_302", {"status": 302, "headers": {"Location": "https://evil.example/jwks"}}),
    "html": ("json", {"body": "<html>maintenance</html>", "content_type": "text/html"}),
    "empty": ("json", {"body": ""}),
    "no keys": ("empty", {"json": {}}),
    "null keys": ("empty", {"json": {"keys": None}}),
    "empty list": ("empty", {"json": {"keys": []}}),
    "a list": ("empty", {"json": [1, 2]}),
    "garbage keys": ("empty", {"json": {"keys": MALFORMED_KEYS}}),
    "too large": ("size", {"body": "x" * (256 * 1024 + 1)}),
    "deep": ("json", {"body": "[" * 50_000}),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_lti_065_key_set_is_down_or_malformed_from_the_start(journey, web, expect, name):
    reason, answer = BAD_ANSWERS[name]
    web.replace("GET", JWKS, **answer)
    response = journey.launch()
    expect.refused(response, Outcome.LATER, f"platform.jwks_{reason}")
    assert response.headers["Retry-After"]
    asked = fetches(web)
    journey.launch()
    assert fetches(web) == asked


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_lti_065_known_key_outlives_an_outage_for_a_day(journey, web, clock, expect, name):
    assert journey.launch().status_code == 303
    web.replace("GET", JWKS, **BAD_ANSWERS[name][1])
    clock.forward(hours=2)
    assert journey.launch().status_code == 303
    stale = [line for line in expect.lines() if line["reason"] == "platform.jwks_stale"]
    assert len(stale) == 1
    clock.forward(hours=21)
    assert journey.launch().status_code == 303
    clock.forward(hours=2)
    assert journey.launch().status_code == 503


def test_lti_065_malformed_keys_do_not_spoil_the_others(journey, web):
    keys = [*MALFORMED_KEYS, *journey.platform.jwks()["keys"]]
    web.replace("GET", JWKS, json={"keys": keys})
    assert journey.launch().status_code == 303


@pytest.mark.parametrize(
    "url",
    [
        "http://moodle.example/certs",
        "https://user:secret@moodle.example/certs",
        "https://127.0.0.1/certs",
        "https://[::1]/certs",
        "https://10.0.0.1/certs",
        "https://192.168.1.1/certs",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:127.0.0.1]/",
        "https://0.0.0.0/",
        "file:///etc/passwd",
        "ftp://moodle.example/",
        "https://moodle.example/a b",
        "https://moodle.example\\@evil.example/",
        "https:///certs",
        "https://moodle.example:99999/",
    ],
)
def test_lti_066_addresses_that_are_never_asked(url):
    way = Outgoing(guarded_session(frozenset()), frozenset())
    with responses.RequestsMock() as mock, pytest.raises(OutgoingFailed, match="address_") as failed:
        way.send("GET", url)
    assert not failed.value.again
    assert len(mock.calls) == 0


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1", "fd00::1", "0.0.0.0", "224.0.0.1"],
)
def test_lti_066_name_that_leads_to_a_private_address(monkeypatch, address):
    """The address is looked at on the connection itself, so a name that changes its mind gains nothing."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    tried = []
    monkeypatch.setattr(outgoing, "create_connection", lambda *a, **k: tried.append(a))
    way = Outgoing(guarded_session(frozenset()), frozenset())
    with pytest.raises(OutgoingFailed, match="address_private"):
        way.send("GET", "https://innocent.example/certs")
    assert tried == []
    assert issubclass(PrivateAddress, Exception)


def test_lti_066_of_several_addresses_only_public_ones_are_tried(monkeypatch):
    found = [(2, 1, 6, "", ("127.0.0.1", 443)), (2, 1, 6, "", ("93.184.216.34", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    tried = []

    def refuse(address, *_args, **_kwargs):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(outgoing, "create_connection", refuse)
    way = Outgoing(guarded_session(frozenset()), frozenset())
    with pytest.raises(OutgoingFailed, match="connection"):
        way.send("GET", "https://innocent.example/certs")
    assert tried == [("93.184.216.34", 443)]


def test_lti_066_listed_host_may_be_plain_and_private():
    server = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{server.getsockname()[1]}"

    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(
                b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n"
            )

    thread = threading.Thread(target=answer)
    thread.start()
    hosts = frozenset({host})
    with guarded_session(hosts) as session:
        found = Outgoing(session, hosts).send("GET", f"http://{host}/certs")
    thread.join()
    server.close()
    assert (found.status, found.body) == (302, b"")


def test_lti_067_requests_carry_a_user_agent(journey, web):
    journey.launch()
    assert web.calls[0].request.headers["User-Agent"].startswith("mmo-lti/")


def test_lti_062_key_numbers_are_bounded():
    from mmo_lti.lti.platform_keys import usable_keys

    monster = b64(b"\xff" * 5000)
    assert usable_keys([{"kty": "RSA", "kid": "x", "n": monster, "e": "AQAB"}]) == {}
