"""Calls to a platform's services with an access token of our own (security framework 4.1).

Failures are typed: `again` tells whether a later try may help. A token never leaves for another origin than
the registered platform's, whatever address a claim or a page of results names.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from mmo_lti.installation import Installation
from mmo_lti.lti import tool_keys
from mmo_lti.lti.optional_claims import on_platform
from mmo_lti.lti.outgoing import Answer, Outgoing, OutgoingFailed
from mmo_lti.lti.turns import Turns
from mmo_lti.models.database import Database
from mmo_lti.models.registration import Registration
from mmo_lti.services import access_token
from mmo_lti.services.access_token import ASKING, StoredToken
from mmo_lti.services.registration import platform_origins

ASSERTION_LIFE = timedelta(minutes=5)
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EARLY_SECONDS = 60
UNTOLD_SECONDS = 300
"""How long a token is kept whose platform does not say when it ends."""
MAX_TOKEN_SECONDS = 24 * 3600
SERVICE_SECONDS = 20.0
MAX_SERVICE_BYTES = 8 * 1024 * 1024
POLL_SECONDS = 0.05
WAIT_SECONDS = 12.0
"""So long a job waits while another one of this process asks the same platform."""
MAX_WAITING = 100


class ServiceFailed(Exception):
    """A service gave no usable answer. `reason` is a word for the log and the page about the connection."""

    def __init__(self, reason: str, *, status: int = 0, again: bool = False, after: int = 0) -> None:
        """`after`: seconds that the platform asks us to wait."""
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.again = again
        self.after = after


@dataclass
class ServiceGround:
    """What calls to services stand on; made once for a process."""

    database: Database
    outgoing: Outgoing
    secret: str
    wall: Callable[[], datetime]
    now: Callable[[Session], datetime]
    turns: Turns = field(default_factory=lambda: Turns(MAX_WAITING))

    @classmethod
    def of(cls, installation: Installation) -> ServiceGround:
        """The ground of an installation whose `http` is a `guarded_session`."""
        config = installation.config
        return cls(
            database=installation.database,
            outgoing=Outgoing(installation.http, config.loopback_hosts),
            secret=config.secret,
            wall=installation.moment,
            now=installation.now,
        )


@dataclass(frozen=True)
class ServicePlatform:
    """The registration whose keys open the services: always that of the launch, never «the first one»."""

    registration_id: int
    client_id: str
    token_endpoint: str
    audience: str
    granted: frozenset[str]
    origins: frozenset[str]

    @classmethod
    def of(cls, session: Session, registration: Registration) -> ServicePlatform:
        """Copy what calls need, so that no transaction is open while the platform answers."""
        return cls(
            registration_id=registration.id,
            client_id=registration.client_id,
            token_endpoint=registration.token_endpoint,
            audience=registration.token_audience or registration.token_endpoint,
            granted=frozenset(registration.scopes),
            origins=platform_origins(session, registration),
        )


@dataclass(frozen=True)
class PlatformService:
    """Services of one platform."""

    ground: ServiceGround
    platform: ServicePlatform

    def call(
        self,
        method: str,
        url: str,
        scopes: tuple[str, ...],
        *,
        accept: str = "",
        content: str = "",
        body: bytes | None = None,
    ) -> Answer:
        """One call; a refused token is renewed once. Raises `ServiceFailed` for anything but 2xx."""
        if not on_platform(url, self.platform.origins):
            raise ServiceFailed("foreign_address")
        headers = {"Accept": accept, "Content-Type": content}
        headers = {name: value for name, value in headers.items() if value}
        answer = self._send(method, url, headers, body, self.token(scopes))
        if answer.status == 401:
            self._drop(scopes)
            answer = self._send(method, url, headers, body, self.token(scopes))
        if not 200 <= answer.status < 300:
            raise _refused("status", answer)
        return answer

    def renew_token(self, scopes: tuple[str, ...]) -> None:
        """Ask for a token although one may be kept: shows whether the platform still knows our keys."""
        self._drop(scopes)
        self.token(scopes)

    def token(self, scopes: tuple[str, ...]) -> str:
        """A good access token for those of the scopes that the platform granted."""
        wanted = " ".join(sorted(self.platform.granted & set(scopes)))
        if not wanted:
            raise ServiceFailed("scope_not_granted")
        with self.ground.turns.turn(self.platform.registration_id, WAIT_SECONDS) as mine:
            if not mine:
                raise ServiceFailed("token_timeout", again=True)
            return self._token(wanted)

    def _token(self, scopes: str) -> str:
        moment = self.ground.wall()
        stored = self._load(scopes)
        while not stored.text:
            with self.ground.database.write() as session:
                if access_token.claim(session, self.platform.registration_id, scopes, moment):
                    break
            stored = self._wait(scopes)
            moment = self.ground.wall()
        if stored.text:
            return stored.text
        try:
            text, seconds = self._ask(scopes)
        except ServiceFailed:
            self._forget(scopes)
            raise
        good_until = self.ground.wall() + timedelta(seconds=seconds)
        with self.ground.database.write() as session:
            access_token.store(
                session, self.platform.registration_id, scopes, self.ground.secret, text, good_until
            )
        return text

    def _load(self, scopes: str) -> StoredToken:
        ground = self.ground
        with ground.database.read() as session:
            return access_token.load(
                session, self.platform.registration_id, scopes, ground.secret, ground.wall()
            )

    def _wait(self, scopes: str) -> StoredToken:
        """Another process is asking: wait for its answer."""
        deadline = time.monotonic() + ASKING.total_seconds()
        stored = self._load(scopes)
        while not stored.text and stored.is_asked_for(self.ground.wall()):
            if time.monotonic() > deadline:
                raise ServiceFailed("token_timeout", again=True)
            time.sleep(POLL_SECONDS)
            stored = self._load(scopes)
        return stored

    def _ask(self, scopes: str) -> tuple[str, int]:
        """Ask the token endpoint; returns the token and for how many seconds it is good."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(),
            "scope": scopes,
        }
        try:
            answer = self.ground.outgoing.send(
                "POST", self.platform.token_endpoint, headers={"Accept": "application/json"}, data=form
            )
        except OutgoingFailed as failed:
            raise ServiceFailed(f"token_{failed.reason}", again=failed.again) from None
        if answer.status != 200:
            raise _refused("token_status", answer)
        return _read_token(answer)

    def _assertion(self) -> str:
        """Who we are, signed: fresh for each request (security framework 4.1.1)."""
        ground = self.ground
        with ground.database.write() as session:
            now = ground.now(session)
            tool_keys.ensure_key(session, ground.secret, now)
            claims = {
                "iss": self.platform.client_id,
                "sub": self.platform.client_id,
                "aud": self.platform.audience,
                "jti": secrets.token_urlsafe(24),
                "iat": int(now.timestamp()),
                "exp": int((now + ASSERTION_LIFE).timestamp()),
            }
            return tool_keys.sign(session, ground.secret, claims, now)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, token: str
    ) -> Answer:
        try:
            return self.ground.outgoing.send(
                method,
                url,
                headers={**headers, "Authorization": f"Bearer {token}"},
                data=body,
                max_bytes=MAX_SERVICE_BYTES,
                seconds=SERVICE_SECONDS,
            )
        except OutgoingFailed as failed:
            raise ServiceFailed(failed.reason, again=failed.again) from None

    def _drop(self, scopes: tuple[str, ...]) -> None:
        self._forget(" ".join(sorted(self.platform.granted & set(scopes))))

    def _forget(self, scopes: str) -> None:
        with self.ground.database.write() as session:
            access_token.drop(session, self.platform.registration_id, scopes)


def _read_token(answer: Answer) -> tuple[str, int]:
    try:
        document: Any = answer.json()
    except OutgoingFailed:
        raise ServiceFailed("token_json", status=answer.status, again=True) from None
    text = document.get("access_token") if isinstance(document, dict) else None
    if not isinstance(text, str) or not text.isascii() or not text.isprintable():
        raise ServiceFailed("token_missing", status=answer.status)
    told = document.get("expires_in")
    if isinstance(told, bool) or not isinstance(told, int | float):
        return text, UNTOLD_SECONDS
    return text, max(0, min(int(told), MAX_TOKEN_SECONDS) - EARLY_SECONDS)


def _refused(reason: str, answer: Answer) -> ServiceFailed:
    """4xx is final, 429 and 5xx may pass."""
    after = answer.headers.get("Retry-After", "")
    return ServiceFailed(
        f"{reason}_{answer.status}",
        status=answer.status,
        again=answer.status == 429 or answer.status >= 500,
        after=min(int(after), 3600) if after.isascii() and after.isdigit() else 0,
    )
