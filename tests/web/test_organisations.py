"""The directory of organisations and the list of people."""

from sqlalchemy import select

from mmo_lti.models.database import Database
from mmo_lti.models.membership import Membership
from mmo_lti.models.organisation import Organisation
from mmo_lti.rules.states import MembershipState
from tests.factories.person import make_person
from tests.web.conftest import City
from tests.web.visitor import Visitor, readable

SCHOOL = "МБОУ «Средняя школа № 4»"


def test_many_are_added_at_once_and_known_ones_are_named(coordinator: Visitor, database: Database) -> None:
    names = "МБОУ «Лицей № 21»\n\nмбоу средняя школа №4\nМБДОУ «Детский сад № 7»"
    answer = coordinator.post("/city/organisations", {"names": names, "kind": "школа"})
    assert answer.status_code == 303
    page = coordinator.page("/city/organisations")
    assert "Добавлены 2 организации." in page
    assert f"«мбоу средняя школа №4» уже есть в списке: {SCHOOL}." in page
    with database.read() as session:
        assert len(session.scalars(select(Organisation)).all()) == 3


def test_the_typed_list_outlives_a_refusal(coordinator: Visitor, database: Database) -> None:
    names = "МБОУ «Лицей № 21»\n" + "х" * 500
    answer = coordinator.post("/city/organisations", {"names": names})
    assert answer.status_code == 422
    assert "МБОУ «Лицей № 21»" in readable(answer)
    with database.read() as session:
        assert len(session.scalars(select(Organisation)).all()) == 1


def test_a_name_is_corrected(coordinator: Visitor, database: Database) -> None:
    answer = coordinator.post("/city/organisations/1", {"act": "rename", "name": "МБОУ «СШ № 4»"})
    assert answer.status_code == 303
    assert "МБОУ «СШ № 4»" in coordinator.page("/city/organisations?search=сш")


def test_closing_suspends_members_and_can_be_taken_back(coordinator: Visitor, database: Database) -> None:
    answer = coordinator.post("/city/organisations/1", {"act": "close", "closed_on": "2026-10-01"})
    assert answer.status_code == 303
    assert "закрыта с 1 октября 2026 г." in coordinator.page("/city/organisations")
    with database.read() as session:
        assert set(session.scalars(select(Membership.state))) == {MembershipState.SUSPENDED}
    coordinator.post("/city/organisations/1", {"act": "reopen"})
    with database.read() as session:
        assert set(session.scalars(select(Membership.state))) == {MembershipState.MEMBER}


def test_a_day_to_come_is_refused_and_the_form_stays_open(coordinator: Visitor) -> None:
    fields = {"act": "close", "closed_on": "2027-01-01", "number": "1"}
    answer = coordinator.post("/city/organisations/1", fields)
    assert answer.status_code == 422
    assert 'value="2027-01-01"' in answer.text


def test_it_is_the_coordinators(director: Visitor, member: Visitor) -> None:
    for path in ("/city/organisations", "/city/people"):
        director.page(path, 403)
        member.page(path, 403)
    assert member.post("/city/organisations", {"names": "Моя школа"}).status_code == 403


class TestPeople:
    def test_each_is_shown_with_post_and_associations(self, coordinator: Visitor) -> None:
        page = coordinator.page("/city/people")
        assert f"Абрамова Елена Сергеевна, {SCHOOL}" in page
        assert "руководит ММО учителей математики" in page
        assert "координатор" in page

    def test_a_name_is_found_by_its_beginning_and_without_dots(self, coordinator: Visitor) -> None:
        page = coordinator.page("/city/people?search=королева")
        assert "Королёва Вера Петровна" in page
        assert "Абрамова" not in page

    def test_long_lists_come_in_pages(self, coordinator: Visitor, database: Database, city: City) -> None:
        with database.write() as session:
            for number in range(50):
                make_person(session, city.centre, f"Ясина{number:02}")
        first = coordinator.page("/city/people")
        assert "from=50" in first
        assert "Ясина49" in coordinator.page("/city/people?from=50")
