"""Our own launch: the whole application, with the person's account, course and session written."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from launching.contender import Contender
from launching.moodle import TOOL, Moodle
from mmo_lti.app import create_app
from mmo_lti.config import load_config
from mmo_lti.installation import Installation
from mmo_lti.lti import vocabulary
from mmo_lti.lti.admissions import Admitted
from mmo_lti.models.course import Course
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
    name = f"mmo_launch_{os.getpid()}"
    url = make_url(server.replace("postgresql://", "postgresql+psycopg://", 1))
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    address = url.set(database=name).render_as_string(hide_password=False)
    made = _contender(
        "our launch, PostgreSQL and Redis", moodle, {"DATABASE_URL": address, "REDIS_URL": redis_url}
    )
    made.clock = time.perf_counter
    close_application = made.close

    def close() -> None:
        close_application()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()

    made.close = close
    return made


def _contender(name: str, moodle: Moodle, env: dict[str, str]) -> Contender:
    folder = tempfile.TemporaryDirectory(prefix="mmo-bench-")
    config = load_config(
        {"MMO_DATA": str(Path(folder.name)), "MMO_PUBLIC_URL": TOOL, "MMO_SECRET": "of the benchmark", **env}
    )
    app = create_app(config)
    installation: Installation = app.extensions["mmo"]
    metadata.create_all(installation.database.engine)
    app.extensions["mmo.lti"].logins.burst = float("inf")
    _connect(installation, moodle)

    def close() -> None:
        installation.database.close()
        installation.http.close()
        folder.cleanup()

    return Contender(name, app, close=close)


def _connect(installation: Installation, moodle: Moodle) -> None:
    """Register the platform, connect the course, store the key set as if it had been fetched."""
    now = datetime.now(UTC)
    facts = PlatformFacts(
        iss=moodle.iss,
        client_id=moodle.client_id,
        authorization_endpoint=f"{moodle.iss}/mod/lti/auth.php",
        token_endpoint=f"{moodle.iss}/mod/lti/token.php",
        jwks_uri=f"{moodle.iss}/mod/lti/certs.php",
        deployment_id="1",
        scopes=vocabulary.SCOPES,
    )
    with installation.database.write() as session:
        registration = register_platform(session, facts, frozenset(), now)
        session.add(Course(centre_id=registration.centre_id, context_id="2", connected_at=now))
        platform_key_set.claim(session, registration.id, now, unknown=False)
        fresh = 2 * platform_key_set.UNKNOWN_PAUSE * 60
        platform_key_set.store(session, registration.id, moodle.jwks()["keys"], now, fresh)
