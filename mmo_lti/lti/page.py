"""How a view of the LTI side answers: as it says itself, or with the page of a refusal."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec

from flask import Response, render_template, request
from flask_babel import get_locale
from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as BaseResponse

from mmo_lti.lti import log
from mmo_lti.lti.browser import FormRefused
from mmo_lti.lti.posted import MAX_BODY
from mmo_lti.lti.refusal import Outcome, Refused, untrusted
from mmo_lti.lti.side import LtiSide, lti_side

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

P = ParamSpec("P")
RETRY_SECONDS = 30
RAISED = "mmo.raised"
"""Key of the WSGI environment: what was met with before Flask was asked, for the view to tell."""
_REF = "@REF@"
_HTML = "text/html; charset=utf-8"
_NOT_KEPT = [("Cache-Control", "no-store")]


def answering(event: str) -> Callable[[Callable[P, BaseResponse]], Callable[P, BaseResponse]]:
    """Turn a `Refused` into its page and its line in the log; caches keep nothing of it."""

    def wrap(view: Callable[P, BaseResponse]) -> Callable[P, BaseResponse]:
        @functools.wraps(view)
        def answered(*args: P.args, **kwargs: P.kwargs) -> BaseResponse:
            started = time.perf_counter()
            try:
                if RAISED in request.environ:
                    request.max_content_length = MAX_BODY  # as it was for the request before Flask's own
                    raise request.environ[RAISED]
                response = view(*args, **kwargs)
            except RequestEntityTooLarge:
                response = refusal_page(event, Refused(Outcome.TOO_LARGE, "malformed.size"), started)
            except FormRefused as refused:
                response = refusal_page(event, untrusted(f"form_{refused.reason}"), started)
            except Refused as refusal:
                response = refusal_page(event, refusal, started)
            if not isinstance(response, _Ready):
                response.headers.setdefault("Cache-Control", "no-store")
            return response

        return answered

    return wrap


def sent_to(location: str, status: int) -> Response:
    """A redirect without a page of its own: nobody ever sees one."""
    address = location if location.isascii() else iri_to_uri(location)
    return _Redirect(None, status, [("Location", address), ("Content-Length", "0"), *_NOT_KEPT])


class _Ready(Response):
    """An answer whose headers are spelt for the wire already: werkzeug need not go through them once more."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:  # noqa: ARG002 - werkzeug's form
        return self.headers


class _Redirect(_Ready):
    """A redirect; what is not there has no type."""

    default_mimetype = None


def refusal_page(event: str, refusal: Refused, started: float, retry: str = "") -> Response:
    """The page of a refusal: what happened, what to do, a code; `retry` is an address for a new window."""
    message = refusal.outcome.message
    if retry:
        ref = _logged(event, refusal, started)
        return _refused(refusal, _rendered(event, message, ref, retry))
    side, language = lti_side(), str(get_locale())
    page = known_refusal(side, event, refusal, started, language)
    if page is None:
        before, after = _rendered(event, message, _REF).split(_REF.encode())
        side.refusal_pages[event, message, language] = before, after
        page = known_refusal(side, event, refusal, started, language)
        assert page is not None  # noqa: S101 - it was rendered this moment
    return page


def known_refusal(
    side: LtiSide, event: str, refusal: Refused, started: float, language: str
) -> Response | None:
    """The page of a refusal, if it was rendered in this language before.

    Pages differ by their code alone: a flood of garbage finds each of them rendered.
    """
    found = side.refusal_pages.get((event, refusal.outcome.message, language))
    if found is None:
        return None
    before, after = found
    return _refused(refusal, before + _logged(event, refusal, started).encode() + after)


def _logged(event: str, refusal: Refused, started: float) -> str:
    """Write the line in the log; returns the code by which it is found."""
    ref = log.fresh_ref()
    log.refused(event, refusal, ref, (time.perf_counter() - started) * 1000)
    return ref


def _refused(refusal: Refused, page: bytes) -> Response:
    response = _Ready(page, refusal.outcome.status, _NOT_KEPT, content_type=_HTML)
    if refusal.outcome in (Outcome.LATER, Outcome.BUSY):
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _rendered(event: str, message: str, ref: str, retry: str = "") -> bytes:
    return render_template("lti/refused.html", event=event, message=message, ref=ref, retry=retry).encode()
