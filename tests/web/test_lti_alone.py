"""A centre without a token of Moodle's web services: what works, what does not, and reading people by LTI."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from mmo_lti.installation import Installation
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.database import Database
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.registration import Deployment
from mmo_lti.models.sync_run import CourseRoster, SyncRun
from tests.factories.moment import NOW
from tests.web.conftest import City
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor

PAGE = "/city/sync"
READ = "Прочитать участников сейчас"


@pytest.fixture
def offered(database: Database, city: City) -> None:
    """The newest launch named the course's list of people."""
    with database.write() as session:
        session.add(
            CourseService(
                course_id=city.course.id,
                deployment_id=session.scalars(select(Deployment.id)).one(),
                memberships_url="https://moodle.example/mod/lti/services.php/2/memberships",
                grade_scopes=[],
                seen_at=NOW,
            )
        )


def last_reading(database: Database, city: City, people: int, **fields: object) -> None:
    with database.write() as session:
        session.add(
            CourseRoster(
                course_id=city.course.id,
                centre_id=city.centre.id,
                enrolled=[str(number) for number in range(people)],
                suspended=[],
            )
        )
        row = {"ok": True, "requests": 0, "milliseconds": 0, "params": {}} | fields
        session.add(
            SyncRun(
                centre_id=city.centre.id, course_id=city.course.id, started_at=NOW, finished_at=NOW, **row
            )
        )


def wanted(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(OutboxRow.kind)))


def test_the_page_says_what_works_and_what_is_not_possible(coordinator: Visitor) -> None:
    page = see(coordinator, PAGE)
    assert "без веб-службы Moodle" in page
    for missing in ("группы объединений в курсе", "заседания в календаре Moodle", "сообщения в Moodle"):
        assert missing in page
    assert page.primary == ["Настроить подключение"]
    assert "Синхронизировать сейчас" not in page.buttons


@pytest.mark.parametrize(
    ("smtp", "said"), [(None, "почта на сервере не настроена"), ("smtp://mail.example", "на почту")]
)
def test_it_says_where_messages_go(coordinator: Visitor, app: Flask, smtp: str | None, said: str) -> None:
    site: Installation = app.extensions["mmo"]
    site.config = replace(site.config, smtp_url=smtp)
    assert said in see(coordinator, PAGE)


@pytest.mark.usefixtures("offered")
def test_people_are_read_by_names_and_roles_on_demand(
    coordinator: Visitor, administrator: Visitor, database: Database
) -> None:
    page = follow(coordinator, press(coordinator, PAGE, READ, times=2))
    assert wanted(database) == ["read_members"]
    assert "участники читаются" in page
    assert administrator.post(PAGE).status_code == 303
    assert wanted(database) == ["read_members"]


@pytest.mark.usefixtures("offered")
def test_how_many_were_read_and_when(coordinator: Visitor, database: Database, city: City) -> None:
    last_reading(database, city, 32)
    assert "32 участника · прочитано 5 октября 2026 г., 12:00" in see(coordinator, PAGE)


@pytest.mark.usefixtures("offered")
def test_a_list_that_shrank_is_confirmed_and_read_again(
    coordinator: Visitor, database: Database, city: City
) -> None:
    params = {"scope": "roster", "before": 30, "now": 4}
    last_reading(database, city, 30, ok=False, failure="roster_shrank", params=params)
    press(coordinator, PAGE, "Принять", {"number": "4"})
    assert wanted(database) == ["read_members"]


def test_a_course_whose_people_moodle_keeps_to_itself_says_what_to_click(coordinator: Visitor) -> None:
    page = see(coordinator, PAGE)
    assert "Предоставление имен и ролей IMS LTI" in page
    assert READ not in page.buttons


def test_nobody_else_reads_it(member: Visitor, director: Visitor, database: Database) -> None:
    for visitor in (member, director):
        assert read(visitor.get(PAGE)).status == 403
        assert read(visitor.post(PAGE)).status == 403
    assert wanted(database) == []
