"""The annual report: achievements, assembling, the leader's words, the director's acceptance."""

from __future__ import annotations

from datetime import date

from tasks.demo.cast import DIRECTOR, Player
from tasks.demo.company import Company, typed
from tasks.demo.year import DemoYear

WORDS = {
    "words-2": "Запланированное выполнено; главное – практика наблюдений на уроке.",
    "words-3": "Опыт представлен на городской конференции.",
    "words-5": "нет",
    "words-6": "нет",
    "words-7": "Молодых специалистов в составе пока нет.",
    "words-8": "Не хватает телескопов: договориться с планетарием о выездных занятиях.",
    "words-9": "Исследовательские проекты школьников; обмен уроками с соседними ММО.",
}


def achieve(company: Company, code: str, player: Player, day: date) -> None:
    """A member adds a contest: it feeds section 4."""
    person = company.enter(player.username, "/me")
    person.submit(
        "Добавить",
        code=code,
        kind="contest",
        title="Мой лучший урок",
        day=typed(day),
        level="regional",
        result="призёр",
    ).says("Достижение добавлено")


def assemble(company: Company, code: str, year: DemoYear, leader: Player) -> None:
    """A job gathers the year; the page shows how far it is."""
    person = company.enter(leader.username, f"/a/{code}/{year.slug}/report")
    person.submit("Сформировать отчёт").says("формируется")


def submit(company: Company, code: str, year: DemoYear, leader: Player) -> None:
    """The leader adds words to what was gathered and sends the report."""
    path = f"/a/{code}/{year.slug}/report"
    person = company.enter(leader.username, path)
    person.submit("Сохранить слова", **WORDS)
    company.go(person, path).submit("Собрать заново")
    company.stage.settle()
    company.go(person, path).submit("Отправить директору").says("Отчёт отправлен вовремя")


def accept(company: Company, code: str, year: DemoYear) -> None:
    """The director accepts."""
    path = f"/a/{code}/{year.slug}/report"
    person = company.enter(DIRECTOR, path)
    person.submit("Принять отчёт")
    company.go(person, path).says("Принят")


def keep_documents(company: Company, code: str, leader: Player) -> None:
    """Download every document of the association that the leader may open."""
    person = company.enter(leader.username, f"/a/{code}/documents")
    links = [(link.get("href"), link.text_content()) for link in person.page.xpath("//table//a[@href]")]
    for href, name in links:
        company.keep(person, href, f"{code}/{name.strip()}")
