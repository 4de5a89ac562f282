"""What the tests of the LTI side share: keys made once, an application with one connected platform, a clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import responses
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from mmo_lti.app import create_app
from mmo_lti.config import Config, load_config
from mmo_lti.installation import Installation
from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.outgoing import guarded_session
from mmo_lti.lti.platform_service import PlatformService, ServiceGround, ServicePlatform
from mmo_lti.lti.side import LtiSide, attach
from mmo_lti.models.course import Course
from mmo_lti.models.database import Database
from mmo_lti.models.registration import Registration
from mmo_lti.models.registry import metadata
from mmo_lti.services.registration import PlatformFacts, register_platform
from moodle_sync.sandbox.app import create_sandbox, empty_moodle
from moodle_sync.sandbox.config import SandboxConfig
from moodle_sync.sandbox.small import build_small
from moodle_sync.sandbox.wire import WsgiAdapter
from tests.lti import pages
from tests.lti.expect import Expect
from tests.lti.platform import AUTH, CLIENT, ISS, JWKS, TOKEN, TOOL, Platform, login_parameters, sent_on
from tests.lti.world import MOODLE, World

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The time of a test; moved by hand."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **duration: float) -> None:
        self.at += timedelta(**duration)


@pytest.fixture(scope="session")
def rsa_keys() -> list[RSAKey]:
    """Three keys of 2048 bits: making one costs more than most tests."""
    return [RSAKey.generate_key(2048, private=True) for _ in range(3)]


@pytest.fixture(scope="session")
def lti_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, one registered platform and its connected course 2."""
    path = tmp_path_factory.mktemp("lti") / "lti.sqlite3"
    database = Database(f"sqlite:///{path}")
    metadata.create_all(database.engine)
    with database.write() as session:
        registration = register_platform(session, platform_facts(), frozenset(), NOW)
        course = Course(centre_id=registration.centre_id, context_id="2", connected_at=NOW)
        session.add(course)
    database.close()
    return path


def platform_facts(**changed: Any) -> PlatformFacts:
    facts: dict[str, Any] = {
        "iss": ISS,
        "client_id": CLIENT,
        "authorization_endpoint": AUTH,
        "token_endpoint": TOKEN,
        "jwks_uri": JWKS,
        "deployment_id": "1",
        "scopes": v.SCOPES,
    }
    return PlatformFacts(**{**facts, **changed})


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    data = tmp_path_factory.mktemp("tool")
    return load_config({"MMO_DATA": str(data), "MMO_PUBLIC_URL": TOOL, "MMO_SECRET": "secret of the tests"})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def shared_app(config: Config, lti_database: Path) -> Iterator[Flask]:
    """Making an application and compiling its templates costs more than a launch."""
    shutil.copy(lti_database, config.data / "mmo.sqlite3")
    app = create_app(config)
    app.register_blueprint(pages.make_blueprint())
    app.config["PROPAGATE_EXCEPTIONS"] = True
    yield app
    installation: Installation = app.extensions["mmo"]
    installation.database.close()
    installation.http.close()


@pytest.fixture
def app(shared_app: Flask, config: Config, lti_database: Path, clock: Clock) -> Flask:
    """The shared application over a fresh copy of the database, its caches emptied."""
    installation: Installation = shared_app.extensions["mmo"]
    installation.database.close()
    for leftover in config.data.glob("mmo.sqlite3*"):
        leftover.unlink()
    shutil.copy(lti_database, config.data / "mmo.sqlite3")
    installation.wall = clock
    installation.http = guarded_session(config.loopback_hosts)
    attach(shared_app)
    shared_app.extensions["mmo.origins"].forget()
    pages.SEEN.clear()
    return shared_app


@pytest.fixture
def database(app: Flask) -> Database:
    installation: Installation = app.extensions["mmo"]
    return installation.database


@pytest.fixture
def side(app: Flask) -> LtiSide:
    found: LtiSide = app.extensions["mmo.lti"]
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def platform(rsa_keys: list[RSAKey]) -> Platform:
    return Platform(rsa_keys[0])


@pytest.fixture
def web(platform: Platform) -> Iterator[responses.RequestsMock]:
    """The platform's side of the network: its key set answers, nothing else does."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(JWKS, json=platform.jwks())
        yield mock


@dataclass
class Journey:
    """A browser on its way from the platform to the tool."""

    client: FlaskClient
    platform: Platform
    clock: Clock
    sent: dict[str, str] = field(default_factory=dict)

    def login(self, **changed: Any) -> TestResponse:
        """Login initiation; remembers what the platform would get."""
        response = self.client.post("/lti/login", data=login_parameters(**changed), base_url=TOOL)
        if response.status_code == 302:
            self.sent = sent_on(response.location)
        return response

    def claims(self, **changed: Any) -> dict[str, Any]:
        return self.platform.claims(self.clock(), self.sent["nonce"], **changed)

    def post(self, token: str, **fields: Any) -> TestResponse:
        """The platform's answer, posted by the browser."""
        data = {"state": self.sent.get("state", ""), "id_token": token, **fields}
        data = {name: value for name, value in data.items() if value is not None}
        return self.client.post("/lti/launch", data=data, base_url=TOOL)

    def launch(self, **changed: Any) -> TestResponse:
        """A whole launch; `changed` claims make it another one."""
        self.login()
        return self.post(self.platform.sign(self.claims(**changed)))


@pytest.fixture
def journey(client: FlaskClient, platform: Platform, clock: Clock, web: responses.RequestsMock) -> Journey:
    return Journey(client, platform, clock)


@pytest.fixture
def registration(database: Database) -> Registration:
    with database.read() as session:
        return session.query(Registration).one()


@pytest.fixture
def expect(caplog: pytest.LogCaptureFixture, database: Database) -> Expect:
    caplog.set_level("INFO", "mmo_lti.lti")
    return Expect(caplog, database)


@pytest.fixture
def service(app, database, registration) -> PlatformService:
    ground = ServiceGround.of(app.extensions["mmo"])
    with database.read() as session:
        platform = ServicePlatform.of(session, session.get_one(Registration, registration.id))
    return PlatformService(ground, platform)


@pytest.fixture
def world(app: Flask, clock) -> World:
    config = SandboxConfig(base_url=MOODLE, tool_url=TOOL, wall_clock=lambda: clock().timestamp())
    site = build_small(empty_moodle(config))
    sandbox = create_sandbox(config, site.moodle)
    config.http.mount(TOOL, WsgiAdapter(app))
    installation: Installation = app.extensions["mmo"]
    installation.http.mount(MOODLE, WsgiAdapter(sandbox))
    return World(app, sandbox, site, installation)
