"""Platforms: the operator's approval, registering them, switching them on and off (R1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Update, select, update
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.registration import Deployment, PlatformKeySet, Registration
from mmo_lti.models.registration_invitation import RegistrationInvitation
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor, clock_actor
from mmo_lti.services.platform_address import BadAddress, normal_issuer, platform_origin
from mmo_lti.services.sealed import digest_of, fresh_secret

INVITATION_LIFE = timedelta(hours=24)
RESERVED = timedelta(minutes=2)
"""So long an approval waits for the platform's answer; after a crash in between it is good again."""
MAX_ID = 255


class PlatformRefused(RuleError):
    """A platform that cannot be registered: `params["field"]` names what is wrong."""


@dataclass(frozen=True)
class PlatformFacts:
    """What registering a platform needs, from dynamic registration or typed by hand.

    `deployment_id` may be empty: then launches wait until the operator adds one.
    """

    iss: str
    client_id: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    deployment_id: str = ""
    token_audience: str = ""
    scopes: tuple[str, ...] = ()
    product: str = ""
    version: str = ""
    centre_name: str = ""


def invite_platform(session: Session, now: datetime) -> str:
    """Approve one registration within 24 hours: returns the secret that its address carries."""
    secret = fresh_secret()
    session.add(
        RegistrationInvitation(
            digest=digest_of(secret), created_at=now, expires_at=now + INVITATION_LIFE, used_at=None
        )
    )
    return secret


def is_invited(session: Session, secret: str, now: datetime) -> bool:
    """Whether a registration address is still good; another registration may be under way there."""
    found = select(RegistrationInvitation.id).where(
        *_unspent(secret), RegistrationInvitation.expires_at > now
    )
    return session.scalar(found) is not None


def reserve_invitation(session: Session, secret: str, now: datetime) -> None:
    """Take the approval before anything is asked of the platform, so that it makes one tool and not several.

    Raises `PlatformRefused` when it is spent, or reserved by a registration that is under way.
    """
    free = RegistrationInvitation.used_at.is_(None) | (RegistrationInvitation.used_at <= now - RESERVED)
    _change_invitation(
        session,
        update(RegistrationInvitation)
        .where(*_unspent(secret), RegistrationInvitation.expires_at > now, free)
        .values(used_at=now),
    )


def release_invitation(session: Session, secret: str, reserved_at: datetime) -> None:
    """Give back what was reserved at that moment: the registration failed, the address stays good."""
    session.execute(
        update(RegistrationInvitation)
        .where(*_unspent(secret), RegistrationInvitation.used_at == reserved_at)
        .values(used_at=None)
    )


def use_invitation(session: Session, secret: str, registration: Registration, now: datetime) -> None:
    """Spend the reserved approval on `registration`; raises `PlatformRefused` when it was spent meanwhile."""
    session.flush()
    _change_invitation(
        session,
        update(RegistrationInvitation)
        .where(*_unspent(secret), RegistrationInvitation.used_at.is_not(None))
        .values(used_at=now, registration_id=registration.id),
    )


def _change_invitation(session: Session, change: Update) -> None:
    if session.execute(change).rowcount != 1:  # type: ignore[attr-defined]
        raise PlatformRefused("platform.refused", field="invitation")


def _unspent(secret: str) -> tuple[ColumnElement[bool], ...]:
    return (
        RegistrationInvitation.digest == digest_of(secret),
        RegistrationInvitation.registration_id.is_(None),
    )


def check_platform(facts: PlatformFacts, loopback_hosts: frozenset[str]) -> None:
    """Raise `PlatformRefused` for facts that no platform may have, whichever way they came."""
    for field in ("iss", "client_id", "deployment_id"):
        value = getattr(facts, field)
        if len(value) > MAX_ID or not value.isprintable() or (not value and field != "deployment_id"):
            raise PlatformRefused("platform.refused", field=field)
    for field in ("iss", "authorization_endpoint", "token_endpoint", "jwks_uri"):
        try:
            platform_origin(getattr(facts, field), loopback_hosts)
        except BadAddress:
            raise PlatformRefused("platform.refused", field=field) from None
    if "?" in facts.iss:  # an issuer has no query (OIDC core 2); a fragment is refused as an address
        raise PlatformRefused("platform.refused", field="iss")


def check_typed_platform(facts: PlatformFacts, loopback_hosts: frozenset[str]) -> None:
    """As `check_platform`, where a person wrote the issuer; raises `PlatformRefused`.

    A platform that registers itself says how it spells its issuer. A person who types another spelling of
    Moodle's would find out at the first launch only.
    """
    check_issuer(facts.iss, "iss", loopback_hosts)
    check_platform(facts, loopback_hosts)


def check_issuer(iss: str, field: str, loopback_hosts: frozenset[str]) -> None:
    """Raise `PlatformRefused`, with the usual spelling, unless a typed issuer has it."""
    try:
        normal = normal_issuer(iss, loopback_hosts)
    except BadAddress:
        raise PlatformRefused("platform.refused", field=field) from None
    if iss != normal:
        raise PlatformRefused("platform.issuer", field=field, normal=normal)


