"""Pages keep to the session they were opened in: its handle stands in front of every path.

One browser may hold several sessions, of two courses or two people in two tabs. The cookie alone cannot tell
them apart, so a launch lands on `/s/HANDLE/…`: the handle chooses among the cookies and is worth nothing
without one. Inside the application paths are as the page map has them; links and redirects of our own pages
get the prefix on their way out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HANDLE = "mmo.handle"
"""Key of the WSGI environment: the handle in front of the path, if there was one."""

_PATH = re.compile(r"/s/([0-9a-f]{12})(/.*)\Z", re.DOTALL)
_LINK = re.compile(
    rb'((?:href|src|action|formaction|data-[a-z-]+)=")/(?!/|static/|bootstrap/|go/|verify/|s/)'
)


class SessionPath:
    """WSGI middleware: takes the handle off the path."""

    def __init__(self, app: WSGIApplication) -> None:
        """Wrap `app`."""
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on under its plain path."""
        path = environ.get("PATH_INFO", "")
        found = _PATH.match(path) if path.startswith("/s/") else None
        if found:
            environ[HANDLE] = found[1]
            environ["PATH_INFO"] = found[2]
        return self._app(environ, start_response)


def prefix(handle: str) -> str:
    """What stands in front of the paths of a session."""
    return f"/s/{handle}"


def keep_links(response: Response, handle: str) -> Response:
    """Put the prefix in front of our own links of an HTML page, and of a redirect's target."""
    location = response.headers.get("Location", "")
    if location.startswith("/") and not location.startswith(("//", "/s/")):
        response.headers["Location"] = prefix(handle) + location
    if response.mimetype == "text/html" and not response.direct_passthrough and not response.is_streamed:
        replacement = rb"\g<1>" + prefix(handle).encode() + b"/"
        response.set_data(_LINK.sub(replacement, response.get_data()))
    return response
