"""A realistic city in the sandbox: 4,800 teachers, 40 associations, a year of 600 events.

`python -m moodle_sync.sandbox.city` prints its counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from moodle_sync.sandbox.city_people import (
    SampleAssociation,
    SamplePerson,
    associations,
    people,
    sample,
)
from moodle_sync.sandbox.city_year import CityEvent, events
from moodle_sync.sandbox.html import without_tags
from moodle_sync.sandbox.model import SYSTEM, Token, User, category_context
from moodle_sync.sandbox.roles import EDITING_TEACHER, MANAGER, SERVICE, STUDENT, TEACHER
from moodle_sync.sandbox.state import ADMIN_ID, Moodle

SERVICE_TOKEN = "sandbox-token"  # noqa: S105 - a sandbox opens for everybody
PUPILS = 28


@dataclass(slots=True)
class CityAssociation:
    """An association as it stood before the tool came: a group of the course and its people."""

    code: str
    name: str
    genitive: str
    direction: str
    position: str
    group_id: int
    leader_id: int
    member_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class City:
    """The city: the site that holds it, and where to find what."""

    moodle: Moodle
    year: str
    course_id: int
    class_course_id: int
    coordinator_id: int
    director_id: int
    manager_id: int
    service_id: int
    teacher_ids: list[int]
    associations: list[CityAssociation]
    draft: str
    organisations: list[str]
    events: list[CityEvent]

    def counts(self) -> dict[str, int]:
        """Return how much of what there is."""
        sizes = [len(association.member_ids) for association in self.associations]
        members = Counter(user for row in self.associations for user in row.member_ids)
        return {
            "associations": len(self.associations),
            "teachers": len(self.teacher_ids),
            "organisations": len(self.organisations),
            "memberships": sum(sizes),
            "members": len(members),
            "members of two or more": sum(number > 1 for number in members.values()),
            "smallest association": min(sizes),
            "largest association": max(sizes),
            "events": len(self.events),
            "meetings": sum(event.is_meeting for event in self.events),
            "enrolled": len(self.moodle.enrolments[self.course_id]),
            "groups": len(self.moodle.groups_of(self.course_id)),
            "pupils": PUPILS,
        }


def build_city(seed: int = 1, moodle: Moodle | None = None, year: str = "2026/2027") -> City:
    """Put the city into a site (a new one if none is given); the same seed makes the same city."""
    rng, data = Random(seed), sample()  # noqa: S311 - made-up people, not secrets
    moodle = moodle or Moodle()
    wanted = associations(data, rng)
    persons = people(data, wanted, rng)
    staff = _staff(moodle, data)
    course = moodle.add_course(
        "MMO",
        "Методические объединения",
        moodle.add_category("Методическая работа").id,
        idnumber="MMO",
        summary="Муниципальные методические объединения педагогов города",
        groupmode=1,
    )
    _seat_staff(moodle, staff, course.id, course.category_id)
    teachers = [_account(moodle, data, number, person) for number, person in enumerate(persons, start=1)]
    for teacher in teachers:
        moodle.enrol(course.id, teacher.id, STUDENT)
    groups = _groups(moodle, course.id, wanted, persons, teachers, rng)
    return City(
        moodle=moodle,
        year=year,
        course_id=course.id,
        class_course_id=_class(moodle, data, groups[1], rng),
        coordinator_id=staff["coordinator"].id,
        director_id=staff["director"].id,
        manager_id=staff["manager"].id,
        service_id=staff["service"].id,
        teacher_ids=[teacher.id for teacher in teachers],
        associations=groups,
        draft=next(row["genitive"] for row in data["edge_associations"] if row["members"] == 0),
        organisations=[row["name"] for row in data["organisations"]],
        events=events(data, wanted, year, rng),
    )


def _staff(moodle: Moodle, data: dict[str, Any]) -> dict[str, User]:
    centre, town = data["centre"]["name"], data["centre"]["city"]
    shared = {"institution": centre, "city": town, "country": "RU"}
    moodle.add_user("guest", "Guest user", " ", 1, email="root@localhost", lang="en")
    moodle.add_user(
        "admin", "Пётр Сергеевич", "Администратов", ADMIN_ID, email="admin@school.example", **shared
    )
    rows = {
        "service": ("mmo-service", "Служба", "ММО", ""),
        "coordinator": ("metodist", "Вера Павловна", "Методистова", "Методический отдел"),
        "director": ("director", "Николай Андреевич", "Директоров", "Дирекция"),
        "manager": ("manager", "Инна Львовна", "Управляющая", "Отдел цифровых сервисов"),
    }
    staff = {}
    for key, (login, first, last, unit) in rows.items():
        more = {"email": f"{login}@school.example", "idnumber": f"MC-{key}", "department": unit, **shared}
        staff[key] = moodle.add_user(login, first, last, **more)
    return staff


def _seat_staff(moodle: Moodle, staff: dict[str, User], course_id: int, category_id: int) -> None:
    """Give the centre's people their roles: the manager looks in without being enrolled."""
    moodle.enrol(course_id, staff["coordinator"].id, EDITING_TEACHER)
    moodle.enrol(course_id, staff["director"].id, TEACHER)
    for key in ("director", "manager"):
        moodle.assign_role(staff[key].id, MANAGER, category_context(category_id))
    moodle.assign_role(staff["service"].id, SERVICE, SYSTEM)
    moodle.tokens[SERVICE_TOKEN] = Token(SERVICE_TOKEN, staff["service"].id)


