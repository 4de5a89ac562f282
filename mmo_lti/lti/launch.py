"""The last step of a launch: the platform's signed answer → a verified `Launch` (SEC 5.1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mmo_lti.lti.claims import Expected, check_addressee, read_launch
from mmo_lti.lti.cookies import STATE, Cookies
from mmo_lti.lti.login import Parameters, cookie_key, is_ours
from mmo_lti.lti.refusal import Outcome, Refused, broken, stale, unknown, untrusted
from mmo_lti.lti.side import LtiSide
from mmo_lti.lti.state_store import PendingLogin
from mmo_lti.lti.token import open_envelope, verify
from mmo_lti.services.known_platform import KnownPlatform
from mmo_lti.services.launch import Launch
from mmo_lti.services.sealed import digest_of, same

MAX_STATE = 200


class Answer(NamedTuple):
    """The form that the platform made the browser post."""

    state: str
    id_token: str
    error: str


def read_answer(sent: Parameters) -> Answer:
    """The form's fields, each at most once; raises `Refused`."""
    for values in sent.values():
        if len(values) != 1:
            raise broken("doubled")
    given = {name: values[0] for name, values in sent.items()}
    answer = Answer(given.get("state", ""), given.get("id_token", ""), given.get("error", ""))
    if not answer.state or len(answer.state) > MAX_STATE:
        raise stale("state")
    if not answer.id_token and not answer.error:
        raise broken("token_empty")
    return answer


def take_login(side: LtiSide, answer: Answer, sent_cookies: Mapping[str, str]) -> PendingLogin:
    """The login that this answers, taken for good, once it is known that the same browser began it.

    Raises `Refused`: STALE for an unknown or used state, COOKIES where the browser sends none back.
    """
    if not is_ours(answer.state, side.installation.config.secret):
        raise stale("state")
    login = side.states.take(answer.state, side.installation.wall())
    if login is None:
        raise stale("replay" if side.states.was_used(answer.state) else "state")
    check_browser(side.cookies, login, answer.state, sent_cookies)
    if answer.error:
        raise stale("platform_error", error=answer.error)
    return login


def check_browser(cookies: Cookies, login: PendingLogin, state: str, sent_cookies: Mapping[str, str]) -> None:
    """Raise `Refused` unless the browser that began the login is the one that finishes it (SEC 7.3.1)."""
    kept = cookies.find(sent_cookies, STATE, cookie_key(state))
    if kept is None:
        if cookies.kept(sent_cookies, STATE):
            raise untrusted("state")
        raise Refused(Outcome.COOKIES, "cookies.blocked")
    if not same(digest_of(kept.secret), login.browser_digest):
        raise untrusted("state")


class Verified(NamedTuple):
    """A launch that every check has passed, and the row of its deployment."""

    launch: Launch
    deployment_id: int


def verify_launch(side: LtiSide, login: PendingLogin, token: str) -> Verified:
    """Check signature, claims and deployment; raises `Refused`."""
    platform = side.platforms.of_registration(login.registration_id)
    if platform is None:
        raise unknown("registration")
    try:
        launch = _checked(side, platform, login, token)
        deployment = side.platforms.deployment(platform, launch.deployment_id)
        if deployment is None:
            raise unknown("deployment", deployment_id=launch.deployment_id)
    except Refused as refusal:
        refusal.known = {"iss": platform.iss, "client_id": platform.client_id, **refusal.known}
        raise
    return Verified(launch, deployment)


def _checked(side: LtiSide, platform: KnownPlatform, login: PendingLogin, token: str) -> Launch:
    expected = Expected(
        iss=platform.iss,
        client_id=platform.client_id,
        nonce=login.nonce,
        target_link_uri=login.target_link_uri,
        deployment_id=login.deployment_id,
        public_url=side.public_url,
        origins=platform.origins,
    )
    envelope = open_envelope(token)
    # Of another platform: say so before any key is asked for.
    check_addressee(envelope.claims, expected)
    key = side.keys.find(platform.registration_id, platform.jwks_uri, envelope.kid)
    return read_launch(verify(envelope, key), expected, side.now())
