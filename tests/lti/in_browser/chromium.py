"""A Chromium of the tests, with the cookie settings that a person may have chosen."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Playwright

from tests.lti.in_browser.cookies import Cookies

BINARY = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def _preferences(cookies: Cookies, frame: str, page: str) -> dict[str, Any]:
    blocks = cookies is Cookies.THIRD_PARTY_BLOCKED
    profile: dict[str, Any] = {
        "cookie_controls_mode": 1 if blocks else 0,
        "block_third_party_cookies": blocks,
    }
    if cookies is Cookies.NONE_IN_FRAMES:
        exceptions = {f"{frame},{page}": {"setting": 2}}
        profile["content_settings"] = {"exceptions": {"cookies": exceptions}}
    return {"profile": profile}


@contextmanager
def chromium(
    playwright: Playwright, folder: Path, cookies: Cookies, *, frame: str, page: str
) -> Iterator[BrowserContext]:
    """A browser with a profile of its own; `cookies` holds for `frame`'s pages inside `page`'s."""
    preferences = folder / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps(_preferences(cookies, frame, page)))
    context = playwright.chromium.launch_persistent_context(
        folder,
        executable_path=BINARY,
        args=ARGUMENTS,
        ignore_https_errors=True,
        locale="ru-RU",
        viewport={"width": 1100, "height": 900},
    )
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()
