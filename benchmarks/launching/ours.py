"""Our own launch: the whole application, with the person's account, course and session written."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from launching.contender import Contender
from launching.database import fresh_postgres
from launching.moodle import TOOL, Moodle
from mmo_lti.app import create_app
from mmo_lti.config import load_config
from mmo_lti.installation import Installation
from mmo_lti.lti import vocabulary
from mmo_lti.lti.admissions import Admitted
from mmo_lti.models.course import Course
from mmo_lti.models.database import Database
from mmo_lti.models.registry import metadata
from mmo_lti.services import platform_key_set
from mmo_lti.services.launch import Launch
from mmo_lti.services.registration import PlatformFacts, register_platform
from mmo_lti.services.sealed import digest_of, fresh_secret

IN_MEMORY = "our LTI side, state in memory"
WHOLE = "our launch, SQLite in memory"


def in_memory(moodle: Moodle) -> Contender:
    """What the usual library does, by our LTI side: the launch is verified and kept in memory.

    Begun logins are in memory (`MMO_STATES=memory`), and a launch is kept instead of admitting its person:
    no accounts, no courses, no database.
    """
    made = _contender(IN_MEMORY, moodle, {"MMO_STATES": "memory"})
    made.app.extensions["mmo.lti"].admissions = _KeptLaunches()
    return made


class _KeptLaunches:
    """Launches by their session's name, as the usual library keeps them."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, Launch]] = {}

    def admit(self, launch: Launch, deployment_id: int, *, own_tab: bool) -> Admitted:
        del deployment_id, own_tab
        admitted = Admitted(secrets.token_hex(6), fresh_secret(), "/")
        self.kept[admitted.handle] = digest_of(admitted.token), launch
        return admitted


def whole_in_memory(moodle: Moodle) -> Contender:
    """The product's whole launch, account, course and session written, to a database in memory."""
    return _contender(WHOLE, moodle, {"MMO_STATES": "memory", "DATABASE_URL": "sqlite://"})


def on_disk(moodle: Moodle) -> Contender:
    """The same where nothing is set: SQLite in a file."""
    return _contender("our launch, SQLite in a file", moodle, {})


def on_servers(moodle: Moodle) -> Contender | None:
    """PostgreSQL and Redis, where `TEST_DATABASE_URL` and `TEST_REDIS_URL` name them."""
    server, redis_url = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    if not server or not redis_url:
        return None
    stack = ExitStack()
    address = stack.enter_context(fresh_postgres(server))
    made = _contender(
        "our launch, PostgreSQL and Redis", moodle, {"DATABASE_URL": address, "REDIS_URL": redis_url}
    )
    made.clock = time.perf_counter
    stack.callback(made.close)
    made.close = stack.close
    return made


def _contender(name: str, moodle: Moodle, env: dict[str, str]) -> Contender:
    stack = ExitStack()
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mmo-bench-"))
    config = load_config(
        {"MMO_DATA": folder, "MMO_PUBLIC_URL": TOOL, "MMO_SECRET": "of the benchmark", **env}
    )
    app = create_app(config)
    installation: Installation = app.extensions["mmo"]
    stack.callback(installation.database.close)
    stack.callback(installation.http.close)
    metadata.create_all(installation.database.engine)
    app.extensions["mmo.lti"].logins.burst = float("inf")
    connect(installation.database, moodle)
    return Contender(name, app, close=stack.close)


def connect(
    database: Database,
    moodle: Moodle,
    *,
    jwks_uri: str = "",
    hosts: frozenset[str] = frozenset(),
    fetched: datetime | None = None,
    fresh: timedelta = timedelta(hours=2),
) -> None:
    """Register the platform, connect the course, store the key set as if it had been fetched."""
    now = datetime.now(UTC)
    fetched = fetched or now
    facts = PlatformFacts(
        iss=moodle.iss,
        client_id=moodle.client_id,
        authorization_endpoint=f"{moodle.iss}/mod/lti/auth.php",
        token_endpoint=f"{moodle.iss}/mod/lti/token.php",
        jwks_uri=jwks_uri or f"{moodle.iss}/mod/lti/certs.php",
        deployment_id="1",
        scopes=vocabulary.SCOPES,
    )
    with database.write() as session:
        registration = register_platform(session, facts, hosts, now)
        session.add(Course(centre_id=registration.centre_id, context_id="2", connected_at=now))
        platform_key_set.claim(session, registration.id, fetched, unknown=False)
        platform_key_set.store(session, registration.id, moodle.jwks()["keys"], fetched, fresh)
