"""The log of launches repeats nothing that a stranger could have put into it in place of something else."""

from __future__ import annotations

import pytest

from mmo_lti.lti.refusal import Outcome
from tests.lti.platform import TOOL, login_parameters


@pytest.mark.parametrize("error", ["login_required", "invalid_request", "a" * 40])
def test_an_error_of_the_standards_is_told(journey, expect, error):
    journey.login()
    expect.refused(journey.post("", error=error), Outcome.STALE, "stale.platform_error")
    assert expect.lines()[-1]["error"] == error


@pytest.mark.parametrize(
    "error",
    ["eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIzIn0", "a" * 41, "Иванова Анна", "login_required\n", "x y", "5"],
)
def test_of_any_other_error_only_the_length_is_told(journey, expect, error):
    journey.login()
    expect.refused(journey.post("", error=error), Outcome.STALE, "stale.platform_error")
    assert expect.lines()[-1]["error"] == f"{len(error)} characters"


def test_the_name_of_a_doubled_field_is_not_told(client, journey, expect, caplog):
    token = journey.login() and journey.platform.sign(journey.claims())
    sent = [*login_parameters().items(), (token, "a"), (token, "b")]
    doubled = client.post("/lti/login", data=dict_of_lists(sent), base_url=TOOL)
    expect.refused(doubled, Outcome.BROKEN, "malformed.doubled")
    launch = {"state": journey.sent["state"], "id_token": token, token: ["a", "b"]}
    expect.refused(
        client.post("/lti/launch", data=launch, base_url=TOOL), Outcome.BROKEN, "malformed.doubled"
    )
    assert token[:20] not in caplog.text


def dict_of_lists(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
