"""A client's way to a WSGI application in the same process: `requests` without a network."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from moodle_sync.sandbox.faults import FaultKind
from moodle_sync.sandbox.rest.broken import IN_PROCESS, WIRE_HEADER


class WsgiAdapter(HTTPAdapter):
    """Sends the requests of a session to an application.

    `session.mount("https://moodle.example", WsgiAdapter(app))`. Faults of the network that a sandbox has
    switched on are raised as `requests` raises them, at once and without waiting.
    """

    def __init__(self, app: Any) -> None:
        super().__init__()
        self._app = app

    def send(  # type: ignore[override]  # the parent's untyped rest is not ours
        self, request: requests.PreparedRequest, **_: object
    ) -> requests.Response:
        """Return the application's answer, or raise what the network would."""
        body = request.body or b""
        builder = EnvironBuilder(
            path=request.path_url,
            base_url=str(request.url).removesuffix(request.path_url) + "/",
            method=str(request.method),
            headers=[(str(name), str(value)) for name, value in request.headers.items()],
            input_stream=BytesIO(body.encode() if isinstance(body, str) else bytes(body)),
        )
        environ = builder.get_environ()
        environ.setdefault("REMOTE_ADDR", "127.0.0.1")
        environ[IN_PROCESS] = True
        chunks, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        _raise_for_wire(request, headers)
        content = b"".join(chunks)
        answer = HTTPResponse(
            body=BytesIO(content),
            headers=dict(headers.items()),
            status=int(status.split()[0]),
            reason=status.partition(" ")[2],
            preload_content=False,
        )
        return self.build_response(request, answer)


def _raise_for_wire(request: requests.PreparedRequest, headers: Headers) -> None:
    name = headers.get(WIRE_HEADER)
    if name == FaultKind.REFUSED.name:
        raise requests.ConnectionError("connection refused", request=request)
    if name:
        raise requests.ReadTimeout("read timed out", request=request)
