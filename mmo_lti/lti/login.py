"""The first step of a launch: the platform's login initiation → our authentication request (SEC 5.1.1)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from sqlalchemy.orm import Session

from mmo_lti.lti.own_address import LAUNCH_PATH, own_path
from mmo_lti.lti.refusal import Outcome, Refused, broken, unknown
from mmo_lti.lti.state_store import PendingLogin
from mmo_lti.models.registration import Registration
from mmo_lti.services import registration as registrations
from mmo_lti.services.sealed import digest_of, fresh_secret

MAX_PARAMETER = 8 * 1024
NONCE_BYTES = 24

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class LoginRequest:
    """The parameters of a login initiation; empty where they did not come."""

    iss: str
    login_hint: str
    target_link_uri: str
    message_hint: str | None
    client_id: str
    deployment_id: str


@dataclass(frozen=True)
class Begun:
    """A login on its way: what to store, what the browser keeps, where it goes."""

    state: str
    browser_secret: str
    pending: PendingLogin
    location: str

    @property
    def key(self) -> str:
        """Names the state's cookie."""
        return cookie_key(self.state)


def cookie_key(state: str) -> str:
    """The name of a state's cookie: tells the states of parallel tabs apart, gives none away."""
    return digest_of(state)[:16]


def read_request(sent: Parameters, public_url: str) -> LoginRequest:
    """The parameters, each at most once; raises `Refused`."""
    given = single_values(sent)
    for name in ("iss", "login_hint", "target_link_uri"):
        if not given.get(name):
            raise broken(name, iss=given.get("iss", ""))
    own_path(given["target_link_uri"], public_url)
    return LoginRequest(
        iss=given["iss"],
        login_hint=given["login_hint"],
        target_link_uri=given["target_link_uri"],
        message_hint=given.get("lti_message_hint"),
        client_id=given.get("client_id", ""),
        deployment_id=given.get("lti_deployment_id", ""),
    )


def single_values(sent: Parameters, most: int = MAX_PARAMETER) -> dict[str, str]:
    """Every parameter's one value; a doubled one is refused, never «first wins» (OIDC core 3.1.2.2)."""
    for values in sent.values():
        if any(len(value) > most for value in values):
            raise Refused(Outcome.TOO_LARGE, "malformed.size")
    for name, values in sent.items():
        if len(values) != 1:
            raise broken("doubled", error=name)
    return {name: values[0] for name, values in sent.items()}


def choose_registration(session: Session, asked: LoginRequest) -> Registration:
    """The registration that the login is meant for; raises `Refused`."""
    facts = {"iss": asked.iss, "client_id": asked.client_id}
    found = registrations.find_registrations(session, asked.iss, asked.client_id or None)
    if not found:
        raise unknown("platform", **facts)
    if len(found) > 1:
        raise broken("client_id", **facts)
    if asked.deployment_id:
        deployment = registrations.find_deployment(session, found[0].id, asked.deployment_id)
        if deployment is None or not deployment.enabled:
            raise unknown("deployment", deployment_id=asked.deployment_id, **facts)
    return found[0]


def begin(asked: LoginRequest, registration: Registration, public_url: str) -> Begun:
    """Make state, nonce and the address of the authentication request."""
    state, browser_secret, nonce = fresh_secret(), fresh_secret(), secrets.token_urlsafe(NONCE_BYTES)
    parameters = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": registration.client_id,
        "redirect_uri": public_url + LAUNCH_PATH,
        "login_hint": asked.login_hint,
        "state": state,
        "nonce": nonce,
    }
    if asked.message_hint is not None:
        parameters["lti_message_hint"] = asked.message_hint
    endpoint = registration.authorization_endpoint
    location = f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters, quote_via=quote)}"
    pending = PendingLogin(
        browser_digest=digest_of(browser_secret),
        nonce=nonce,
        registration_id=registration.id,
        deployment_id=asked.deployment_id,
        target_link_uri=asked.target_link_uri,
    )
    return Begun(state, browser_secret, pending, location)
