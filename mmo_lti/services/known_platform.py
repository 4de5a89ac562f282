"""What a login and a launch ask about a platform, as plain values that a process may remember for a while.

Nothing here grants anything: a launch is admitted only while its registration and deployment are switched on
in the database (`services.admission`), and so is every later request of its session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Mapper, Session, object_session

from mmo_lti.models.centre import Centre
from mmo_lti.models.registration import Deployment, Registration
from mmo_lti.services.registration import origins_of


@dataclass(frozen=True, eq=False)
class KnownPlatform:
    """An enabled registration; `deployments` are the enabled ones, by the platform's id the row's."""

    registration_id: int
    iss: str
    client_id: str
    authorization_endpoint: str
    jwks_uri: str
    origins: frozenset[str]
    deployments: Mapping[str, int]


def read_platforms(session: Session) -> tuple[KnownPlatform, ...]:
    """All enabled registrations, in the order they were made."""
    deployments: dict[int, dict[str, int]] = {}
    for one in session.scalars(select(Deployment).where(Deployment.enabled.is_(True))):
        deployments.setdefault(one.registration_id, {})[one.deployment_id] = one.id
    query = select(Registration).where(Registration.enabled.is_(True)).order_by(Registration.id)
    return tuple(
        KnownPlatform(
            registration_id=one.id,
            iss=one.centre.iss,
            client_id=one.client_id,
            authorization_endpoint=one.authorization_endpoint,
            jwks_uri=one.jwks_uri,
            origins=origins_of(one),
            deployments=deployments.get(one.id, {}),
        )
        for one in session.scalars(query)
    )


class _Changes:
    """How many committed transactions of this process changed a platform."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, _mapper: Mapper[Any], _connection: Connection, thing: object) -> None:
        """Count the change once its transaction is committed."""
        session = object_session(thing)
        if session is None:
            return
        if "platforms_changed" not in session.info:
            event.listen(session, "after_commit", self._committed)
        session.info["platforms_changed"] = True

    def _committed(self, session: Session) -> None:
        # The end of a savepoint is told alike, but nobody else can see the change yet.
        if not session.in_nested_transaction() and session.info["platforms_changed"]:
            session.info["platforms_changed"] = False
            self.count += 1


_changes = _Changes()
for _mapped in (Centre, Registration, Deployment):
    for _moment in ("after_insert", "after_update", "after_delete"):
        event.listen(_mapped, _moment, _changes.note)


def changes() -> int:
    """Grows whenever this process changed a platform: what was read before is then old."""
    return _changes.count
