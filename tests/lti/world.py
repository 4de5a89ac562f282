"""A sandbox Moodle beside the tool, without a network between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask

from mmo_lti.installation import Installation
from mmo_lti.services.registration import invite_platform
from moodle_sync.sandbox.small import SmallSite
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


def tool_of(world: World) -> Any:
    """The tool as the platform knows it."""
    return next(iter(world.site.moodle.tools.values()))


def place(world: World, **more: object) -> tuple[Any, str]:
    """An activity of the tool in the course, and the address that launches it."""
    activity = world.site.moodle.add_activity(world.site.course_id, tool_of(world).id, "ММО", **more)
    return activity, f"{MOODLE}/mod/lti/launch.php?id={activity.cmid}"
