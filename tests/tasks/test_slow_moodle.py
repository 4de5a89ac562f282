"""A worker waits for a Moodle as long as it means to, however slowly the answer comes."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from moodle_sync import errors
from moodle_sync.client import MoodleClient
from tasks import connections
from tests.lti.trickle import ANSWERS, trickling

HOST = "127.0.0.1"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_trickles_ends_as_one_that_never_came(name, monkeypatch):
    monkeypatch.setattr(connections, "TOTAL_SECONDS", 0.3)
    pools = connections.Connections(frozenset({HOST}))
    with trickling(*ANSWERS[name]) as port:
        site = f"http://{HOST}:{port}"
        client = MoodleClient(
            site, "TOKEN", now=lambda: NOW, session=pools.session(site), plain_http_hosts={HOST}
        )
        started = time.monotonic()
        with pytest.raises(errors.TimedOut):
            client.call("core_group_create_groups", groups=[])
        assert time.monotonic() - started < 1.5
    pools.close()
