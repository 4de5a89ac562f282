"""One request of a page: its transaction, its signed-in person, its clock, and the guards before it.

A page that changes something runs in a writing transaction which is committed when the page answers without
an error (status below 400); every other request reads only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote

from flask import Flask, Response, g, render_template, request
from sqlalchemy.orm import Session

from mmo_lti.installation import installation
from mmo_lti.lti.browser import FormRefused, Presented, check_form, in_own_tab, newest, presented
from mmo_lti.lti.session_path import HANDLE, keep_links, prefix
from mmo_lti.lti.side import lti_side
from mmo_lti.models.centre import Centre
from mmo_lti.models.web_session import WebSession
from mmo_lti.services import clock, way_back
from mmo_lti.services import web_session as web_sessions
from mmo_lti.services.actor import Actor

_SAFE = {"GET", "HEAD", "OPTIONS"}
_OPEN_BLUEPRINTS = {"lti", "bootstrap", "public", "by_hand"}
"""Blueprints that look after their own visitors: no session is asked for before them."""
_OPEN_ENDPOINTS = {"static", "pages.static"}


class NotSignedIn(Exception):
    """Nobody is signed in: the page that says how to come back is the answer."""


def attach(app: Flask) -> None:
    """Hang the guards and the transaction on an application."""
    app.before_request(_guard)
    app.after_request(_finish)
    app.teardown_request(_close)
    app.register_error_handler(NotSignedIn, _not_signed_in)
    app.register_error_handler(FormRefused, _form_refused)
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.jinja_env.globals["offers_own_tab"] = offers_own_tab


def session_for_request() -> Session:
    """The request's database session: a writer for a changing request, else a reader."""
    if "database_session" not in g:
        database = installation().database
        changing = request.method not in _SAFE
        g.database_session = (
            database.writer() if changing else Session(database.engine, expire_on_commit=False)
        )
        if changing:
            g.database_session.begin()
    found: Session = g.database_session
    return found


def current_web_session() -> WebSession | None:
    """The signed-in browser session of this request, or none."""
    if "web_session" not in g:
        found = _presented()
        # Whoever was never signed in costs no transaction.
        g.web_session = (
            web_sessions.load_session(session_for_request(), found.handle, found.token, now())
            if found
            else None
        )
    row: WebSession | None = g.web_session
    return row


def web_session_apart() -> WebSession | None:
    """As `current_web_session`, without opening the request's transaction for it.

    Pages of the LTI side write in transactions of their own: a second writer would wait for them in vain.
    """
    found = None if "web_session" in g else _presented()
    if found is not None:
        with installation().database.read() as session:
            return web_sessions.load_session(session, found.handle, found.token, installation().now(session))
    row: WebSession | None = g.get("web_session")
    return row


def current_actor() -> Actor | None:
    """Who acts, or none where nobody is signed in."""
    row = current_web_session()
    return web_sessions.actor_of(row) if row else None


def signed_in() -> Actor:
    """Who acts; raises `NotSignedIn`."""
    actor = current_actor()
    if actor is None:
        raise NotSignedIn
    return actor


def centre() -> Centre:
    """The signed-in person's centre; raises `NotSignedIn`."""
    return session_for_request().get_one(Centre, signed_in().centre_id)


def now() -> datetime:
    """The product's time, the same throughout the request."""
    if "now" not in g:
        g.now = installation().now(session_for_request())
    moment: datetime = g.now
    return moment


def today() -> date:
    """The centre's local date."""
    return clock.today(centre(), now())


def csrf_token() -> str:
    """What every form of a page carries in the field `csrf_token` (scripts: the header `X-CSRF-Token`)."""
    found = _presented()
    return web_sessions.csrf_token(found.handle, found.token) if found else ""


def offers_own_tab() -> bool:
    """Whether the page offers a tab of its own: to a session in Moodle's frame."""
    row = None if in_own_tab(request) else current_web_session()
    return row is not None and not row.first_party


def _presented() -> Presented | None:
    if "presented" not in g:
        g.presented = presented(lti_side(), request)
    found: Presented | None = g.presented
    return found


def is_open_to_all() -> bool:
    """Whether nobody need be signed in: files, the LTI side, pages without a sign-in, no page at all."""
    endpoint = request.endpoint
    return endpoint is None or _is_open(endpoint)


@lru_cache(maxsize=1024)
def _is_open(endpoint: str) -> bool:
    return endpoint in _OPEN_ENDPOINTS or endpoint.rpartition(".")[0] in _OPEN_BLUEPRINTS


def _guard() -> None:
    """Before a page: somebody is signed in, and a form comes from a page of theirs."""
    if is_open_to_all():
        return
    if request.method not in _SAFE:
        check_form(lti_side(), request, _presented())
    row = current_web_session()
    if row is None:
        raise NotSignedIn
    if web_sessions.is_due_to_be_seen(row, now()):
        _see(row)


def _see(row: WebSession) -> None:
    if request.method in _SAFE:
        with installation().database.write() as session:
            web_sessions.see(session, row.id, now())
    else:
        web_sessions.see(session_for_request(), row.id, now())


def _finish(response: Response) -> Response:
    session: Session | None = g.get("database_session")
    if session is not None and request.method not in _SAFE and response.status_code < 400:
        session.commit()
    handle = request.environ.get(HANDLE)
    return keep_links(response, handle) if handle else response


def _close(_error: BaseException | None) -> None:
    session: Session | None = g.pop("database_session", None)
    if session is not None:
        session.close()


def _not_signed_in(_error: NotSignedIn) -> tuple[str, int]:
    found = _presented()
    address = way_back.way_from(session_for_request(), found.handle, found.token) if found else ""
    return render_template("lti/signed_out.html", address=address, other=_other()), 401


@dataclass(frozen=True)
class Other:
    """Another session of this browser: whose it is, of which course, and the page as it would show it."""

    name: str
    course: str
    href: str


def _other() -> Other | None:
    """What whoever followed a link out of somebody's address line may open instead: never unasked."""
    found = newest(lti_side(), request) if request.method in _SAFE else None
    if found is None or found == _presented():
        return None
    row = web_sessions.load_session(session_for_request(), found.handle, found.token, now())
    if row is None:
        return None
    query = f"?{request.query_string.decode(errors='replace')}" if request.query_string else ""
    href = prefix(row.handle) + quote(request.path) + query
    return Other(row.account.name, row.course.title if row.course else "", href)


def _form_refused(_error: FormRefused) -> tuple[str, int]:
    return render_template("lti/form_refused.html"), 403
