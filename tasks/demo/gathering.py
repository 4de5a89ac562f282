"""September: one association gathers ten and is created by order, another is adopted with its group."""

from __future__ import annotations

from datetime import date

from tasks.demo.cast import COORDINATOR, NEW_DIRECTION, NEW_GENITIVE, OLD_GENITIVE, Cast, Player
from tasks.demo.company import Company, typed
from tasks.demo.visitor import Visitor


def open_draft(company: Company) -> str:
    """The coordinator opens a draft that gathers its members; return its code."""
    person = company.enter(COORDINATOR, "/city/orders/new")
    person.submit(
        "Открыть проект",
        genitive=NEW_GENITIVE,
        direction=NEW_DIRECTION,
        initiator=first_option(person, "initiator"),
        ground="потребность в методической помощи учителям астрономии",
    )
    return person.url.split("/a/")[1].split("/")[0]


def join(company: Company, code: str, player: Player) -> None:
    """A teacher says who they are and asks to join."""
    person = company.introduce(player)
    company.go(person, f"/a/{code}").submit("Подать заявку").says("заявка на рассмотрении")


def accept_requests(company: Company, code: str, many: int) -> None:
    """In a draft the coordinator decides the requests, one by one."""
    person = company.enter(COORDINATOR, f"/a/{code}/members")
    for _ in range(many):
        person.submit("Принять")


def try_order(company: Company, code: str, day: date) -> None:
    """The order is refused below ten (R2.1), and nothing typed is lost."""
    person = company.enter(COORDINATOR, f"/city/orders/{code}?act=creation")
    person.submit("Зарегистрировать приказ", number="41-о", signed_on=typed(day))
    if person.status != 422:
        raise person.problem("the order was not refused")
    person.says("не менее").says("не хватает")


def register_order(company: Company, code: str, leader: Player, day: date) -> None:
    """With ten the order is registered; the same paper appoints the leader and names the course."""
    person = company.enter(COORDINATOR, f"/city/orders/{code}?act=creation")
    person.submit(
        "Зарегистрировать приказ",
        number="42-о",
        signed_on=typed(day),
        place=person.option("place", "новая группа"),
        leader=person.option("leader", leader.last),
    )
    person.says("действует")


def adopt(company: Company, cast: Cast, day: date) -> str:
    """An association that is older than the tool comes with its orders and its Moodle group."""
    leader = cast.psychologists[0]
    company.introduce(leader)
    person = company.enter(COORDINATOR, "/city/orders/adopt")
    person.submit("Найти", genitive=OLD_GENITIVE, leader_search=leader.last)
    person.submit(
        "Принять на учёт",
        genitive=OLD_GENITIVE,
        direction="Психолого-педагогическое сопровождение",
        number="17-о",
        signed_on=typed(day.replace(year=day.year - 3)),
        place=person.option("place", cast.old_group),
        leader=person.option("leader", leader.last),
    )
    return person.says("действует").url.rstrip("/").rsplit("/", 1)[1].split("?")[0]


def confirm(company: Company, code: str, player: Player) -> None:
    """A person of the old group confirms in person: until then they are proposed only."""
    person = company.introduce(player)
    company.go(person, f"/a/{code}").submit("Подтверждаю участие в ММО").says("член ММО")


def first_option(person: Visitor, name: str) -> str:
    """The first real choice of a select."""
    options = person.page.xpath(f"//select[@name='{name}']/option[@value!='']/@value")
    if not options:
        raise person.problem(f"nothing to choose in {name}")
    return str(options[0])
