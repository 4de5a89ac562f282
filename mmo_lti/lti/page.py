"""How a view of the LTI side answers: as it says itself, or with the page of a refusal."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import ParamSpec

from flask import Response, make_response, render_template
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from mmo_lti.lti import log
from mmo_lti.lti.browser import FormRefused
from mmo_lti.lti.refusal import Outcome, Refused, untrusted

P = ParamSpec("P")
RETRY_SECONDS = 30


def answering(event: str) -> Callable[[Callable[P, BaseResponse]], Callable[P, BaseResponse]]:
    """Turn a `Refused` into its page and its line in the log; caches keep nothing of it."""

    def wrap(view: Callable[P, BaseResponse]) -> Callable[P, BaseResponse]:
        @functools.wraps(view)
        def answered(*args: P.args, **kwargs: P.kwargs) -> BaseResponse:
            started = time.perf_counter()
            try:
                response = view(*args, **kwargs)
            except RequestEntityTooLarge:
                response = refusal_page(event, Refused(Outcome.TOO_LARGE, "malformed.size"), started)
            except FormRefused as refused:
                response = refusal_page(event, untrusted(f"form_{refused.reason}"), started)
            except Refused as refusal:
                response = refusal_page(event, refusal, started)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return answered

    return wrap


def refusal_page(event: str, refusal: Refused, started: float, retry: str = "") -> Response:
    """The page of a refusal: what happened, what to do, a code; `retry` is an address for a new window."""
    ref = log.fresh_ref()
    log.refused(event, refusal, ref, (time.perf_counter() - started) * 1000)
    page = render_template(
        "lti/refused.html", event=event, message=refusal.outcome.message, ref=ref, retry=retry
    )
    response = make_response(page, refusal.outcome.status)
    if refusal.outcome in (Outcome.LATER, Outcome.BUSY):
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
