"""In a real browser: a person is chosen on the course page, and the tool of another site opens in its frame."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which
from threading import Thread
from urllib.parse import urlencode

import pytest
from flask import Flask, redirect, request
from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from moodle_sync.sandbox import SandboxConfig, create_sandbox, empty_moodle, register_tool
from moodle_sync.sandbox.small import SmallSite, build_small

pytestmark = pytest.mark.browser


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Serve an application on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def greeting_tool() -> Flask:
    """A tool that answers a launch with the name it was told, and says how high it is, which Moodle ignores."""
    tool = Flask("tool")

    @tool.post("/login")
    def login() -> Response:
        form = request.form
        query = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": form["client_id"],
            "redirect_uri": f"{request.host_url}launch",
            "login_hint": form["login_hint"],
            "lti_message_hint": form["lti_message_hint"],
            "state": "s",
            "nonce": "n",
        }
        return redirect(f"{form['iss']}/mod/lti/auth.php?{urlencode(query)}")

    @tool.post("/launch")
    def launch() -> str:
        payload = request.form["id_token"].split(".")[1]
        name = json.loads(base64.urlsafe_b64decode(payload + "=="))["name"]
        resize = "parent.postMessage(JSON.stringify({subject: 'lti.frameResize', height: 1234}), '*')"
        return f"<h1>Здравствуйте, {name}</h1><script>{resize}</script>"

    return tool


@pytest.fixture
def site() -> Iterator[tuple[str, SmallSite]]:
    """The address of a site with an activity of a tool on another site (`localhost` is not `127.0.0.1`)."""
    config = SandboxConfig()
    small = build_small(empty_moodle(config))
    with served(create_sandbox(config, small.moodle)) as port, served(greeting_tool()) as tool_port:
        config.base_url, tool = f"http://127.0.0.1:{port}", f"http://localhost:{tool_port}"
        urls = (f"{tool}/launch", f"{tool}/login", f"{tool}/launch", f"{tool}/jwks")
        registered = register_tool(small.moodle, "ММО", *urls)
        small.moodle.add_activity(small.course_id, registered.id, "Методическое объединение")
        yield config.base_url, small


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def test_the_tool_opens_in_its_frame_as_the_chosen_person(site: tuple[str, SmallSite], page: Page) -> None:
    address, small = site
    page.goto(f"{address}/course/view.php?id={small.course_id}")
    heading = page.frame_locator("#contentframe").locator("h1")
    page.get_by_title("Войти как Мария Петровна Петрова").click()
    expect(heading).to_have_text("Здравствуйте, Мария Петровна Петрова")
    page.get_by_title("Войти как Вера Павловна Методистова").click()
    expect(heading).to_have_text("Здравствуйте, Вера Павловна Методистова")
    expect(page.locator("#contentframe")).not_to_have_css("height", "1234px")


def test_the_link_of_an_activity_survives_the_login(site: tuple[str, SmallSite], page: Page) -> None:
    address, _ = site
    page.goto(f"{address}/mod/lti/view.php?l=1")
    page.fill("#login [name=username]", "teacher01")
    page.click("#login button")
    heading = page.frame_locator("#contentframe").locator("h1")
    expect(heading).to_have_text("Здравствуйте, Анна Ивановна Иванова")
    expect(page).to_have_url(f"{address}/mod/lti/view.php?l=1")
