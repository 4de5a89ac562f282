"""P. What a launch costs others: statements, round trips, requests. Times are measured by `benchmarks/launch.py`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mmo_lti.lti.state_store import MemoryStates, RedisStates
from tests.lti.statements import statements_of
from tests.lti.test_state_store import OneRedis

ROOT = Path(__file__).resolve().parents[2]


class CountingRedis(OneRedis):
    """Counts round trips."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def set(self, *args, **kwargs):
        self.asked += 1
        return super().set(*args, **kwargs)

    def get(self, *args, **kwargs):
        self.asked += 1
        return super().get(*args, **kwargs)


def test_lti_133_a_launch_takes_few_statements_and_round_trips(journey, database, web, side):
    """At most six statements, two round trips and no request of our own; the first launch of a person, too."""
    server = CountingRedis()
    side.states = RedisStates(server)
    journey.launch()
    for person, most in (("3", 2), ("4", 6)):
        journey.clock.forward(seconds=10)
        journey.login()
        token = journey.platform.sign(journey.claims(sub=person))
        asked, server.asked = len(web.calls), 0
        with statements_of(database) as statements:
            assert journey.post(token).status_code == 303
        writing = [each for each in statements if not each.startswith(("SAVEPOINT", "RELEASE"))]
        assert len(writing) <= most, writing
        assert server.asked == 2
        assert len(web.calls) == asked


def test_lti_131_only_the_admission_asks_the_database(journey, database, side):
    """Login, state, signature and claims are settled in memory; what is left is one look and one row."""
    side.states = MemoryStates()
    journey.launch()
    journey.clock.forward(seconds=10)
    with statements_of(database) as statements:
        journey.login()
        token = journey.platform.sign(journey.claims())
        assert statements == []
        assert journey.post(token).status_code == 303
    assert [each.split()[0] for each in statements] == ["SELECT", "INSERT"]


def test_lti_132_bad_tokens_and_garbage_ask_the_database_nothing(journey, app, database, side):
    """From a browser that was never signed in; for another one the page's language is looked up."""
    side.states = MemoryStates()
    journey.launch()
    journey.client = app.test_client()
    with statements_of(database) as statements:
        for token in (journey.platform.sign({})[:-4] + "AAAA", "x.y.z", "garbage"):
            journey.login()
            assert journey.post(token).status_code in {400, 401}
    assert statements == []


def benchmark(name: str, *options: str) -> dict:
    """The line of figures that a benchmark prints last."""
    command = [sys.executable, str(ROOT / "benchmarks" / name), *options]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout
    return json.loads(printed.splitlines()[-1])


@pytest.mark.slow
def test_lti_131_132_proportions_of_a_launch():
    """Processor time of one process, with room for a busy machine; the goals stand in the benchmark itself."""
    rates = benchmark("launch.py", "--launches", "100", "--rounds", "3")["rates"]
    ours, whole = rates["our LTI side, state in memory"], rates["our launch, SQLite in memory"]
    assert ours["launch"] > 0.06 * rates["bare RSA verification"]["launch"]
    assert ours["bad token"] > 0.9 * ours["launch"]
    assert whole["garbage"] > 5 * whole["launch"]


@pytest.mark.slow
def test_lti_134_five_hundred_come_at_once_while_the_key_set_is_down():
    """Two processes of gunicorn; PostgreSQL and Redis where the tests have them, else SQLite in a file."""
    figures = benchmark("meeting.py", "--launches", "500")
    assert figures["let in"] == figures["people"] == 500
    assert figures["seconds"] <= 10
    assert figures["p99 ms"] <= 1000
