"""The technical page: access to the web services, the check, values for registering by hand."""

import pytest
from flask import Flask
from sqlalchemy import select

from mmo_lti.installation import Installation
from mmo_lti.models.database import Database
from mmo_lti.models.moodle_access import MoodleAccess
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.services.moodle_access import token_of
from mmo_lti.services.moodle_check import CheckResult, record_check
from tests.factories.moment import NOW
from tests.web.conftest import City, ClientFor
from tests.web.page import read
from tests.web.visitor import Visitor

TOKEN = "0123456789abcdef0123456789abcdef"
ACCESS = {"url": "https://moodle.example/", "token": TOKEN}


def done(database: Database) -> None:
    with database.write() as session:
        for row in session.scalars(select(OutboxRow)):
            row.done_at = NOW


class TestAccess:
    def test_the_token_is_sealed_checked_and_never_shown(
        self, administrator: Visitor, database: Database, app: Flask
    ) -> None:
        assert administrator.post("/admin/moodle", ACCESS).status_code == 303
        assert TOKEN not in administrator.page("/admin")
        site: Installation = app.extensions["mmo"]
        with database.read() as session:
            access = session.scalars(select(MoodleAccess)).one()
            assert access.url == "https://moodle.example"
            assert TOKEN not in access.sealed_token
            assert token_of(access, site.config.secret) == TOKEN
            assert session.scalars(select(OutboxRow.kind)).all() == ["moodle_check"]

    def test_browsers_are_asked_not_to_fill_them_in(self, administrator: Visitor) -> None:
        tree = read(administrator.get("/admin")).tree
        asked = {name: tree.xpath(f"//input[@name='{name}']/@autocomplete") for name in ("url", "token")}
        assert asked == {"url": ["off"], "token": ["new-password"]}

    def test_without_a_new_token_the_old_one_stays_for_the_same_address_only(
        self, coordinator: Visitor, database: Database
    ) -> None:
        coordinator.post("/admin/moodle", ACCESS)
        same = coordinator.post("/admin/moodle", {"url": "https://moodle.example", "token": ""})
        assert same.status_code == 303
        other = coordinator.post("/admin/moodle", {"url": "https://evil.example", "token": ""})
        assert other.status_code == 422
        assert 'value="https://evil.example"' in other.text
        with database.read() as session:
            assert session.scalars(select(MoodleAccess.url)).one() == "https://moodle.example"

    @pytest.mark.parametrize("url", ["http://moodle.example", "ftp://x", "https://10.0.0.1", "moodle"])
    def test_an_address_that_would_leak_it_is_refused(self, administrator: Visitor, url: str) -> None:
        answer = administrator.post("/admin/moodle", {"url": url, "token": TOKEN})
        assert answer.status_code == 422
        assert TOKEN not in answer.text

    def test_a_coordinator_may_from_any_course(
        self, client_for: ClientFor, city: City, database: Database
    ) -> None:
        assert "Подключение к Moodle" in client_for(city.coordinator, course=None).page("/admin")

    def test_nobody_else(self, director: Visitor, leader: Visitor) -> None:
        for visitor in (director, leader):
            visitor.page("/admin", 403)
            assert visitor.post("/admin/moodle", ACCESS).status_code == 403


class TestCheck:
    def test_without_access_there_is_nothing_to_check(self, administrator: Visitor) -> None:
        answer = administrator.post("/admin/check")
        assert answer.status_code == 422

    def test_it_is_asked_for_and_waited_for(self, administrator: Visitor, database: Database) -> None:
        administrator.post("/admin/moodle", ACCESS)
        assert 'data-progress="/admin/state"' in administrator.page("/admin")
        assert administrator.get("/admin/state").json["finished"] is False  # type: ignore[index]
        done(database)
        assert administrator.get("/admin/state").json["finished"] is True  # type: ignore[index]

    def test_findings_are_sentences_with_what_to_add(
        self, administrator: Visitor, database: Database, city: City
    ) -> None:
        administrator.post("/admin/moodle", ACCESS)
        done(database)
        found = [
            CheckResult("connection_ok", "ok", {"release": "4.5.6"}),
            CheckResult("moodle_calendar_not_listed", "failure", {"capabilities": "moodle/calendar:manage"}),
            CheckResult("function_missing", "failure", {"function": "core_group_create_groups"}),
        ]
        with database.write() as session:
            record_check(session, city.centre.id, found, NOW)
        page = administrator.page("/admin")
        assert "Moodle отвечает (версия 4.5.6)." in page
        assert "Службе не разрешена функция core_group_create_groups." in page
        assert "moodle/calendar:manage" in page
        assert "moodle_calendar_not_listed" not in page
        assert page.index("Службе не разрешена") < page.index("Moodle отвечает")

    def test_a_check_that_could_not_be_done_says_so(self, administrator: Visitor, database: Database) -> None:
        administrator.post("/admin/moodle", ACCESS)
        with database.write() as session:
            row = session.scalars(select(OutboxRow)).one()
            row.dead, row.failure = True, "moodle.no_access"
        assert "Проверить не удалось." in administrator.page("/admin")

    def test_the_newest_findings_stand_alone(
        self, database: Database, city: City, coordinator: Visitor
    ) -> None:
        coordinator.post("/admin/moodle", ACCESS)
        with database.write() as session:
            record_check(
                session, city.centre.id, [CheckResult("clock_differs", "failure", {"seconds": 90})], NOW
            )
            record_check(session, city.centre.id, [CheckResult("clock_ok")], NOW)
        page = coordinator.page("/admin")
        assert "Часы сходятся." in page
        assert "расходятся" not in page


def test_it_leads_to_registering_by_hand(administrator: Visitor) -> None:
    assert 'href="/admin/platforms/new"' in administrator.page("/admin")


def test_a_site_administrator_of_an_unconnected_course_still_sees_it(
    client_for: ClientFor, city: City
) -> None:
    visitor = client_for(city.administrator, course=None, site_administrator=True)
    assert "Платформа" in visitor.page("/admin")
    visitor.page("/associations", 403)
