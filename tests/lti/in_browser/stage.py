"""Tool and Moodle on two sites over TLS, a connected course with the tool in it, and a person's steps there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Frame, FrameLocator, Page, expect

from mmo_lti.installation import Installation
from mmo_lti.models.database import Database
from moodle_sync.sandbox.small import SmallSite

FRAME = "#contentframe"
MOODLE_HOST, TOOL_HOST = "moodle.localhost", "tool.localhost"
"""Names that every browser finds on this machine by itself (RFC 6761), each of them a site of its own."""


@dataclass
class Stage:
    """What a test plays on."""

    tool: Flask
    moodle: Flask
    site: SmallSite
    tool_url: str
    moodle_url: str
    instance: int = 0
    """The number of the activity in its address, once there is one."""

    @property
    def database(self) -> Database:
        installation: Installation = self.tool.extensions["mmo"]
        return installation.database

    @property
    def activity_url(self) -> str:
        """The page of Moodle with the tool in its frame."""
        return f"{self.moodle_url}/mod/lti/view.php?l={self.instance}"

    def sign_in(self, page: Page, username: str) -> None:
        """In Moodle, by its own form."""
        page.goto(f"{self.moodle_url}/login/index.php")
        fill_login(page, username)
        expect(page.get_by_role("button", name="Выход")).to_be_visible()

    def open(self, page: Page) -> FrameLocator:
        """Open the activity; the frame with the tool in it."""
        page.goto(self.activity_url)
        return page.frame_locator(FRAME)

    def launch(self, page: Page, username: str) -> FrameLocator:
        """Sign in and open the activity."""
        self.sign_in(page, username)
        return self.open(page)

    def frame_of(self, page: Page) -> Frame:
        """The frame in which the tool is: for its address and its going back."""
        return next(frame for frame in page.frames if frame.url.startswith(self.tool_url))


def fill_login(page: Page, username: str) -> None:
    """Send Moodle's form."""
    page.fill("#login [name=username]", username)
    page.click("#login button")