def _account(moodle: Moodle, data: dict[str, Any], number: int, person: SamplePerson) -> User:
    login = f"t{number:04}"
    return moodle.add_user(
        login,
        without_tags(f"{person.first} {person.patronymic}" if person.patronymic else person.first),
        without_tags(person.last),
        email=f"{login}@school.example",
        idnumber=f"TN-{number:05}",
        institution=person.organisation,
        department=person.subject,
        city=data["centre"]["city"],
        country="RU",
    )


def _groups(
    moodle: Moodle,
    course_id: int,
    wanted: list[SampleAssociation],
    persons: list[SamplePerson],
    teachers: list[User],
    rng: Random,
) -> list[CityAssociation]:
    """Make the groups as somebody once made them by hand: without an idnumber."""
    result = []
    for association in wanted:
        group = moodle.add_group(course_id, association.name)
        members = [
            teacher.id
            for person, teacher in zip(persons, teachers, strict=True)
            if association.code in person.associations
        ]
        moodle.members[group.id] = set(members)
        leader = rng.choice(members)
        moodle.enrol(course_id, leader, TEACHER)
        result.append(
            CityAssociation(
                association.code,
                association.name,
                association.genitive,
                association.direction,
                association.position,
                group.id,
                leader,
                members,
            )
        )
    return result


def _class(moodle: Moodle, data: dict[str, Any], mathematicians: CityAssociation, rng: Random) -> int:
    """Make an ordinary course with pupils, which nobody connects: its names are nobody's business."""
    category = moodle.add_category("7 классы")
    course = moodle.add_course("7A-MATH", "7 «А» класс. Математика", category.id, idnumber="7A-MATH")
    moodle.enrol(course.id, mathematicians.member_ids[-1], EDITING_TEACHER)
    for number in range(1, PUPILS + 1):
        names = data["names"]["female" if number % 2 else "male"]
        pupil = moodle.add_user(
            f"pupil{number:02}",
            rng.choice(names["first"]),
            rng.choice(names["last"]),
            email=f"pupil{number:02}@school.example",
            institution="МБОУ «Средняя школа № 1»",
            department="7 «А»",
        )
        moodle.enrol(course.id, pupil.id, STUDENT)
    return course.id


def main() -> None:
    """Print the counts of the city."""
    for name, number in build_city().counts().items():
        print(f"{number:6} {name}")  # noqa: T201 - this is what the command is for


if __name__ == "__main__":
    main()
