"""The addresses of the LTI side: parse, call, answer."""

from __future__ import annotations

import logging
import time
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Flask, Request, jsonify, make_response, render_template
from flask.globals import request_ctx
from werkzeug.wrappers import Response as BaseResponse

from mmo_lti.lti import deep_link_views, log, registration_views, ticket_views, tool_keys
from mmo_lti.lti.browser import in_own_tab, may_be_framed, newest
from mmo_lti.lti.cookies import MAX_SESSIONS, MAX_STATES, SESSION, STATE, STATE_SECONDS
from mmo_lti.lti.launch import read_answer, take_login, verify_launch
from mmo_lti.lti.login import LoginRequest, Parameters, begin, choose_platform, cookie_key, read_request
from mmo_lti.lti.page import answering, refusal_page, sent_to
from mmo_lti.lti.posted import posted_fields
from mmo_lti.lti.refusal import Outcome, Refused
from mmo_lti.lti.session_path import prefix
from mmo_lti.lti.side import LtiSide, attach, lti_side
from mmo_lti.services.web_session import load_session

JWKS_SECONDS = 3600
PROBE = "probe"
PROBE_SECONDS = 30 * 24 * 3600


def make_blueprint() -> Blueprint:
    """Login, launch, keys, registration, tickets, deep linking."""
    pages = Blueprint("lti", __name__)
    pages.record_once(lambda setup: attach(cast("Flask", setup.app)))
    pages.add_url_rule("/lti/login", view_func=login, methods=["GET", "POST"])
    pages.add_url_rule("/lti/login/check", view_func=login_check, methods=["GET"])
    pages.add_url_rule("/lti/launch", view_func=launch, methods=["POST"])
    pages.add_url_rule("/lti/launch", view_func=launch_typed, methods=["GET"])
    pages.add_url_rule("/lti/jwks", view_func=jwks, methods=["GET"])
    registration_views.add_to(pages)
    ticket_views.add_to(pages)
    deep_link_views.add_to(pages)
    return pages


def sent_parameters(request: Request) -> Parameters:
    """Parameters of query and body together, every value of each; raises `Refused`."""
    sent = posted_fields(request) if request.method == "POST" else {}
    if request.query_string:
        for name, values in request.args.lists():
            sent[name] = [*values, *sent.get(name, [])]
    return sent


@answering("login")
def login() -> BaseResponse:
    """See `begin_login`."""
    return begin_login(lti_side(), request_ctx.request)


def begin_login(side: LtiSide, request: Request) -> BaseResponse:
    """The platform's login initiation → a redirect to its authorization endpoint; raises `Refused`.

    A GET redirect, because newer Moodle sets its own session cookie `SameSite=Lax`. In a frame that has not
    kept a cookie yet, one step of our own finds out whether it would: the platform's hint works once.
    """
    _limit(side, request)
    sent = sent_parameters(request)
    asked = read_request(sent, side.public_url)
    if may_be_framed(request) and not _cookies_arrive(side, request):
        check = f"/lti/login/check?{urlencode([(name, values[0]) for name, values in sent.items()])}"
        response = sent_to(check, 303)
        side.cookies.put(response, PROBE, "1", "1", side.installation.moment(), PROBE_SECONDS)
        return response
    return _sent_on(side, asked, request)


@answering("login")
def login_check() -> BaseResponse:
    """The second step of a login in a frame: on to the platform, or a way out of the frame."""
    side, request = lti_side(), request_ctx.request
    _limit(side, request)
    sent = sent_parameters(request)
    asked = read_request(sent, side.public_url)
    if not _cookies_arrive(side, request):
        again = f"/lti/login?{urlencode([(name, values[0]) for name, values in sent.items()])}"
        blocked = Refused(Outcome.COOKIES, "cookies.blocked", iss=asked.iss)
        return refusal_page("login", blocked, time.perf_counter(), retry=again)
    return _sent_on(side, asked, request)


def _limit(side: LtiSide, request: Request) -> None:
    if not side.logins.admits(request.remote_addr or ""):
        raise Refused(Outcome.BUSY, "malformed.rate")


def _cookies_arrive(side: LtiSide, request: Request) -> bool:
    # Only this one is set by frames alone: what a window of its own set, some browsers send from frames that
    # may set none.
    return bool(side.cookies.kept(request.cookies, PROBE))


def _sent_on(side: LtiSide, asked: LoginRequest, request: Request) -> BaseResponse:
    """Begin the login, and on to the platform."""
    platform = choose_platform(side.platforms, asked)
    begun = begin(asked, platform, side.public_url, side.installation.config.secret)
    moment = side.installation.moment()
    side.states.keep(begun.state, begun.pending, moment)
    response = sent_to(begun.location, 302)
    side.cookies.drop_beyond(response, request.cookies, STATE, MAX_STATES - 1)
    side.cookies.put(response, STATE, begun.key, begun.browser_secret, moment, STATE_SECONDS)
    return response


@answering("launch")
def launch() -> BaseResponse:
    """See `finish_launch`."""
    return finish_launch(lti_side(), request_ctx.request)


def finish_launch(side: LtiSide, request: Request) -> BaseResponse:
    """The platform's answer → a session, and a redirect to the page; raises `Refused`."""
    started = time.perf_counter()
    answer = read_answer(posted_fields(request))
    verified = verify_launch(side, take_login(side, answer, request.cookies), answer.id_token)
    found = side.admissions.admit(verified.launch, verified.deployment_id, own_tab=in_own_tab(request))
    moment = side.installation.moment()
    response = sent_to(side.public_url + prefix(found.handle) + found.path, 303)
    side.cookies.drop(response, STATE, cookie_key(answer.state))
    side.cookies.drop_beyond(response, request.cookies, SESSION, MAX_SESSIONS - 1)
    side.cookies.put(response, SESSION, found.handle, found.token, moment, None)
    log.write(
        logging.INFO,
        "launch",
        "launch.ok",
        iss=verified.launch.iss,
        client_id=verified.launch.client_id,
        deployment_id=verified.launch.deployment_id,
        skew=verified.launch.skew,
        ms=round((time.perf_counter() - started) * 1000, 1),
    )
    return response


@answering("launch")
def launch_typed() -> BaseResponse:
    """For whoever typed the address that Moodle shows in the tool's card: where the tool opens."""
    side, home = lti_side(), ""
    found = newest(side, request_ctx.request)
    if found is not None:
        with side.installation.database.read() as session:
            if load_session(session, found.handle, found.token, side.installation.now(session)):
                home = prefix(found.handle) + "/"
    response = make_response(render_template("lti/launch_typed.html", home=home), 405)
    response.headers["Allow"] = "POST"
    return response


@answering("jwks")
def jwks() -> BaseResponse:
    """Our public keys (security framework 6.2)."""
    installation = lti_side().installation
    with installation.database.read() as session:
        now = installation.now(session)
        keys = tool_keys.published(session, now)
    if not keys:
        with installation.database.write() as session:
            tool_keys.ensure_key(session, installation.config.secret, now)
            keys = tool_keys.published(session, now)
    response = jsonify(keys=keys)
    response.headers["Cache-Control"] = f"public, max-age={JWKS_SECONDS}"
    return response
