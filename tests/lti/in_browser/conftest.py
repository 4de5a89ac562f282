"""What the tests in a real browser share: TLS on loopback, a stage for each test, browsers by their settings."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Playwright, sync_playwright

from mmo_lti.app import create_app
from mmo_lti.config import load_config
from mmo_lti.installation import Installation
from mmo_lti.lti import vocabulary
from mmo_lti.models.course import Course
from mmo_lti.models.database import Database
from mmo_lti.models.registry import metadata
from mmo_lti.services.registration import PlatformFacts, register_platform
from moodle_sync.sandbox.app import create_sandbox, empty_moodle
from moodle_sync.sandbox.config import SandboxConfig
from moodle_sync.sandbox.lti.registration import register_tool
from moodle_sync.sandbox.small import build_small
from moodle_sync.sandbox.tool_model import Tool
from moodle_sync.sandbox.wire import WsgiAdapter
from tests.lti.conftest import Clock
from tests.lti.in_browser.chromium import chromium
from tests.lti.in_browser.cookies import Cookies
from tests.lti.in_browser.https import Door, self_signed, served
from tests.lti.in_browser.stage import MOODLE_HOST, TOOL_HOST, Stage


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    return self_signed(tmp_path_factory.mktemp("tls"), MOODLE_HOST, TOOL_HOST)


@pytest.fixture(scope="session")
def doors(certificate: tuple[str, str]) -> Iterator[tuple[Door, Door]]:
    """Of the Moodle and of the tool; behind them stand the applications of the current test."""
    with served(certificate) as moodle, served(certificate) as tool:
        yield moodle, tool


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "mmo.sqlite3"
    database = Database(f"sqlite:///{path}")
    metadata.create_all(database.engine)
    database.close()
    return path


@pytest.fixture
def unconnected(
    doors: tuple[Door, Door], tmp_path: Path, empty_database: Path, clock: Clock
) -> Iterator[Stage]:
    """A Moodle and a tool that do not know each other yet."""
    moodle_door, tool_door = doors
    moodle_url, tool_url = (
        f"https://{MOODLE_HOST}:{moodle_door.port}",
        f"https://{TOOL_HOST}:{tool_door.port}",
    )
    config = SandboxConfig(base_url=moodle_url, wall_clock=lambda: clock().timestamp())
    site = build_small(empty_moodle(config))
    moodle = create_sandbox(config, site.moodle)
    shutil.copy(empty_database, tmp_path / "mmo.sqlite3")
    tool = create_app(
        load_config({"MMO_DATA": str(tmp_path), "MMO_PUBLIC_URL": tool_url, "MMO_SECRET": "of the tests"})
    )
    installation: Installation = tool.extensions["mmo"]
    installation.wall = clock
    installation.database.queue = None
    installation.http.mount(moodle_url, WsgiAdapter(moodle))
    config.http.mount(tool_url, WsgiAdapter(tool))
    moodle_door.app, tool_door.app = moodle, tool
    yield Stage(tool, moodle, site, tool_url, moodle_url)
    installation.database.close()
    installation.http.close()


@pytest.fixture
def stage(unconnected: Stage, clock: Clock) -> Stage:
    """The tool is registered, its activity stands in a course that a coordinator connected."""
    known = _register_at_moodle(unconnected)
    _register_at_tool(unconnected, known, clock)
    activity = unconnected.site.moodle.add_activity(unconnected.site.course_id, known.id, "ММО")
    unconnected.instance = activity.id
    return unconnected


def _register_at_moodle(stage: Stage) -> Tool:
    urls = (f"{stage.tool_url}/lti/launch", f"{stage.tool_url}/lti/login")
    return register_tool(
        stage.site.moodle,
        "Методические объединения",
        *urls,
        f"{stage.tool_url}/lti/launch",
        f"{stage.tool_url}/lti/jwks",
        custom=dict(vocabulary.CUSTOM_PARAMETERS),
        deep_linking_uri=f"{stage.tool_url}/lti/launch",
    )


def _register_at_tool(stage: Stage, known: Tool, clock: Clock) -> None:
    facts = PlatformFacts(
        iss=stage.moodle_url,
        client_id=known.client_id,
        authorization_endpoint=f"{stage.moodle_url}/mod/lti/auth.php",
        token_endpoint=f"{stage.moodle_url}/mod/lti/token.php",
        jwks_uri=f"{stage.moodle_url}/mod/lti/certs.php",
        deployment_id=str(known.id),
        scopes=vocabulary.SCOPES,
        centre_name="МБУ МЦ",
    )
    hosts = frozenset({f"{MOODLE_HOST}:{urlsplit(stage.moodle_url).port}"})
    with stage.database.write() as session:
        centre = register_platform(session, facts, hosts, clock()).centre
        session.add(Course(centre_id=centre.id, context_id=str(stage.site.course_id), connected_at=clock()))


Engine = Callable[..., AbstractContextManager[BrowserContext]]
OpenBrowser = Callable[..., BrowserContext]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Ended with this package: a second driver, of other tests, cannot start beside it."""
    with sync_playwright() as running:
        yield running


@pytest.fixture
def engine() -> Engine:
    """Chromium, unless a test names several."""
    return chromium


@pytest.fixture
def browser(
    playwright: Playwright, engine: Engine, tmp_path: Path, unconnected: Stage
) -> Iterator[OpenBrowser]:
    """`browser(cookies)`: a fresh profile that treats the tool's cookies inside Moodle so."""
    with ExitStack() as opened:

        def start(cookies: Cookies = Cookies.ALLOWED) -> BrowserContext:
            folder = tmp_path / f"profile {cookies}"
            sites = {"frame": unconnected.tool_url, "page": unconnected.moodle_url}
            return opened.enter_context(engine(playwright, folder, cookies, **sites))

        yield start
