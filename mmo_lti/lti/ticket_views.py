"""«Открыть в отдельной вкладке»: a one-time ticket carries a session out of Moodle's frame.

The frame's cookies are partitioned, so a new tab knows nothing of them. The tab shows whose session it would
get before it takes it: a ticket sent to somebody else cannot sign them in unnoticed.
"""

from __future__ import annotations

import re

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mmo_lti.lti.browser import check_origin
from mmo_lti.lti.cookies import MAX_SESSIONS, SESSION
from mmo_lti.lti.own_address import is_local_path
from mmo_lti.lti.page import answering
from mmo_lti.lti.refusal import denied, stale
from mmo_lti.lti.session_path import keep_links, prefix
from mmo_lti.lti.side import lti_side
from mmo_lti.lti.signed_in import signed_in
from mmo_lti.services.web_session import make_ticket, redeem_ticket, ticket_owner

_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"))
_MORE_SYSTEMS = (("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))
_BROWSERS = (("YaBrowser", "Yandex"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"))
_MORE_BROWSERS = (("Chrome", "Chrome"), ("Safari", "Safari"))


def add_to(pages: Blueprint) -> None:
    """Add the addresses to the blueprint."""
    pages.add_url_rule("/lti/ticket", view_func=ticket_make, methods=["POST"])
    pages.add_url_rule("/lti/ticket/<secret>", view_func=ticket_show, methods=["GET"])
    pages.add_url_rule("/lti/ticket/<secret>", view_func=ticket_redeem, methods=["POST"])


@answering("ticket")
def ticket_make() -> BaseResponse:
    """Make a ticket for the frame's session; scripts get its address as JSON, others a page with a link."""
    side = lti_side()
    with side.installation.database.write() as session:
        now = side.installation.now(session)
        here = signed_in(side, session, now)
        secret = make_ticket(session, here.web_session, now)
        if secret is None:
            raise denied("own_tab")
        handle = here.web_session.handle
    page = request.form.get("page", "/")
    address = url_for("lti.ticket_show", secret=secret, page=page if is_local_path(page) else "/")
    if request.accept_mimetypes.best == "application/json":
        return jsonify(url=address)
    return keep_links(make_response(render_template("lti/ticket_made.html", address=address)), handle)


@answering("ticket")
def ticket_show(secret: str) -> BaseResponse:
    """In the new tab: whose session it would be, and a button."""
    side = lti_side()
    with side.installation.database.read() as session:
        owner = ticket_owner(session, secret, side.installation.now(session))
        if owner is None:
            raise stale("ticket")
        name = owner.account.name
    page = request.args.get("page", "/")
    return make_response(render_template("lti/ticket.html", name=name, secret=secret, page=page))


@answering("ticket")
def ticket_redeem(secret: str) -> BaseResponse:
    """Take the ticket: a first-party session of this tab."""
    side = lti_side()
    check_origin(side, request)
    device = device_words(request.user_agent.string) if request.form.get("device") == "1" else ""
    with side.installation.database.write() as session:
        now = side.installation.now(session)
        opened = redeem_ticket(session, secret, device, now)
        if opened is None:
            raise stale("ticket")
        handle, lasts = opened.handle, opened.expires_at - now
    page = request.form.get("page", "/")
    response = redirect(prefix(handle) + (page if is_local_path(page) else "/"), 303)
    moment = side.installation.moment()
    side.cookies.drop_beyond(response, request.cookies, SESSION, MAX_SESSIONS - 1)
    age = int(lasts.total_seconds()) if device else None
    side.cookies.put(response, SESSION, handle, opened.token, moment, age)
    return response


def device_words(user_agent: str) -> str:
    """A browser in two words («Chrome, Windows»), for the list of one's devices."""
    browser = _first(user_agent, _BROWSERS + _MORE_BROWSERS)
    system = _first(user_agent, _SYSTEMS + _MORE_SYSTEMS)
    return ", ".join(word for word in (browser, system) if word) or "?"


def _first(text: str, words: tuple[tuple[str, str], ...]) -> str:
    return next((word for sign, word in words if re.search(rf"\b{re.escape(sign)}", text)), "")
