"""The application behind a real address, and a Chromium that is signed in there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.web.visitor import TOOL, Visitor

BINARY = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
PHONE = 390
FRAME = 900
"""Widths in pixels: a phone, and the frame that Moodle gives an activity on a laptop."""


class Quiet(WSGIRequestHandler):
    """Answers without a line for each request."""

    def log_request(self, *_args: object) -> None:
        return


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application's address on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=BINARY, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            browser.close()


def open_for(browser: Browser, visitor: Visitor, address: str, width: int = FRAME) -> BrowserContext:
    """The visitor's session in a browser of this width; paths are relative to `address`."""
    context = browser.new_context(
        base_url=address, locale="ru-RU", viewport={"width": width, "height": 800}, accept_downloads=True
    )
    cookie = visitor.client.get_cookie(
        f"mmo_session_{visitor.handle}", domain=TOOL.split("/")[2].split(":")[0]
    )
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    return context
