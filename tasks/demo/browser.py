"""A real browser on the stage of the demo, and the pictures that it takes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from tasks.demo.company import Company
from tasks.demo.stage import Stage

WIDTH, HEIGHT = 1100, 800
COLOURS = 96


@contextmanager
def browser() -> Iterator[Any]:
    """A Chromium without a window: `CHROMIUM`, or the one on the path."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only pictures need a browser

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            yield opened
        finally:
            opened.close()


def signed_in(opened: Any, stage: Stage, username: str) -> Any:
    """A page of somebody who is signed in to Moodle."""
    page = opened.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale="ru-RU").new_page()
    page.goto(f"{stage.moodle}/?search={username}")
    page.locator(f"form:has(input[name=username][value={username}]) button").first.click()
    return page


def open_tool(page: Any, company: Company, path: str) -> None:
    """Open the tool in the whole window, as the activity's own page does, and go to one of its pages."""
    page.goto(company.launch)
    page.wait_for_url(f"{company.stage.tool}/**")
    handle = page.url.removeprefix(company.stage.tool).split("/")[2]
    page.goto(f"{company.stage.tool}/s/{handle}{path}", wait_until="networkidle")


def shoot(page: Any, path: Path) -> None:
    """Take a picture of what is in the window."""
    page.screenshot(path=str(path))
    make_small(path)


def make_small(path: Path) -> None:
    """Pages have few colours: a palette makes the picture a third of its size."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(COLOURS)
    small.save(path, optimize=True)