def register_platform(
    session: Session, facts: PlatformFacts, loopback_hosts: frozenset[str], now: datetime
) -> Registration:
    """Store a platform; a known (`iss`, `client_id`) is updated in place, a new `iss` makes its centre.

    The caller has checked the operator's approval. Raises `PlatformRefused`.
    """
    check_platform(facts, loopback_hosts)
    centre = session.scalar(select(Centre).where(Centre.iss == facts.iss))
    if centre is None:
        name = facts.centre_name or urlsplit(facts.iss).hostname or facts.iss
        centre = Centre(iss=facts.iss, name=name[:300], created_at=now, settings={})
        session.add(centre)
        session.flush()
    registration = _registration(session, centre, facts, now)
    if facts.deployment_id:
        add_deployment(session, registration, facts.deployment_id, now)
    journal.record(session, clock_actor(centre.id), "platform.register", registration, now, role="operator")
    return registration


def _registration(session: Session, centre: Centre, facts: PlatformFacts, now: datetime) -> Registration:
    known = session.scalar(
        select(Registration).where(
            Registration.centre_id == centre.id, Registration.client_id == facts.client_id
        )
    )
    found = known or Registration(centre=centre, client_id=facts.client_id, created_at=now)
    found.authorization_endpoint = facts.authorization_endpoint
    found.token_endpoint = facts.token_endpoint
    found.jwks_uri = facts.jwks_uri
    found.token_audience = facts.token_audience
    found.scopes = list(facts.scopes)
    found.product = facts.product[:100]
    found.version = facts.version[:100]
    found.enabled = True
    if known is None:
        session.add(found)
    else:
        _forget_keys(session, known)
    session.flush()
    return found


def _forget_keys(session: Session, registration: Registration) -> None:
    """The addresses may have changed: the next launch asks for the keys again."""
    row = session.get(PlatformKeySet, registration.id)
    if row is not None:
        session.delete(row)


def add_deployment(
    session: Session, registration: Registration, deployment_id: str, now: datetime
) -> Deployment:
    """Allow launches of a deployment; one that is known already is switched on again."""
    if not deployment_id or len(deployment_id) > MAX_ID or not deployment_id.isprintable():
        raise PlatformRefused("platform.refused", field="deployment_id")
    known = find_deployment(session, registration.id, deployment_id)
    if known is not None:
        known.enabled = True
        return known
    fresh = Deployment(registration_id=registration.id, deployment_id=deployment_id, created_at=now)
    session.add(fresh)
    session.flush()
    return fresh


def switch(session: Session, thing: Registration | Deployment, enabled: bool, now: datetime) -> None:
    """Switch a registration or deployment on or off; its sessions end at their next request."""
    thing.enabled = enabled
    registration = thing if isinstance(thing, Registration) else thing.registration
    actor = clock_actor(registration.centre_id)
    state = "enabled" if enabled else "disabled"
    journal.record(session, actor, "platform.switch", thing, now, new=state, role="operator")


def find_deployment(session: Session, registration_id: int, deployment_id: str) -> Deployment | None:
    """A deployment of the registration, switched on or not."""
    if not _is_plain(deployment_id):
        return None
    return session.scalar(
        select(Deployment).where(
            Deployment.registration_id == registration_id, Deployment.deployment_id == deployment_id
        )
    )


def _is_plain(value: str) -> bool:
    """Whether a text from outside may go into a query: no database stores control characters everywhere."""
    return 0 < len(value) <= MAX_ID and value.isprintable()


def is_known(session: Session, iss: str) -> bool:
    """Whether an issuer is connected already."""
    return _is_plain(iss) and session.scalar(select(Centre.id).where(Centre.iss == iss)) is not None


def platform_origins(session: Session, registration: Registration | None = None) -> frozenset[str]:
    """Origins of one registration's platform, or of all enabled ones: who may frame our pages."""
    chosen = (
        [registration]
        if registration
        else session.scalars(select(Registration).where(Registration.enabled.is_(True)))
    )
    return frozenset().union(*map(origins_of, chosen))


def origins_of(registration: Registration) -> frozenset[str]:
    """Origins of a registration's platform: whose addresses a launch may name."""
    addresses = (registration.centre.iss, registration.authorization_endpoint, registration.token_endpoint)
    return frozenset(origin for origin in map(origin_or_none, addresses) if origin)


def origin_or_none(url: str) -> str | None:
    """The origin of a stored address; none where an `iss` is no address."""
    parts = urlsplit(url)
    if not parts.hostname:
        return None
    try:
        return platform_origin(url, frozenset({parts.netloc.rsplit("@", 1)[-1], parts.hostname}))
    except BadAddress:
        return None


def registrations_of(session: Session, actor: Actor) -> list[Registration]:
    """All registrations of the actor's centre, for the page about the platform."""
    query = select(Registration).where(Registration.centre_id == actor.centre_id).order_by(Registration.id)
    return list(session.scalars(query))
