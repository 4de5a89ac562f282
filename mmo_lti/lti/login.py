"""The first step of a launch: the platform's login initiation → our authentication request (SEC 5.1.1)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlencode

from mmo_lti.lti.known_platforms import KnownPlatforms
from mmo_lti.lti.own_address import LAUNCH_PATH, own_path
from mmo_lti.lti.refusal import Outcome, Refused, broken, unknown
from mmo_lti.lti.state_store import PendingLogin
from mmo_lti.services.known_platform import KnownPlatform
from mmo_lti.services.sealed import digest_of, fresh_secret, mark, same

MAX_PARAMETER = 8 * 1024
NONCE_BYTES = 24

Parameters = Mapping[str, Sequence[str]]


class LoginRequest(NamedTuple):
    """The parameters of a login initiation; empty where they did not come."""

    iss: str
    login_hint: str
    target_link_uri: str
    message_hint: str | None
    client_id: str
    deployment_id: str


class Begun(NamedTuple):
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
    for values in sent.values():
        if len(values) != 1:
            raise broken("doubled")
    return {name: values[0] for name, values in sent.items()}


def choose_platform(platforms: KnownPlatforms, asked: LoginRequest) -> KnownPlatform:
    """The registration that the login is meant for; raises `Refused`."""
    facts = {"iss": asked.iss, "client_id": asked.client_id}
    found = platforms.of_issuer(asked.iss, asked.client_id)
    if not found:
        raise unknown("platform", **facts)
    if len(found) > 1:
        raise broken("client_id", **facts)
    if asked.deployment_id and platforms.deployment(found[0], asked.deployment_id) is None:
        raise unknown("deployment", deployment_id=asked.deployment_id, **facts)
    return found[0]


def begin(asked: LoginRequest, platform: KnownPlatform, public_url: str, secret: str) -> Begun:
    """Make state, nonce and the address of the authentication request; `secret` is the installation's."""
    state, browser_secret = marked_state(secret), fresh_secret()
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    location = f"{_authentication(platform, public_url)}&state={state}&nonce={nonce}"
    location += f"&login_hint={quote(asked.login_hint, safe='')}"
    if asked.message_hint is not None:
        location += f"&lti_message_hint={quote(asked.message_hint, safe='')}"
    pending = PendingLogin(
        browser_digest=digest_of(browser_secret),
        nonce=nonce,
        registration_id=platform.registration_id,
        deployment_id=asked.deployment_id,
        target_link_uri=asked.target_link_uri,
    )
    return Begun(state, browser_secret, pending, location)


def marked_state(secret: str) -> str:
    """A fresh state that shows that it is ours."""
    state = fresh_secret()
    return f"{state}.{mark(secret, state)}"


def is_ours(state: str, secret: str) -> bool:
    """Whether we made a state, at whatever time: any other is refused without a look into the store."""
    text, _, found = state.partition(".")
    return same(found, mark(secret, text))


@lru_cache(maxsize=256)
def _authentication(platform: KnownPlatform, public_url: str) -> str:
    """The authentication request so far as it is the same for everybody (SEC 5.1.1.2)."""
    parameters = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": public_url + LAUNCH_PATH,
    }
    endpoint = platform.authorization_endpoint
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters, quote_via=quote)}"
