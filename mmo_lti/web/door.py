"""A platform's two requests, login and launch, answered without Flask's routing, contexts and hooks.

They need none of it, and a whole school comes through here within a minute, or a flood of garbage: without it
a launch takes two thirds of the time. What is no plain answer is Flask's to tell, which has the pages: the
request goes on to its view, with what was raised.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Request
from werkzeug.wrappers import Response

from mmo_lti.lti.cookies import SESSION
from mmo_lti.lti.page import RAISED, known_refusal
from mmo_lti.lti.refusal import Refused
from mmo_lti.lti.session_path import HANDLE
from mmo_lti.lti.side import LtiSide, side_of
from mmo_lti.lti.views import begin_login, finish_launch
from mmo_lti.web.language import preferred_language
from mmo_lti.web.tool import ToolRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STEPS: dict[tuple[str, str], tuple[str, Callable[[LtiSide, Request], Response]]] = {
    ("GET", "/lti/login"): ("login", begin_login),
    ("POST", "/lti/login"): ("login", begin_login),
    ("POST", "/lti/launch"): ("launch", finish_launch),
}
"""By method and path: the event's name in the log, and what is done."""


class Door:
    """WSGI middleware around Flask itself."""

    def __init__(self, app: Flask) -> None:
        """Stand in front of `app`."""
        self._app = app
        self._flask = app.wsgi_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or pass the request on."""
        event, step = STEPS.get((environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")), ("", None))
        if step is None or HANDLE in environ:
            return self._flask(environ, start_response)
        side, request, started = side_of(self._app), ToolRequest(environ), time.perf_counter()
        try:
            response = step(side, request)
        except Exception as raised:  # noqa: BLE001 - the view raises it again
            told = _told(side, request, event, raised, started)
            if told is None:
                environ[RAISED] = raised
                return self._flask(environ, start_response)
            response = told
        return response(environ, start_response)


def _told(side: LtiSide, request: Request, event: str, raised: Exception, started: float) -> Response | None:
    """The page of a refusal, for a browser that was never signed in, if anybody was told the same before."""
    if not isinstance(raised, Refused) or side.cookies.kept(request.cookies, SESSION):
        return None
    return known_refusal(side, event, raised, started, preferred_language(request))
