"""The plan of the year: proposals, priorities, items, the director's agreement."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.demo.cast import DIRECTOR, Player
from tasks.demo.company import Company
from tasks.demo.year import DemoYear


@dataclass(frozen=True)
class Item:
    """A line of the plan; a month is enough to agree."""

    topic: str
    month: int
    form: str = "заседание"
    is_meeting: bool = True
    place: str = "МБУ МЦ"
    responsible: str = "руководитель ММО"
    result: str = "протокол"


ASTRONOMY = (
    Item("Организационное заседание: план работы на учебный год", 10),
    Item(
        "Наблюдения на уроке: телескоп и приложение",
        11,
        "мастер-класс",
        False,
        responsible="творческая группа",
    ),
    Item("Промежуточные итоги выполнения плана", 12),
    Item("Итоги года и планирование", 4),
)
PSYCHOLOGY = (
    Item("Профилактика школьной неуспешности", 1),
    Item("Работа с родителями: трудный разговор", 3),
    Item("Итоги года и планирование", 5),
)


def propose(company: Company, code: str, year: DemoYear, player: Player, topic: str) -> None:
    """A member proposes a theme."""
    person = company.enter(player.username, f"/a/{code}/{year.slug}/plan")
    person.submit("Предложить", proposal=topic, proposal_form="мастер-класс", proposal_month=2)


def answer_proposals(company: Company, code: str, year: DemoYear, leader: Player) -> None:
    """The leader takes one proposal and declines the other with a word why."""
    person = company.enter(leader.username, f"/a/{code}/{year.slug}/plan")
    person.submit("Взять", words="Спасибо, нужная тема")
    person.submit("Отклонить", words="Перенесём на следующий год: не хватает времени")


def write_plan(company: Company, code: str, year: DemoYear, leader: Player, items: tuple[Item, ...]) -> None:
    """The leader writes priorities and lines, and sends the plan to the director."""
    person = company.enter(leader.username, f"/a/{code}/{year.slug}/plan")
    if "Начать план" in person.text:
        person.submit("Начать план")
    person.submit(
        "Сохранить приоритеты",
        priorities="Функциональная грамотность на уроке\nПоддержка молодых специалистов",
        theme="Практика наблюдения и эксперимента",
    )
    for item in items:
        values = {"is_meeting": "1"} if item.is_meeting else {}
        person.submit(
            "Добавить пункт",
            form=item.form,
            topic=item.topic,
            month=item.month,
            place=item.place,
            responsible=item.responsible,
            result=item.result,
            **values,
        )
    complete_taken(company, person.url, leader)
    person.open(person.url).submit("Отправить на согласование").says("на согласовании")


def complete_taken(company: Company, url: str, leader: Player) -> None:
    """A proposal that was taken has no place and no responsible person yet: the leader fills them in."""
    person = company.people[leader.username].open(url)
    for form in person.page.xpath("//form[.//button[@value='change']]"):
        responsible = form.xpath(".//input[@name='responsible']/@value")
        if responsible and responsible[0]:
            continue
        person.submit_form(form, "change", responsible="творческая группа", place="дистанционно")
        return


def agree(company: Company, code: str, year: DemoYear) -> None:
    """The director agrees the plan."""
    person = company.enter(DIRECTOR, f"/a/{code}/{year.slug}/plan")
    person.submit("Согласовать")
    company.go(person, f"/a/{code}/{year.slug}/plan").says("согласован")
