"""A meeting from invitation to accepted protocol."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from tasks.demo.cast import COORDINATOR, Player
from tasks.demo.company import Company, typed
from tasks.demo.year import DemoYear


def meeting_path(company: Company, code: str, year: DemoYear, leader: Player, topic: str) -> str:
    """The page of the meeting about a topic."""
    person = company.enter(leader.username, f"/a/{code}/{year.slug}/meetings")
    link = person.link(topic)
    return f"/a/{link.split('/a/')[1]}"


def invite(company: Company, path: str, leader: Player, day: date, place: str) -> None:
    """«Пригласить»: from now on it is an event in Moodle."""
    person = company.enter(leader.username, path)
    person.submit("Пригласить", day=typed(day), clock="14:30", place=place).says("Приглашения отправлены")


def answer(company: Company, path: str, player: Player) -> None:
    """A member says that they will come."""
    company.enter(player.username, path).submit("Приду")


def move(company: Company, path: str, leader: Player, day: date, reason: str) -> None:
    """A move within the year, with a reason; the event in Moodle follows."""
    person = company.enter(leader.username, path)
    person.submit("Перенести", day=typed(day), clock="15:00", reason=reason).says("Перенесено")


def hold(company: Company, path: str, leader: Player, absent: int) -> str:
    """The meeting took place: agenda, who was there; return the page of the drafted protocol."""
    person = company.enter(leader.username, path)
    person.submit(
        "Сохранить повестку",
        wording=["О результатах прошлого года", "О плане работы", ""],
        speaker=[f"{leader.signature}, руководитель ММО", "", ""],
    )
    there = person.values("present")
    person.submit("Состоялось", present=there[: len(there) - absent])
    return f"/a/{person.url.split('/a/')[1]}"


def write_protocol(company: Company, path: str, leader: Player, secretary: Player) -> None:
    """The leader writes down what was heard and decided."""
    person = company.enter(leader.username, path)
    values: dict[str, Any] = {
        "chair": person.option("chair", leader.last),
        "secretary": person.option("secretary", secretary.last),
    }
    for number, question in enumerate(person.values("question")):
        values |= {
            f"heard-{question}": "Представлены итоги и предложения.",
            f"decision-{question}": "Принять информацию к сведению." if number else "Утвердить предложения.",
            f"unanimous-{question}": "1",
        }
    person.submit("Сохранить", **values)


def lodge(company: Company, path: str, leader: Player) -> None:
    """The paper is printed, signed, scanned and handed in: from now on the meeting counts."""
    person = company.enter(leader.username, path)
    paper = person.fetch(f"{person.url}/draft.pdf")
    scan = {"scan": ("protokol.pdf", io.BytesIO(paper), "application/pdf")}
    company.go(person, path).upload("Загрузить скан подписанного протокола", scan)
    person.submit("Сдать протокол").says("на проверке")


def accept(company: Company, path: str) -> None:
    """The coordinator accepts the protocol."""
    person = company.enter(COORDINATOR, path)
    person.submit("Принять протокол")
    company.go(person, path).says("принят")
