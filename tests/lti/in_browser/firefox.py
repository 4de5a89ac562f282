"""A Firefox of the tests, as Debian ships it, with the cookie settings that a person may have chosen."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Playwright

from tests.lti.in_browser import firefox_relay
from tests.lti.in_browser.cookies import Cookies

_BEHAVIOUR = {
    Cookies.ALLOWED: 0,
    Cookies.THIRD_PARTY_BLOCKED: 5,  # the default: every site's frames keep cookies of their own
    Cookies.NONE_IN_FRAMES: 1,  # «all cross-site cookies» in the settings
}


def _preferences(cookies: Cookies) -> dict[str, Any]:
    return {
        "network.cookie.cookieBehavior": _BEHAVIOUR[cookies],
        # As people have it, and the driver has not: a window opens by a click alone.
        "dom.disable_open_during_load": True,
        # One process for all sites: clicks go straight to the page. A frame that has a process of its own gets
        # them by the screen as last drawn, and a busy machine may not have drawn yet where it scrolled to.
        "fission.autostart": False,
        # The driver does not notice a page that comes back from memory.
        "browser.sessionhistory.max_total_viewers": 0,
    }


@contextmanager
def firefox(
    playwright: Playwright, folder: Path, cookies: Cookies, *, frame: str, page: str
) -> Iterator[BrowserContext]:
    """A browser with a profile of its own; `cookies` holds for all frames of another site."""
    start = folder.with_name("firefox")
    start.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{firefox_relay.__file__}" "$@"\n')
    start.chmod(0o755)
    context = playwright.firefox.launch_persistent_context(
        folder,
        channel="moz-firefox",
        executable_path=start,
        firefox_user_prefs=_preferences(cookies),
        ignore_https_errors=True,
        locale="ru-RU",
        viewport={"width": 1100, "height": 900},
    )
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()
