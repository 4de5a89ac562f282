"""The opening: a platform is connected, a coordinator and a director are there, the course is connected."""

from __future__ import annotations

import re

from tasks.demo.cast import ADMINISTRATOR, COORDINATOR, DIRECTOR, Cast
from tasks.demo.company import Company, typed
from tasks.demo.stage import Stage
from tasks.demo.year import DemoYear

INVITATION = re.compile(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}")
GROUPS = "groups=$Moodle.Person.userGroupIds"


def register_platform(stage: Stage) -> str:
    """The operator hands out an address, Moodle's administrator pastes it; return the invitation's code."""
    address = stage.operator("platform", "invite")
    admin = stage.visitor(ADMINISTRATOR)
    admin.open(f"{stage.moodle}/mod/lti/toolconfigure.php").submit("Добавить LTI Advantage", url=address)
    admin.frame().says("Платформа подключена")
    found = INVITATION.search(admin.text)
    if found is None:
        raise admin.problem("no invitation")
    admin.open(f"{stage.moodle}/mod/lti/toolconfigure.php").submit("Активировать")
    return found[0]


def add_activity(stage: Stage, company: Company) -> None:
    """The administrator puts the tool into the course."""
    admin = stage.visitor(ADMINISTRATOR)
    admin.open(f"{stage.moodle}/course/view.php?id=1")
    admin.submit("Добавить", name="Методические объединения", instructorcustomparameters=GROUPS)
    frames = admin.page.xpath("//iframe[@src]")
    if not frames:
        admin.follow("Методические объединения")
        frames = admin.page.xpath("//iframe[@src]")
    company.launch = f"{stage.moodle}{frames[0].get('src')}"


def become_coordinator(company: Company, code: str) -> None:
    """The first launch from a course that nobody connected explains itself; the code makes a coordinator."""
    person = company.enter(COORDINATOR)
    person.says("У центра ещё нет координатора").submit("Стать координатором", code=code)
    person.submit("Подключить этот курс")


def give_access(company: Company) -> None:
    """The coordinator enters the address and token of the web services."""
    person = company.enter(COORDINATOR, "/admin")
    person.submit("Сохранить", url=company.stage.moodle, token=company.stage.token)
    if person.status != 200:
        raise person.problem("the access was not saved")


def write_organisations(company: Company, cast: Cast) -> None:
    """The coordinator enters the city's organisations, one a line."""
    person = company.enter(COORDINATOR, "/city/organisations")
    person.submit("Добавить", names="\n".join(cast.organisations))


def name_centre(company: Company) -> None:
    """The coordinator says what the centre is called, for headings and documents."""
    person = company.enter(COORDINATOR, "/city/settings?group=centre")
    person.submit(
        "Сохранить",
        centre_full_name="Муниципальное бюджетное учреждение «Методический центр в системе образования»",
        centre_name="МБУ «Методический центр в системе образования»",
        centre_short_name="МБУ МЦ",
        city="Иваново",
    )
    if person.status != 200:
        raise person.problem("the names were not saved")


def name_director(company: Company, year: DemoYear) -> None:
    """The director opens the tool once; the coordinator names them."""
    company.enter(DIRECTOR)
    person = company.enter(COORDINATOR, "/city/settings/people")
    person.submit("Найти", person_search="Директоров", kind="director")
    person.submit(
        "Назначить", person=person.option("person", "Директоров"), kind="director", since=typed(year.begins)
    )
    person.says("Директоров")
