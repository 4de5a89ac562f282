"""F. Keys of the platform: however slowly a platform answers, nobody waits longer than they meant to."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from mmo_lti.lti import outgoing
from mmo_lti.lti.outgoing import Outgoing, OutgoingFailed, guarded_session
from tests.lti.trickle import ANSWERS, trickling

SECONDS = 0.3
SOON = 1.5
"""Sooner than any of these servers ends by itself."""
HERE = frozenset({"127.0.0.1"})
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def asked(url: str) -> OutgoingFailed:
    """How asking fails, which it does in time."""
    started = time.monotonic()
    with guarded_session(HERE) as session, pytest.raises(OutgoingFailed) as failed:
        Outgoing(session, HERE).send("GET", url, seconds=SECONDS)
    assert time.monotonic() - started < SOON
    return failed.value


@pytest.mark.parametrize("name", ANSWERS)
def test_lti_065_trickling_answer_is_cut_off(name):
    with trickling(*ANSWERS[name]) as port:
        failed = asked(f"http://127.0.0.1:{port}/certs")
    assert (failed.reason, failed.again) == ("timeout", True)


def test_lti_065_trickling_handshake_is_cut_off():
    begun_record = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"
    with trickling(begun_record, b"\x00") as port:
        failed = asked(f"https://127.0.0.1:{port}/certs")
    assert failed.reason == "timeout"


def test_lti_065_trickling_answer_on_a_kept_connection_is_cut_off():
    """The second request goes over the connection of the first, and is watched as well."""
    with trickling(*ANSWERS["header"], first=WHOLE) as port, guarded_session(HERE) as session:
        way, url = Outgoing(session, HERE), f"http://127.0.0.1:{port}/certs"
        assert way.get_json(url)[0] == {}
        started = time.monotonic()
        with pytest.raises(OutgoingFailed, match="timeout"):
            way.send("GET", url, seconds=SECONDS)
        assert time.monotonic() - started < SOON


def test_lti_065_many_dead_addresses_take_no_longer_than_one(monkeypatch):
    found = [(2, 1, 6, "", (f"93.184.216.{last}", 443)) for last in range(1, 100)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    tried = []

    def dead(address, timeout, **_):
        tried.append(timeout)
        time.sleep(0.1)
        raise TimeoutError

    monkeypatch.setattr(outgoing, "create_connection", dead)
    assert asked("https://moodle.example/certs").reason == "timeout"
    assert 1 <= len(tried) <= 5
    assert all(timeout <= SECONDS for timeout in tried)


def test_an_answer_in_time_leaves_no_watch_behind():
    with trickling(WHOLE, b"") as port, guarded_session(HERE) as session:
        found = Outgoing(session, HERE).send("GET", f"http://127.0.0.1:{port}/certs", seconds=60)
        assert found.body == b"{}"
        watches = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
        for watch in watches:
            watch.join(SOON)
        assert not any(watch.is_alive() for watch in watches)
