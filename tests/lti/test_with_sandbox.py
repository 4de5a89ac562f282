"""The whole way with the sandbox Moodle: registration, activation, launches, deep linking, services."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask

from mmo_lti.installation import Installation
from mmo_lti.models.person import Account
from mmo_lti.models.registration import Registration
from mmo_lti.models.web_session import WebSession
from mmo_lti.services.registration import invite_platform
from moodle_sync.sandbox.app import create_sandbox, empty_moodle
from moodle_sync.sandbox.config import SandboxConfig
from moodle_sync.sandbox.small import SmallSite, build_small
from moodle_sync.sandbox.wire import WsgiAdapter
from tests.lti.browser import Browser
from tests.lti.platform import TOOL

MOODLE = "https://moodle.school.example"


@dataclass
class World:
    """A Moodle beside the tool, without a network between them."""

    tool: Flask
    moodle: Flask
    site: SmallSite
    installation: Installation

    def browser(self, username: str) -> Browser:
        browser = Browser({MOODLE: self.moodle, TOOL: self.tool})
        page = browser.get(f"{MOODLE}/login/index.php")
        token = re.search(r'name="logintoken" value="([^"]+)"', page.text)
        assert token
        browser.post(f"{MOODLE}/login/index.php", {"username": username, "logintoken": token[1]})
        return browser


@pytest.fixture
def world(app: Flask, clock) -> World:
    config = SandboxConfig(base_url=MOODLE, tool_url=TOOL, wall_clock=lambda: clock().timestamp())
    site = build_small(empty_moodle(config))
    sandbox = create_sandbox(config, site.moodle)
    config.http.mount(TOOL, WsgiAdapter(app))
    installation: Installation = app.extensions["mmo"]
    installation.http.mount(MOODLE, WsgiAdapter(sandbox))
    return World(app, sandbox, site, installation)


def connect(world: World) -> str:
    """Connect the tool as the administrator does; the last page's text."""
    with world.installation.database.write() as session:
        secret = invite_platform(session, world.installation.now(session))
    admin = world.browser("admin")
    page = admin.get(f"{MOODLE}/mod/lti/toolconfigure.php")
    sesskey = re.search(r'name="sesskey" value="([^"]+)"', page.text)
    assert sesskey
    done = admin.get(
        f"{MOODLE}/mod/lti/startltiadvregistration.php?sesskey={sesskey[1]}&url={TOOL}/lti/register/{secret}"
    )
    assert done.status_code == 200, done.text
    tool = next(iter(world.site.moodle.tools.values()))
    assert tool.state == "pending"
    tool.state = "active"
    return done.text


def test_lti_112_dynamic_registration_and_launch(world: World) -> None:
    text = connect(world)
    assert re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", text)
    tool = next(iter(world.site.moodle.tools.values()))
    activity = world.site.moodle.add_activity(world.site.course_id, tool.id, "Методическое объединение")
    teacher = world.browser("teacher01")
    page = teacher.get(f"{MOODLE}/mod/lti/launch.php?id={activity.cmid}")
    assert teacher.at.startswith(f"{TOOL}/s/"), (page.status_code, page.text)
    assert "не подключ" in page.text
    with world.installation.database.read() as session:
        registration = session.query(Registration).filter_by(client_id=tool.client_id).one()
        web_session = session.query(WebSession).one()
        account = session.query(Account).filter_by(centre_id=registration.centre_id).one()
    assert web_session.group_ids == [world.site.group_ids[0]]
    assert (account.sub, account.name) == ("3", "")


def test_lti_108_first_coordinator_connects_the_course(world: World) -> None:
    code = re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", connect(world))
    assert code
    tool = next(iter(world.site.moodle.tools.values()))
    activity = world.site.moodle.add_activity(world.site.course_id, tool.id, "Методическое объединение")
    address = f"{MOODLE}/mod/lti/launch.php?id={activity.cmid}"
    coordinator = world.browser("metodist")
    page = coordinator.get(address)
    page = coordinator.submit(page, code="ABCD-EFGH-JKLM-NPQR")
    assert (page.status_code, "не подходит" in page.text) == (409, True)
    page = coordinator.submit(page, code=code[0].lower())
    assert "Подключить этот курс" in page.text
    coordinator.submit(page)
    teacher = world.browser("teacher02")
    page = teacher.get(address)
    assert teacher.at.rpartition("/s/")[2][12:] == "/"
    with world.installation.database.read() as session:
        account = session.query(Account).filter_by(sub="4").one()
        names = (account.person.last, account.person.first, account.person.patronymic)
    assert names == ("Петрова", "Мария", "Петровна")
