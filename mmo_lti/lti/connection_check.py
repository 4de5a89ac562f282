"""Which step of the connection by LTI works and which does not: asked of the platform, step by step.

Each finding is a code with what its sentence needs; the sentences live with the translations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.lti import tool_keys, vocabulary
from mmo_lti.lti.outgoing import Outgoing, OutgoingFailed
from mmo_lti.lti.platform_keys import usable_keys
from mmo_lti.lti.platform_service import PlatformService, ServiceFailed, ServiceGround, ServicePlatform
from mmo_lti.models.person import Account
from mmo_lti.models.registration import Registration
from mmo_lti.services.sealed import Unreadable


@dataclass(frozen=True)
class Step:
    """What one step found: `level` is `ok`, `note`, `warning` or `failure`."""

    code: str
    level: str = "ok"
    params: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Connected:
    """What is asked about one registration, copied so that no transaction is open meanwhile."""

    client_id: str
    jwks_uri: str
    deployments: int
    platform: ServicePlatform


def check_connection(ground: ServiceGround, centre_id: int) -> list[Step]:
    """All steps of a centre's connection, in the order in which a launch needs them."""
    with ground.database.read() as session:
        own = _own_key(session, ground)
        connected = list(_connected(session, centre_id))
        newest = session.scalar(
            select(func.max(Account.last_launch_at)).where(Account.centre_id == centre_id)
        )
    steps = [own]
    if not connected:
        steps.append(Step("lti.no_registration", "failure"))
    for one in connected:
        steps += [_deployments(one), key_set(ground.outgoing, one.jwks_uri)]
        if own.level != "failure":
            steps.append(_services(ground, one))
    return [*steps, _launched(newest)]


def _own_key(session: Session, ground: ServiceGround) -> Step:
    try:
        tool_keys.signing_key(session, ground.secret, ground.now(session))
    except LookupError:
        return Step("lti.own_key_none", "note")
    except Unreadable:
        return Step("lti.own_key_unreadable", "failure")
    return Step("lti.own_key_ok")


def _connected(session: Session, centre_id: int) -> Iterator[_Connected]:
    query = (
        select(Registration)
        .where(Registration.centre_id == centre_id, Registration.enabled.is_(True))
        .options(selectinload(Registration.deployments))
        .order_by(Registration.id)
    )
    for one in session.scalars(query):
        yield _Connected(
            client_id=one.client_id,
            jwks_uri=one.jwks_uri,
            deployments=sum(each.enabled for each in one.deployments),
            platform=ServicePlatform.of(session, one),
        )


def _deployments(one: _Connected) -> Step:
    if one.deployments:
        return Step("lti.deployments_ok", params={"client": one.client_id, "count": one.deployments})
    return Step("lti.no_deployment", "failure", {"client": one.client_id})


def key_set(outgoing: Outgoing, jwks_uri: str) -> Step:
    """Whether a platform's key set can be fetched, and holds a key that may verify a launch."""
    params: dict[str, str | int] = {"address": jwks_uri}
    try:
        document, _ = outgoing.get_json(jwks_uri)
    except OutgoingFailed as failed:
        return Step("lti.jwks_failed", "failure", {**params, "reason": failed.reason})
    entries = document.get("keys") if isinstance(document, dict) else None
    found = usable_keys(entries) if isinstance(entries, list) else {}
    if not found:
        return Step("lti.jwks_empty", "failure", params)
    return Step("lti.jwks_ok", params={"count": len(found)})


def _services(ground: ServiceGround, one: _Connected) -> Step:
    """Whether the platform knows our keys: it gives an access token for what it granted."""
    wanted = tuple(scope for scope in vocabulary.SCOPES if scope in one.platform.granted)
    if not wanted:
        return Step("lti.services_not_granted", "note", {"client": one.client_id})
    service = PlatformService(ground, one.platform)
    try:
        service.renew_token(wanted)
    except ServiceFailed as failed:
        return Step(
            "lti.services_failed",
            "failure",
            {"address": one.platform.token_endpoint, "reason": failed.reason},
        )
    return Step("lti.services_ok")


def _launched(newest: datetime | None) -> Step:
    return Step("lti.launched") if newest is not None else Step("lti.never_launched", "note")
