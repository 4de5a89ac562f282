"""`python -m tasks.demo [--once]`: play the year; keep serving afterwards unless `--once`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from mmo_lti.models.notice import Notice, NoticeState
from mmo_lti.services.clock import wall_clock
from tasks.demo.cast import make_cast
from tasks.demo.company import Company
from tasks.demo.pictures import Pictures
from tasks.demo.processes import ProcessDied, peak_megabytes
from tasks.demo.show import Show
from tasks.demo.stage import ZONE, Stage
from tasks.demo.story import Story
from tasks.demo.year import DemoYear

FOLDER = Path("var/demo")


def main() -> int:
    """Play; status 1 names the step that failed."""
    parser = argparse.ArgumentParser(prog="python -m tasks.demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="exit after the story")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--pictures", type=Path, help="take the README's pictures into a folder, then exit")
    chosen = parser.parse_args()
    stage = Stage(chosen.folder.absolute())
    show = Show(1)
    try:
        return _play(stage, show, once=chosen.once, pictures=chosen.pictures)
    except KeyboardInterrupt:
        return 0
    finally:
        stage.stop()
        show.say(f"Память самого большого процесса: {peak_megabytes():.0f} МБ")


def _play(stage: Stage, show: Show, *, once: bool, pictures: Path | None) -> int:
    show.say(f"Показ: один учебный год двух объединений. Журналы: {stage.processes.logs}")
    stage.start()
    company = Company(stage, stage.root / "documents")
    story = Story(stage, company, make_cast(), DemoYear.after(wall_clock().astimezone(ZONE).date()))
    looking = Pictures(story, pictures)
    show.steps = len(list(story.scenes()))
    told = 0
    try:
        day = None
        for scene in story.scenes():
            with show.step(f"{scene.day:%d.%m.%Y}  {scene.title}"):
                if scene.day != day:
                    day = scene.day
                    stage.go_to(day)
                scene.act()
                stage.settle()
                looking.after(scene)
            told = _print_notices(stage, show, told)
    except (AssertionError, RuntimeError, OSError) as error:
        show.say(f"\nНе получилось на шаге «{show.current}»:\n{error}")
        return 1
    show.say(f"\nГод сыгран за {show.seconds:.0f} с. Документы:")
    for path in company.produced:
        show.say(f"  {path}")
    for path in looking.finish():
        show.say(f"  {path}")
    return 0 if once or pictures else _serve(stage, show)


def _print_notices(stage: Stage, show: Show, after: int) -> int:
    with stage.database.read() as session:
        sent = session.scalars(
            select(Notice)
            .where(Notice.id > after, Notice.state == NoticeState.SENT)
            .order_by(Notice.id)
            .options(selectinload(Notice.person))
        ).all()
        show.notices(list(sent), ZONE.key)
        return max([after, *(one.id for one in sent)])


def _serve(stage: Stage, show: Show) -> int:
    show.say(f"\nОткройте {stage.moodle}/course/view.php?id=1 и выберите человека. Остановить: Ctrl+C.")
    while True:
        try:
            stage.processes.check()
        except ProcessDied as died:
            show.say(str(died))
            return 1
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
