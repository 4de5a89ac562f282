"""Messages: an outcome for each recipient, and none sent twice."""

import pytest

from moodle_sync.messages import EMPTY, RECIPIENT_REFUSED, TOO_LONG, SendState, send
from moodle_sync.needs import NEEDS, SEND
from moodle_sync.sandbox import FaultKind, by_hand
from moodle_sync.sandbox.roles import SERVICE, USER
from tests.moodle_sync.conftest import A, B, C, City


def states(city: City, *messages: tuple[int, str]) -> list[tuple[SendState, str]]:
    return [(one.state, one.reason) for one in send(city.client, messages)]


def test_an_answer_that_mixes_success_and_failure_is_an_error_so_each_message_is_a_call_of_its_own(
    city: City,
) -> None:
    """In one call Moodle would answer with an error although two were sent."""
    by_hand.delete_account(city.moodle, B)
    assert states(city, (A, "Напоминание"), (B, "Напоминание"), (C, "Напоминание")) == [
        (SendState.SENT, ""),
        (SendState.REFUSED, RECIPIENT_REFUSED),
        (SendState.SENT, ""),
    ]
    assert [message.user_to for message in city.moodle.messages] == [A, C]
    assert city.client.requests == 1


@pytest.mark.parametrize(("length", "fits"), [(2048, True), (2049, False)])
def test_the_limit_is_in_bytes(city: City, length: int, fits: bool) -> None:
    [(state, reason)] = states(city, (A, "ж" * length))
    assert (state, reason) == ((SendState.SENT, "") if fits else (SendState.REFUSED, TOO_LONG))
    assert len(city.moodle.messages) == fits


def test_an_empty_text_is_not_sent(city: City) -> None:
    assert states(city, (A, " \n")) == [(SendState.REFUSED, EMPTY)]
    assert city.client.requests == 0


def test_text_is_shown_as_typed(city: City) -> None:
    send(city.client, [(A, "<b>5 < 7</b>")])
    assert "&lt;b&gt;" in city.moodle.messages[0].html


@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT_AFTER, FaultKind.TRUNCATED, FaultKind.ERROR_AFTER])
def test_what_may_have_arrived_is_unknown_and_the_rest_is_postponed(city: City, kind: FaultKind) -> None:
    city.fail(kind)
    outcomes = send(city.client, [(A, f"Напоминание {number}") for number in range(50)])
    found = [outcome.state for outcome in outcomes]
    assert found[:20] == [SendState.UNKNOWN] * 20
    rest = SendState.SENT if kind is FaultKind.TRUNCATED else SendState.POSTPONED
    assert found[20:] == [rest] * 30
    texts = [message.html for message in city.moodle.messages]
    assert len(texts) == len(set(texts)), "nothing was sent twice"


def test_a_maintenance_postpones_all(city: City) -> None:
    city.fail(FaultKind.MAINTENANCE, times=0)
    assert (
        states(city, (A, "Напоминание"), (B, "Напоминание"))
        == [(SendState.POSTPONED, "moodle_site_maintenance")] * 2
    )
    assert city.client.requests == 1


def test_messaging_switched_off_refuses_all_at_once(city: City) -> None:
    city.moodle.site.messaging = False
    assert states(city, (A, "x"), (B, "x"), (C, "x")) == [(SendState.REFUSED, "moodle_messaging_off")] * 3


def test_without_the_right_to_reach_anyone_the_recipient_is_refused(city: City) -> None:
    city.moodle.roles[SERVICE].capabilities.discard("moodle/site:messageanyuser")
    assert states(city, (A, "x")) == [(SendState.REFUSED, RECIPIENT_REFUSED)]


def test_without_the_right_to_send_each_is_refused_with_the_capability(city: City) -> None:
    for role in (SERVICE, USER):
        city.moodle.roles[role].capabilities.discard("moodle/site:sendmessage")
    assert states(city, (A, "x"), (B, "x")) == [(SendState.REFUSED, "moodle_permission_missing")] * 2


def test_without_the_batch_messages_go_one_by_one(city: City) -> None:
    city.moodle.service.functions = {need.function for need in NEEDS if need.required}
    assert [state for state, _ in states(city, (A, "x"), (B, "y"))] == [SendState.SENT] * 2
    assert city.moodle.meter.functions[SEND] == 2
