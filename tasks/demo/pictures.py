"""The pictures of the README, taken from the running demo by a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tasks.demo.browser import browser, make_small, open_tool, shoot, signed_in
from tasks.demo.cast import COORDINATOR, Player
from tasks.demo.company import Company, typed
from tasks.demo.stage import Stage
from tasks.demo.story import Scene, Story

REPORT_DPI = 60
MORE_ADOPTED = (((9, 2), 4), ((9, 16), 8))
"""Month, day and how many more are adopted then, so that the city's page shows a city."""
CITY_ON = (10, 14)
"""When the city is looked at: the first of those owe a plan, the others have time left."""


@dataclass
class Pictures:
    """Looks at the story while it is told; `folder` is empty where nobody wants pictures."""

    story: Story
    folder: Path | None

    def after(self, scene: Scene) -> None:
        """What is to be seen on this day alone: the city in autumn, some of it late."""
        if self.folder is None:
            return
        for day, many in MORE_ADOPTED:
            if scene.day == self.story.year.day(*day) and scene.last_of_day:
                adopt_more(self.story, scene.day, many)
        if scene.day == self.story.year.day(*CITY_ON) and scene.last_of_day:
            with browser() as opened:
                page = signed_in(opened, self.story.stage, COORDINATOR)
                open_tool(page, self.story.company, "/city")
                shoot(page, self.folder / "city.png")

    def finish(self) -> list[Path]:
        """The others, when the story has been told."""
        if self.folder is None:
            return []
        story, leader = self.story, self.story.cast.astronomers[0]
        with browser() as opened:
            page = signed_in(opened, story.stage, leader.username)
            page.goto(f"{story.stage.moodle}/course/view.php?id=1&activity=1", wait_until="networkidle")
            shoot(page, self.folder / "course.png")
            open_tool(page, story.company, f"/a/{story.new}")
            shoot(page, self.folder / "leader.png")
            _assembling(opened, story, self.folder / "assembling.png")
        _report(story.company, self.folder / "report.png")
        return sorted(self.folder.glob("*.png"))


def adopt_more(story: Story, day: date, many: int) -> None:
    """The coordinator adopts more of the city's associations, without leaders yet."""
    company = story.company
    for name in _group_names(company)[:many]:
        person = company.enter(COORDINATOR, "/city/orders/adopt")
        person.submit(
            "Принять на учёт",
            genitive=name.removeprefix("ММО "),
            number=f"{day:%d%m}-о",
            signed_on=typed(day.replace(year=day.year - 4)),
            place=person.option("place", f"{name} –"),
        )
    story.stage.settle()


def _group_names(company: Company) -> list[str]:
    person = company.enter(COORDINATOR, "/city/orders/adopt")
    options = person.page.xpath("//select[@name='place']//option[not(@disabled)]/text()")
    return [one.split(" – ")[0].strip() for one in options if one.strip().startswith("ММО ")]


def _assembling(opened: Any, story: Story, path: Path) -> None:
    """The old association's report waits for its worker, which is held for the moment of the picture."""
    other: Player = story.cast.psychologists[0]
    with _held(story.stage):
        person = story.company.enter(other.username, f"/a/{story.old}/{story.year.slug}/report")
        person.submit("Сформировать отчёт")
        own = signed_in(opened, story.stage, other.username)
        own.goto(story.company.launch)
        own.wait_for_url(f"{story.stage.tool}/**")
        handle = own.url.removeprefix(story.stage.tool).split("/")[2]
        own.goto(f"{story.stage.tool}/s/{handle}/a/{story.old}/{story.year.slug}/report")
        shoot(own, path)
    story.stage.settle()


@contextmanager
def _held(stage: Stage) -> Iterator[None]:
    worker = stage.processes.running["worker"]
    os.killpg(worker.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(worker.pid, signal.SIGCONT)


def _report(company: Company, path: Path) -> None:
    papers = [one for one in company.produced if one.name.startswith("otchet") and one.suffix == ".pdf"]
    report = next(one for one in papers if "prilozheniyami" not in one.name)
    pdftoppm = shutil.which("pdftoppm") or "pdftoppm"
    subprocess.run(  # noqa: S603 - our own file
        [pdftoppm, "-r", str(REPORT_DPI), "-png", "-singlefile", str(report), str(path.with_suffix(""))],
        check=True,
    )
    make_small(path)
