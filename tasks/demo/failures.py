"""`python -m tasks.demo.failures FOLDER`: what a coordinator reads when Moodle fails, in three pictures.

The demo's city is opened on a sandbox Moodle in this process, which is then broken in three ways; the
pictures are of the page «Связь с Moodle» after «Синхронизировать сейчас».
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from sqlalchemy import select
from waitress import create_server

from mmo_lti.models.sync_run import SyncRun
from mmo_lti.services.clock import wall_clock
from moodle_sync.needs import ALL_GROUPS
from moodle_sync.sandbox import Moodle, SandboxConfig, create_sandbox, empty_moodle
from moodle_sync.sandbox.city import build_city
from moodle_sync.sandbox.model import Token
from moodle_sync.sandbox.roles import SERVICE
from tasks.demo.browser import WIDTH, browser, open_tool, shoot, signed_in
from tasks.demo.cast import COORDINATOR, make_cast
from tasks.demo.company import Company
from tasks.demo.pictures import adopt_more
from tasks.demo.show import Show
from tasks.demo.stage import ZONE, Stage
from tasks.demo.story import Story
from tasks.demo.year import DemoYear

FOLDER = Path("var/failures")
HEIGHT = 640
RUN_SECONDS = 120
ADOPTED_ON, ADOPTED = (9, 2), 12
"""Month, day, and how many associations are adopted then, so that there is something to sync."""


class BreakableStage(Stage):
    """A stage whose Moodle runs in this process, so that it can be broken."""

    site: Moodle

    def start_moodle(self) -> None:
        """Serve the city from a thread."""
        config = SandboxConfig(base_url=self.moodle, clock_file=self.config.clock_file)
        self.site = empty_moodle(config)
        build_city(moodle=self.site)
        self.let_in()
        app = create_sandbox(config, self.site)
        server = create_server(app, host="127.0.0.1", port=int(self.moodle.rsplit(":", 1)[1]), threads=8)
        Thread(target=server.run, daemon=True).start()

    def let_in(self) -> None:
        """Accept the token that the coordinator entered."""
        service = self.site.user_named("mmo-service")
        assert service is not None  # noqa: S101 - every city has one
        self.site.tokens[self.token] = Token(self.token, service.id)


@dataclass(frozen=True)
class Trouble:
    """`spoil` and `mend` change the site; `failure` is what the sync must make of it."""

    picture: str
    failure: str
    spoil: Callable[[BreakableStage], object]
    mend: Callable[[BreakableStage], object]


def _maintenance(stage: BreakableStage, begins: bool) -> None:
    stage.site.site.maintenance = begins


TROUBLES = (
    Trouble(
        "sync-maintenance.png",
        "moodle_site_maintenance",
        lambda stage: _maintenance(stage, True),
        lambda stage: _maintenance(stage, False),
    ),
    Trouble(
        "sync-roster.png",
        "roster_empty",
        lambda stage: stage.site.roles[SERVICE].capabilities.discard(ALL_GROUPS),
        lambda stage: stage.site.roles[SERVICE].capabilities.add(ALL_GROUPS),
    ),
    Trouble(
        "sync-token.png",
        "moodle_token_invalid",
        lambda stage: stage.site.tokens.pop(stage.token),
        BreakableStage.let_in,
    ),
)


@dataclass
class Failures:
    """Breaks Moodle under the coordinator's eyes."""

    stage: BreakableStage
    story: Story
    folder: Path
    taken: list[Path] = field(default_factory=list)

    def take(self) -> list[Path]:
        """One picture a trouble; between them all is well again."""
        with browser() as opened:
            page = signed_in(opened, self.stage, COORDINATOR)
            page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
            open_tool(page, self.story.company, "/city/sync")
            address = page.url
            for trouble in TROUBLES:
                page.goto(address)
                trouble.spoil(self.stage)
                self._sync(page, trouble.failure)
                page.goto(address)
                path = self.folder / trouble.picture
                shoot(page, path)
                self.taken.append(path)
                trouble.mend(self.stage)
                page.goto(address)
                self._sync(page, "")
        return self.taken

    def _sync(self, page: Any, failure: str) -> None:
        before = self._runs()
        page.get_by_role("button", name="Синхронизировать сейчас").click()
        until = time.monotonic() + RUN_SECONDS
        while len(runs := self._runs()) == len(before) and time.monotonic() < until:
            self.stage.processes.check()
            time.sleep(0.1)
        if runs[-1:] != [failure]:
            raise AssertionError(f"the sync ended with {runs[-1:]}, not with «{failure}»")

    def _runs(self) -> list[str]:
        with self.stage.database.read() as session:
            return list(session.scalars(select(SyncRun.failure).order_by(SyncRun.id)))


def main() -> int:
    """Play the opening, then take the pictures; status 1 names the step that failed."""
    parser = argparse.ArgumentParser(prog="python -m tasks.demo.failures", description=__doc__)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    stage, show = BreakableStage(FOLDER.absolute()), Show(1)
    try:
        stage.start()
        story = Story(
            stage,
            Company(stage, stage.root / "documents"),
            make_cast(),
            DemoYear.after(wall_clock().astimezone(ZONE).date()),
        )
        opening = [one for one in story.scenes() if one.day == story.year.begins]
        show.steps = len(opening) + 1
        for scene in opening:
            with show.step(scene.title):
                stage.go_to(scene.day)
                scene.act()
                stage.settle()
        with show.step(f"Приняты на учёт объединения: {ADOPTED}"):
            day = story.year.day(*ADOPTED_ON)
            stage.go_to(day)
            adopt_more(story, day, ADOPTED)
        for path in Failures(stage, story, chosen.folder).take():
            show.say(f"  {path}")
    except (AssertionError, RuntimeError, OSError) as error:
        show.say(f"\nНе получилось на шаге «{show.current}»:\n{error}")
        return 1
    finally:
        stage.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
