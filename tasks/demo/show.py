"""What the demo prints: a bar, each step, the notices that it caused."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mmo_lti.models.notice import Notice
from mmo_lti.services.notice_text import render

WIDTH = 24


@dataclass
class Show:
    """Prints to the terminal; `steps` is how many there are."""

    steps: int
    done: int = 0
    current: str = ""
    started: float = field(default_factory=time.monotonic)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step of the story: its line is printed when it begins, so that a failure names it."""
        self.done += 1
        self.current = title
        full = WIDTH * self.done // max(self.steps, self.done)
        self.say(f"[{'█' * full}{'·' * (WIDTH - full)}] {self.done:2}/{self.steps}  {title}")
        yield

    def say(self, text: str) -> None:
        """Print a line."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def notices(self, notices: list[Notice], zone: str) -> None:
        """Print who was told what; several people told the same thing stand in one line."""
        told: dict[str, list[str]] = {}
        for one in notices:
            told.setdefault(render(one, "ru", zone).body, []).append(one.person.last or "–")
        for text, people in told.items():
            whom = people[0] if len(people) == 1 else f"{people[0]} и ещё {len(people) - 1}"
            self.say(f"{'':{WIDTH + 10}}✉ {whom}: {text}")

    @property
    def seconds(self) -> float:
        """Seconds since the demo began."""
        return time.monotonic() - self.started
