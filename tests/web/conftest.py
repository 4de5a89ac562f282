"""What tests of pages share: an application on a seeded city, a clock, and browsers signed in as its people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from mmo_lti.app import create_app
from mmo_lti.config import load_config
from mmo_lti.installation import Installation
from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.database import Database
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.order import OrderKind
from mmo_lti.models.person import Person
from mmo_lti.models.registry import metadata
from mmo_lti.services.registration import PlatformFacts, register_platform
from tests.factories.association import make_association
from tests.factories.course import make_course
from tests.factories.membership import make_membership
from tests.factories.moment import NOW
from tests.factories.office import make_office
from tests.factories.order import make_order
from tests.factories.person import make_person
from tests.web.catalogues import compile_into
from tests.web.visitor import TOOL, Visitor, sign_in

ISS = "https://moodle.example"
MEMBERS = (
    "Белова", "Воронова", "Громова", "Дроздова", "Ершова",
    "Жукова", "Зайцева", "Калинина", "Лебедева", "Морозова",
)  # fmt: skip


@dataclass(frozen=True)
class City:
    """The seeded city; its rows are detached: read their ids, codes and names, change them in `database`."""

    centre: Centre
    course: Course
    association: Association
    coordinator: Person
    director: Person
    leader: Person
    members: tuple[Person, ...]
    outsider: Person
    administrator: Person

    @property
    def member(self) -> Person:
        """A member of `association` without any office."""
        return self.members[0]


@dataclass
class Clock:
    """The time of a test; moved by hand."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


def seed_city(session: Session) -> City:
    """A connected course, an active association of eleven with its leader, and the people of the centre."""
    facts = PlatformFacts(
        iss=ISS,
        client_id="client",
        authorization_endpoint=f"{ISS}/mod/lti/auth.php",
        token_endpoint=f"{ISS}/mod/lti/token.php",
        jwks_uri=f"{ISS}/mod/lti/certs.php",
        deployment_id="1",
        centre_name="МБУ МЦ",
    )
    centre = register_platform(session, facts, frozenset(), NOW).centre
    centre.city = "Иваново"
    coordinator = make_person(session, centre, "Королёва", "Вера", "Петровна", employed=False)
    make_office(session, coordinator, OfficeKind.COORDINATOR)
    director = make_person(session, centre, "Соловьёв", "Андрей", "Фёдорович", employed=False)
    make_office(session, director, OfficeKind.DIRECTOR)
    association = make_association(session, centre, code="MMO-02")
    leader = make_person(session, centre, "Абрамова", "Елена", "Сергеевна")
    members = tuple(make_person(session, centre, last) for last in MEMBERS)
    make_order(session, association, OrderKind.CREATION, coordinator)
    make_order(session, association, OrderKind.APPOINTMENT, coordinator, leader)
    for person in (leader, *members):
        make_membership(session, association, person)
    return City(
        centre=centre,
        course=make_course(session, centre),
        association=association,
        coordinator=coordinator,
        director=director,
        leader=leader,
        members=members,
        outsider=make_person(session, centre, "Яковлева"),
        administrator=make_person(session, centre, "Админов", "Пётр", "Ильич", employed=False),
    )


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, City]:
    """A database with the city, made once."""
    path = tmp_path_factory.mktemp("city") / "mmo.sqlite3"
    database = Database(f"sqlite:///{path}")
    metadata.create_all(database.engine)
    with database.write() as session:
        city = seed_city(session)
    database.close()
    return path, city


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sentences, compiled once."""
    return compile_into(tmp_path_factory.mktemp("catalogues"))


@pytest.fixture
def city(seeded: tuple[Path, City]) -> City:
    return seeded[1]


@pytest.fixture
def clock() -> Clock:
    """Monday, 5 October 2026, noon in Moscow."""
    return Clock()


@pytest.fixture
def app(tmp_path: Path, seeded: tuple[Path, City], catalogues: Path, clock: Clock) -> Iterator[Flask]:
    """The application on a copy of the city's database; errors of views reach the test."""
    shutil.copy(seeded[0], tmp_path / "mmo.sqlite3")
    config = load_config({"MMO_DATA": str(tmp_path), "MMO_PUBLIC_URL": TOOL, "MMO_SECRET": "of the tests"})
    app = create_app(config)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.extensions["babel"].translation_directories = [str(catalogues)]
    installation: Installation = app.extensions["mmo"]
    installation.wall = clock
    yield app
    installation.database.close()
    installation.http.close()


@pytest.fixture
def database(app: Flask) -> Database:
    """For what a test puts in or looks up: `with database.write() as session:`."""
    installation: Installation = app.extensions["mmo"]
    installation.database.queue = None
    return installation.database


ClientFor = Callable[..., Visitor]


@pytest.fixture
def client_for(app: Flask, database: Database, city: City, clock: Clock) -> ClientFor:
    """`client_for(person)`: a browser signed in by a launch from the connected course, or from `course`."""

    def signed_in(
        person: Person, *, course: Course | None = city.course, site_administrator: bool = False
    ) -> Visitor:
        with database.write() as session:
            return sign_in(
                session,
                app.test_client(),
                person,
                clock(),
                course=course,
                site_administrator=site_administrator,
            )

    return signed_in


@pytest.fixture
def stranger(app: Flask, database: Database) -> Visitor:
    """A browser in which nobody is signed in."""
    return Visitor(app.test_client())


@pytest.fixture
def coordinator(client_for: ClientFor, city: City) -> Visitor:
    return client_for(city.coordinator)


@pytest.fixture
def director(client_for: ClientFor, city: City) -> Visitor:
    return client_for(city.director)


@pytest.fixture
def leader(client_for: ClientFor, city: City) -> Visitor:
    return client_for(city.leader)


@pytest.fixture
def member(client_for: ClientFor, city: City) -> Visitor:
    return client_for(city.member)


@pytest.fixture
def outsider(client_for: ClientFor, city: City) -> Visitor:
    """A teacher of the city who belongs to no association."""
    return client_for(city.outsider)


@pytest.fixture
def administrator(client_for: ClientFor, city: City) -> Visitor:
    """A launch with the platform's administrator role."""
    return client_for(city.administrator, site_administrator=True)
