"""What tests of services share: a fresh database, a fixed clock, a centre with its people, an association."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.database import Database
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.order import OrderKind
from mmo_lti.models.person import Person
from mmo_lti.services.actor import Actor
from tests.databases import Template
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.membership import make_membership
from tests.factories.moment import NOW
from tests.factories.office import make_office
from tests.factories.order import make_order
from tests.factories.person import actor_of, make_person


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test of a service that asks for a database runs on SQLite and on PostgreSQL."""
    if "database_kind" in metafunc.fixturenames:
        postgresql = pytest.param("postgresql", marks=pytest.mark.services)
        metafunc.parametrize("database_kind", ["sqlite", postgresql])


LAST_NAMES = (
    "Белова", "Воронова", "Громова", "Дроздова", "Ершова",
    "Жукова", "Зайцева", "Калинина", "Лебедева", "Морозова",
)  # fmt: skip


@pytest.fixture
def now() -> datetime:
    """Monday, 5 October 2026, noon in Moscow."""
    return NOW


@pytest.fixture
def database(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh database of this test's own."""
    template: Template = request.getfixturevalue(f"{database_kind}_template")
    with template.opened(tmp_path) as database:
        yield database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One writing transaction around the test."""
    with database.write() as session:
        yield session


@pytest.fixture
def centre(session: Session) -> Centre:
    return make_centre(session)


@pytest.fixture
def other_centre(session: Session) -> Centre:
    """Another city on the same server: nothing of it may be seen or touched."""
    return make_centre(session, iss="https://other.example", name="МЦ другого города")


@pytest.fixture
def coordinator_person(session: Session, centre: Centre) -> Person:
    person = make_person(session, centre, "Королёва", "Вера", "Петровна", employed=False)
    make_office(session, person, OfficeKind.COORDINATOR)
    return person


@pytest.fixture
def coordinator(coordinator_person: Person) -> Actor:
    return actor_of(coordinator_person)


@pytest.fixture
def director_person(session: Session, centre: Centre) -> Person:
    person = make_person(session, centre, "Соловьёв", "Андрей", "Фёдорович", employed=False)
    make_office(session, person, OfficeKind.DIRECTOR)
    return person


@pytest.fixture
def director(director_person: Person) -> Actor:
    return actor_of(director_person)


@pytest.fixture
def teachers(session: Session, centre: Centre) -> list[Person]:
    """Ten teachers of the city with confirmed names and posts; members of nothing yet."""
    return [make_person(session, centre, last) for last in LAST_NAMES]


@pytest.fixture
def outsider(session: Session, centre: Centre) -> Actor:
    """A teacher of the city who belongs to no association."""
    return actor_of(make_person(session, centre, "Яковлева"))


@pytest.fixture
def leader_person(session: Session, centre: Centre) -> Person:
    return make_person(session, centre, "Абрамова", "Елена", "Сергеевна")


@pytest.fixture
def leader(leader_person: Person) -> Actor:
    """The leader of `association` once that fixture is in use."""
    return actor_of(leader_person)


@pytest.fixture
def association(
    session: Session,
    centre: Centre,
    leader_person: Person,
    teachers: list[Person],
    coordinator_person: Person,
) -> Association:
    """An active association: ten teachers and the leader are its members; orders of 1 September 2025."""
    association = make_association(session, centre, code="MMO-02")
    make_order(session, association, OrderKind.CREATION, coordinator_person)
    make_order(session, association, OrderKind.APPOINTMENT, coordinator_person, leader_person)
    for person in (*teachers, leader_person):
        make_membership(session, association, person)
    return association


@pytest.fixture
def member(association: Association, teachers: list[Person]) -> Actor:
    """A member of `association` without any office."""
    return actor_of(teachers[0])


@pytest.fixture
def site_administrator(session: Session, centre: Centre) -> Actor:
    """A launch with the platform's administrator role: technical health and nothing else."""
    return actor_of(make_person(session, centre, "Админов", employed=False), site_administrator=True)
