"""Which session a browser means, and whether a form came from our own page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Request

from mmo_lti.lti.cookies import SESSION
from mmo_lti.lti.session_path import HANDLE
from mmo_lti.lti.side import LtiSide
from mmo_lti.services.web_session import csrf_holds

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"


class FormRefused(Exception):
    """A changing request that did not come from a page of this session. `reason` is a word for the log."""

    def __init__(self, reason: str) -> None:
        """`reason`: `origin`, `token` or `session`."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Presented:
    """A session's handle and secret, as the browser sent them; whether they are good is for the database."""

    handle: str
    token: str


def presented(side: LtiSide, request: Request) -> Presented | None:
    """The session that this request belongs to.

    The form's token decides, else the path: what they name is nobody else's, also where this browser does not
    have that session (any more). Under a path that names none, it is the newest one.
    """
    named = sent_token(request).partition(".")[0] or request.environ.get(HANDLE, "")
    if not named:
        return newest(side, request)
    kept = side.cookies.find(request.cookies, SESSION, named)
    return Presented(kept.key, kept.secret) if kept else None


def newest(side: LtiSide, request: Request) -> Presented | None:
    """The session that this browser began last."""
    kept = side.cookies.kept(request.cookies, SESSION)
    return Presented(kept[0].key, kept[0].secret) if kept else None


def sent_token(request: Request) -> str:
    """The form's token, from a field or (scripts) a header; empty where a request changes nothing."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return ""
    return request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")


def check_form(side: LtiSide, request: Request, session: Presented | None) -> None:
    """Raise `FormRefused` unless a changing request comes from our own page of this very session.

    `SameSite=None` protects nothing, so both are asked: where the request comes from, and the page's token.
    """
    check_origin(side, request)
    if session is None:
        raise FormRefused("session")
    if not csrf_holds(sent_token(request), session.handle, session.token):
        raise FormRefused("token")


def check_origin(side: LtiSide, request: Request) -> None:
    """Raise `FormRefused` unless the browser says that the request comes from our own origin.

    With `Referrer-Policy: no-referrer` browsers send `Origin: null` with a form; `Sec-Fetch-Site` then tells.
    """
    origin = request.headers.get("Origin", "")
    if origin == own_origin(side):
        return
    if origin in {"", "null"} and request.headers.get("Sec-Fetch-Site") == "same-origin":
        return
    raise FormRefused("origin")


def own_origin(side: LtiSide) -> str:
    """The tool's origin: its public address without a path."""
    return "/".join(side.public_url.split("/", 3)[:3])


def in_own_tab(request: Request) -> bool:
    """Whether the page is a tab's own and not a frame's; browsers that do not tell count as frames."""
    return request.environ.get("HTTP_SEC_FETCH_DEST") == "document"


def may_be_framed(request: Request) -> bool:
    """Whether the page may be in a frame; of browsers that do not tell (Safari before 16.4) it is not known.

    Every browser calls itself Mozilla; programs that do not have no frames.
    """
    told = request.environ.get("HTTP_SEC_FETCH_DEST")
    if told is None:
        return "Mozilla/" in request.environ.get("HTTP_USER_AGENT", "")
    return told in {"iframe", "frame"}
