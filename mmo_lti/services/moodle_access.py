"""Address and token of a centre's Moodle web services: kept sealed, never shown."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.moodle_access import MoodleAccess
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import Fault, RuleError
from mmo_lti.services import journal, outbox
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import require
from mmo_lti.services.platform_address import BadAddress, platform_origin
from mmo_lti.services.scope import centre_of, hold, local_today
from mmo_lti.services.sealed import seal, unseal

URL_LIMIT, TOKEN_LIMIT = 255, 200


def set_access(
    session: Session,
    actor: Actor,
    url: str,
    token: str,
    now: datetime,
    *,
    secret: str,
    loopback_hosts: frozenset[str] = frozenset(),
) -> MoodleAccess:
    """Keep address and token, sealed with the installation's `secret`, and have them examined.

    An empty `token` keeps the one there is, but only for the same address: it must not travel to another
    host. `RuleError` `moodle.access` with the faults `moodle.address`, `moodle.token_missing`,
    `moodle.token_signs` at once.
    """
    require(session, actor, Action.PLATFORM_MANAGE, local_today(session, actor.centre_id, now))
    hold(session, centre_of(session, actor))
    url, token = url.strip().rstrip("/"), token.strip()
    known = find_access(session, actor.centre_id)
    faults = [*_address_faults(url, loopback_hosts), *_token_faults(url, token, known)]
    if faults:
        raise RuleError("moodle.access", faults=faults)
    access = known or MoodleAccess(centre_id=actor.centre_id)
    access.url, access.changed_at = url, now
    if token:
        access.sealed_token = seal(secret, token)
    session.add(access)
    journal.record(session, actor, "set_moodle_access", access, now, new="token" if token else "address")
    outbox.want(session, actor.centre_id, "moodle_check", actor.centre_id, now)
    return access


def find_access(session: Session, centre_id: int) -> MoodleAccess | None:
    """How the centre's Moodle is reached, or none yet."""
    return session.scalar(select(MoodleAccess).where(MoodleAccess.centre_id == centre_id))


def token_of(access: MoodleAccess, secret: str) -> str:
    """The token for the client of the web services; `sealed.Unreadable` after a change of the secret."""
    return unseal(secret, access.sealed_token)


def _address_faults(url: str, loopback_hosts: frozenset[str]) -> list[Fault]:
    try:
        platform_origin(url, loopback_hosts)
    except BadAddress:
        return [Fault("moodle.address")]
    return [Fault("moodle.address")] if len(url) > URL_LIMIT or "?" in url else []


def _token_faults(url: str, token: str, known: MoodleAccess | None) -> list[Fault]:
    if not token:
        return [] if known is not None and known.url == url else [Fault("moodle.token_missing")]
    fits = len(token) <= TOKEN_LIMIT and token.isascii() and token.isalnum()
    return [] if fits else [Fault("moodle.token_signs")]
