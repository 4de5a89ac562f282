"""The breaker: when a failing site is let rest, and when it is asked again."""

from datetime import UTC, datetime, timedelta

import pytest

from moodle_sync import errors
from moodle_sync.breaker import Breaker, Breakers
from tests.contract.recorded import load
from tests.moodle_sync.conftest import NOW
from tests.moodle_sync.replay import replay_client


def test_a_site_that_keeps_failing_is_left_alone_and_probed_after_a_minute() -> None:
    now = [NOW]
    breaker = Breaker(lambda: now[0], threshold=2, rest=timedelta(minutes=1))
    down = load("conn_php_fatal")
    client, replay, _ = replay_client(down, down, down, load("site_info"), breaker=breaker)
    for _ in range(2):
        with pytest.raises(errors.ServerFault):
            client.site_info()
    with pytest.raises(errors.Resting) as caught:
        client.site_info()
    assert caught.value.params["seconds"] == 61
    assert len(replay.forms) == 2
    now[0] += timedelta(seconds=61)
    with pytest.raises(errors.ServerFault):
        client.site_info()
    with pytest.raises(errors.Resting):
        client.site_info()
    now[0] += timedelta(seconds=61)
    assert client.site_info()["userid"] == 37


def test_a_clock_set_back_does_not_keep_a_site_at_rest_for_hours() -> None:
    now = [NOW]
    breaker = Breaker(lambda: now[0], threshold=1, rest=timedelta(minutes=1))
    client, _, _ = replay_client(load("conn_php_fatal"), load("site_info"), breaker=breaker)
    with pytest.raises(errors.ServerFault):
        client.site_info()
    now[0] -= timedelta(hours=5)
    assert client.site_info()["userid"] == 37


def test_a_refusal_is_no_failure_of_the_site() -> None:
    breaker = Breaker(lambda: NOW, threshold=1)
    client, _, _ = replay_client(load("error_bad_token"), load("site_info"), breaker=breaker)
    with pytest.raises(errors.TokenInvalid):
        client.site_info()
    assert client.site_info()["userid"] == 37


def test_clients_of_one_site_share_a_breaker() -> None:
    breakers = Breakers(lambda: datetime.now(UTC))
    assert breakers.of("https://a") is breakers.of("https://a")
    assert breakers.of("https://a") is not breakers.of("https://b")


def test_an_answered_error_ends_a_row_of_failures_and_a_rest() -> None:
    now = [NOW]
    breaker = Breaker(lambda: now[0], threshold=2, rest=timedelta(minutes=1))
    breaker.failed(errors.ServerFault())
    client, _, _ = replay_client(load("error_function_not_in_service"), breaker=breaker)
    with pytest.raises(errors.AccessRefused):
        client.site_info()
    breaker.failed(errors.ServerFault())
    breaker.check("not yet two in a row")
    breaker.failed(errors.ServerFault())
    now[0] += timedelta(seconds=61)
    breaker.check("the probe")
    breaker.answered(errors.CourseMissing())
    breaker.check("no rest is left")
