"""R2.3: two accounts of one person are joined by the coordinator, and parted again."""

import pytest

from mmo_lti.models.database import Database
from mmo_lti.models.person import Person
from tests.factories.association import make_association
from tests.factories.membership import make_membership
from tests.factories.person import make_person
from tests.web.conftest import City
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor


@pytest.fixture
def twins(database: Database, city: City) -> tuple[Person, Person]:
    """One teacher with two accounts; the second one belongs to another association."""
    with database.write() as session:
        kept = make_person(session, city.centre, "Орлова", sub="71")
        second = make_person(session, city.centre, "Орлова", "Анна", "И.", sub="72")
        make_membership(session, make_association(session, city.centre, "учителей физики"), second)
    return kept, second


def joined_into(database: Database, person: Person) -> int | None:
    with database.read() as session:
        return session.get_one(Person, person.id).joined_into_id


def test_joined_and_parted(coordinator: Visitor, database: Database, twins: tuple[Person, Person]) -> None:
    kept, second = twins
    page = f"/city/people/{kept.id}"
    assert page in see(coordinator, "/city/people").links()
    found = press(coordinator, page, "Найти", {"other_search": "орлова", "find": "other"})
    assert found.primary == ["Соединить"]
    values = {**found.form("Соединить").values, "other": str(second.id)}
    told = follow(coordinator, read(coordinator.post(f"{page}/join", values)))
    assert "Учётные записи соединены" in told
    assert joined_into(database, second) == kept.id
    assert "учителей физики" in see(coordinator, "/city/people?search=орлова")
    again = read(coordinator.post(f"{page}/join", values))
    assert again.status == 422
    told = follow(coordinator, press(coordinator, page, "Разъединить"))
    assert "Разъединены" in told
    assert joined_into(database, second) is None


def test_nobody_chosen(coordinator: Visitor, twins: tuple[Person, Person]) -> None:
    page = press(coordinator, f"/city/people/{twins[0].id}", "Соединить")
    assert page.status == 422
    assert "Выберите человека" in page


def test_a_leader_is_not_given_up(
    coordinator: Visitor, database: Database, city: City, twins: tuple[Person, Person]
) -> None:
    answer = coordinator.post(f"/city/people/{twins[0].id}/join", {"other": city.leader.id})
    assert answer.status_code == 422
    assert joined_into(database, city.leader) is None


def test_a_joined_one_leads_to_whom_it_was_joined(
    coordinator: Visitor, database: Database, twins: tuple[Person, Person]
) -> None:
    kept, second = twins
    with database.write() as session:
        session.get_one(Person, second.id).joined_into_id = kept.id
    page = see(coordinator, f"/city/people/{second.id}")
    assert f"/city/people/{kept.id}" in page.links()
    assert page.buttons == set()


def test_it_is_the_coordinators(
    director: Visitor, leader: Visitor, member: Visitor, database: Database, twins: tuple[Person, Person]
) -> None:
    kept, second = twins
    for visitor in (director, leader, member):
        see(visitor, f"/city/people/{kept.id}", 403)
        answer = visitor.post(f"/city/people/{kept.id}/join", {"other": second.id})
        assert answer.status_code == 403
        assert visitor.post(f"/city/people/{kept.id}/part", {"other": second.id}).status_code == 403
    assert joined_into(database, second) is None


def test_nobody_of_another_number(coordinator: Visitor, twins: tuple[Person, Person]) -> None:
    see(coordinator, "/city/people/4000", 404)
    assert coordinator.post(f"/city/people/{twins[0].id}/part", {"other": "4000"}).status_code == 404
