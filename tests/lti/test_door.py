"""Login and launch are answered before Flask: nobody can tell, except by the clock."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mmo_lti.lti.posted import MAX_BODY
from mmo_lti.lti.refusal import Outcome
from tests.lti.platform import TOOL


def without_code(response: TestResponse) -> tuple[int, list[tuple[str, str]], str]:
    """All of an answer but the code that is another one each time."""
    text = re.sub(r"<code>[A-Z2-9]{8}</code>", "<code></code>", response.text)
    return response.status_code, sorted(response.headers), text


@pytest.mark.parametrize(
    ("sent", "outcome", "reason"),
    [
        ({"state": "nobody's", "id_token": "x"}, Outcome.STALE, "stale.state"),
        ({"state": ["one", "two"], "id_token": "x"}, Outcome.BROKEN, "malformed.doubled"),
        ({"state": ""}, Outcome.STALE, "stale.state"),
    ],
)
def test_lti_132_a_refusal_is_the_same_when_it_was_told_before(journey, expect, sent, outcome, reason):
    answers = [journey.client.post("/lti/launch", data=sent, base_url=TOOL) for _ in range(3)]
    for answer in answers:
        assert answer.status_code == outcome.status
    expect.refused(answers[-1], outcome, reason)
    assert without_code(answers[0]) == without_code(answers[1]) == without_code(answers[2])
    codes = [line["ref"] for line in expect.lines()]
    assert len(set(codes)) == 3
    assert {line["event"] for line in expect.lines()} == {"launch"}


def test_lti_132_a_refusal_is_in_the_language_that_the_browser_prefers(client):
    for _ in range(2):
        for language, title in (
            ("en", "does not work any more"),
            ("ru", "больше не действует"),
            ("de", "больше"),
        ):
            headers = {"Accept-Language": language}
            answer = client.post(
                "/lti/launch", data={"state": "x", "id_token": "x"}, base_url=TOOL, headers=headers
            )
            assert title in answer.text


def test_whoever_is_signed_in_is_refused_in_the_language_of_the_session(journey):
    assert journey.launch().status_code == 303
    assert "больше не действует" in journey.post("x").text
    english = {"https://purl.imsglobal.org/spec/lti/claim/launch_presentation": {"locale": "en"}}
    journey.clock.forward(seconds=10)
    assert journey.launch(**english).status_code == 303
    assert "does not work any more" in journey.post("x").text


def test_lti_014_who_types_the_tools_address_learns_where_it_opens(journey, app):
    """Moodle shows it in the tool's card; somebody copies it into a browser."""
    page = app.test_client().get("/lti/launch", base_url=TOOL)
    assert page.status_code == 405
    assert page.headers["Allow"] == "POST"
    assert "Такой страницы нет" not in page.text
    assert "открываются из курса Moodle" in page.text
    assert "На главную" not in page.text
    inside = journey.launch().location
    signed_in = journey.client.get("/lti/launch", base_url=TOOL).text
    assert f'href="{inside.removeprefix(TOOL)}"' in signed_in


def test_lti_014_other_methods_are_flasks_to_refuse(client):
    assert client.get("/lti/launch", base_url=TOOL).status_code == 405
    assert client.put("/lti/login", base_url=TOOL).status_code == 405


def test_a_launch_that_fails_ends_on_our_own_page(app: Flask, journey, side, monkeypatch):
    """Something breaks that nobody foresaw: a page with a code, all the headers, nothing of the error."""
    journey.login()
    token = journey.platform.sign(journey.claims())

    def down(*_: object) -> None:
        raise RuntimeError("secret host")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(side.states, "take", down)
    answer = journey.post(token)
    assert answer.status_code == 500
    assert "Страница не открылась из-за ошибки" in answer.text
    assert "secret host" not in answer.text
    assert "frame-ancestors 'self' https://moodle.example" in answer.headers["Content-Security-Policy"]


def test_lti_124_a_launch_carries_the_headers_of_every_answer(journey):
    for answer in (journey.login(), journey.post(journey.platform.sign(journey.claims()))):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        policy = answer.headers.getlist("Content-Security-Policy")
        assert len(policy) == 1
        assert "script-src 'none'" in policy[0]
        assert "frame-ancestors 'self' https://moodle.example" in policy[0]


def test_a_launch_below_a_sessions_path_is_answered_alike(journey, expect):
    journey.login()
    data = {"state": journey.sent["state"], "id_token": journey.platform.sign(journey.claims())}
    answer = journey.client.post("/s/0123456789ab/lti/launch", data=data, base_url=TOOL)
    expect.accepted(answer)


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
)
@pytest.mark.parametrize("length", [5_000_000, None])
def test_lti_014_a_body_too_large_is_read_by_nobody_else_either(journey, expect, length, content_type):
    """Neither for the page's language, although the browser says that it is signed in."""
    assert journey.launch().status_code == 303
    body = BytesIO(b"csrf_token=" + b"x" * 5_000_000)
    answer = journey.client.post(
        "/lti/launch",
        base_url=TOOL,
        input_stream=body,
        content_type=content_type,
        content_length=length,
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code in {413, 415}
    assert expect.lines()[-1]["reason"] in {"malformed.size", "malformed.content_type"}
    assert body.tell() <= 2 * MAX_BODY
