"""What the tool's own request and application do differently from Flask's: nothing that anybody could see."""

from __future__ import annotations

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from mmo_lti.web.tool import ToolRequest
from tests.web.visitor import TOOL, Visitor


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "one=1",
        "one=1; two=2; one=3",
        "__Host-mmo_state_ab=17.secret;two",
        'quoted="a \\303\\244"; =nameless; ; bad\x01name=x',
        "Ð¸Ð¼Ñ=\xff\xfe",
    ],
)
def test_cookies_are_those_that_flask_finds(header):
    environ = EnvironBuilder(headers={"Accept-Language": "ru"}).get_environ()
    if header is not None:
        environ["HTTP_COOKIE"] = header
    ours, theirs = ToolRequest(environ).cookies, Request(environ).cookies
    assert list(ours.items(multi=True)) == list(theirs.items(multi=True))
    assert type(ours) is type(theirs)


def test_a_redirect_of_the_router_stays_at_the_tools_own_address(stranger: Visitor) -> None:
    """Whatever host a request or a proxy names."""
    answer = stranger.client.get("/city//sync?only=1", base_url="https://elsewhere.example")
    assert (answer.status_code, answer.location) == (308, f"{TOOL}/city/sync?only=1")
