"""The people on the stage: each has a browser of their own and comes to the tool through Moodle."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tasks.demo.cast import Player
from tasks.demo.stage import Stage
from tasks.demo.visitor import Visitor


@dataclass
class Company:
    """Visitors by Moodle account; `launch` is the activity's address in Moodle."""

    stage: Stage
    documents: Path
    launch: str = ""
    people: dict[str, Visitor] = field(default_factory=dict)
    produced: list[Path] = field(default_factory=list)

    def enter(self, username: str, path: str = "/") -> Visitor:
        """Open the tool from the course as this person, signed in to Moodle once, and go to a page of it."""
        person = self.people.get(username)
        if person is None:
            person = self.people[username] = self.stage.visitor(username)
        person.open(self.launch)
        if not person.url.startswith(f"{self.stage.tool}/s/"):
            raise person.problem("the launch did not end on a page of the tool")
        return person if path == "/" else self.go(person, path)

    def go(self, person: Visitor, path: str) -> Visitor:
        """Another page of the tool, in the session that the person has."""
        handle = person.url.removeprefix(self.stage.tool).split("/")
        prefix = "/".join(handle[:3]) if handle[1:2] == ["s"] else ""
        return person.open(f"{self.stage.tool}{prefix}{path}")

    def introduce(self, player: Player) -> Visitor:
        """First visit: the official name, organisation and position are confirmed."""
        person = self.enter(player.username, "/me")
        if "Подтверждаю" not in person.text:
            return person
        return person.submit(
            "Подтверждаю",
            last=player.last,
            first=player.first,
            patronymic=player.patronymic,
            organisation=person.option("organisation", player.organisation),
            position=player.position,
        ).says("Данные сохранены")

    def keep(self, person: Visitor, link: str, name: str) -> Path:
        """Download a document into the demo's folder."""
        answer = person.fetch(link)
        path = self.documents / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer)
        self.produced.append(path)
        return path


def typed(day: date) -> str:
    """A day as people type it."""
    return f"{day:%d.%m.%Y}"
