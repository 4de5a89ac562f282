"""The page where a platform is connected: the address that the operator handed out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, g, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from mmo_lti.lti.browser import check_origin
from mmo_lti.lti.dynamic_registration import fetch_configuration, register
from mmo_lti.lti.page import answering
from mmo_lti.lti.refusal import Outcome, Refused, broken, denied
from mmo_lti.lti.side import LtiSide, lti_side
from mmo_lti.models.centre import Centre
from mmo_lti.services import registration as registrations
from mmo_lti.services.invitation import invite_coordinator
from mmo_lti.services.platform_address import BadAddress, platform_origin
from mmo_lti.services.registration import PlatformFacts, PlatformRefused

MAX_BODY = 64 * 1024


def add_to(pages: Blueprint) -> None:
    """Add the addresses to the blueprint."""
    pages.add_url_rule("/lti/register/<secret>", view_func=register_platform, methods=["GET", "POST"])
    pages.add_url_rule("/lti/register", view_func=register_uninvited, methods=["GET", "POST"])


@answering("register")
def register_uninvited() -> BaseResponse:
    """Without the operator's secret nothing is asked of anybody."""
    raise denied("invitation")


@answering("register")
def register_platform(secret: str) -> BaseResponse:
    """Dynamic registration: the platform's administrator pasted the address, the platform opened it.

    A platform that is known already is asked about first (POST is the answer); the invitation stays usable
    until the registration is stored.
    """
    side = lti_side()
    request.max_content_length = MAX_BODY
    given = request.form if request.method == "POST" else request.args
    configuration_url = given.get("openid_configuration", "")
    token = given.get("registration_token", "")
    if request.method == "POST":
        check_origin(side, request)
    check_invitation(side, secret)
    hosts = side.installation.config.loopback_hosts
    _let_frame(configuration_url, hosts)
    configuration = fetch_configuration(side.outgoing, configuration_url, hosts)
    with side.installation.database.read() as session:
        known = registrations.is_known(session, configuration.issuer)
    if known and request.method == "GET":
        page = render_template(
            "lti/register_again.html", iss=configuration.issuer, url=configuration_url, token=token
        )
        return make_response(page)
    with reserved(side, secret):
        facts = register(side.outgoing, configuration, token, side.public_url)
        code = store(side, secret, facts)
    page = render_template("lti/registered.html", facts=facts, code=code)
    return make_response(page)


def check_invitation(side: LtiSide, secret: str) -> None:
    """Raise `Refused` (DENIED) unless the operator's one-time secret is still good."""
    with side.installation.database.read() as session:
        if not registrations.is_invited(session, secret, side.installation.now(session)):
            raise denied("invitation")


def _let_frame(configuration_url: str, hosts: frozenset[str]) -> None:
    """The platform's own page may show this one in a frame before it is connected."""
    if not configuration_url:
        raise broken("openid_configuration")
    try:
        g.frame_ancestor = platform_origin(configuration_url, hosts)
    except BadAddress:
        raise broken("openid_configuration") from None


@contextmanager
def reserved(side: LtiSide, secret: str) -> Iterator[None]:
    """Keep the invitation for the registration inside, and give it back where that fails."""
    try:
        with side.installation.database.write() as session:
            now = side.installation.now(session)
            registrations.reserve_invitation(session, secret, now)
    except PlatformRefused:
        raise _taken() from None
    try:
        yield
    except Exception:
        with side.installation.database.write() as session:
            registrations.release_invitation(session, secret, now)
        raise


def _taken() -> Refused:
    return Refused(Outcome.TAKEN, "denied.invitation_taken")


def store(side: LtiSide, secret: str, facts: PlatformFacts) -> str | None:
    """Store registration and spent invitation together; returns the first coordinator's code, if needed.

    The invitation is reserved. Raises `Refused`.
    """
    hosts = side.installation.config.loopback_hosts
    try:
        with side.installation.database.write() as session:
            now = side.installation.now(session)
            registration = registrations.register_platform(session, facts, hosts, now)
            registrations.use_invitation(session, secret, registration, now)
            return invite_coordinator(session, session.get_one(Centre, registration.centre_id), now)
    except PlatformRefused as refused:
        if refused.params["field"] == "invitation":
            raise _taken() from None
        raise broken(f"registration_{refused.params['field']}", iss=facts.iss) from None
