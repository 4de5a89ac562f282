"""The sample city: its people, hard names and hard texts."""

import json
from functools import cache
from pathlib import Path

from mmo_lti.documents.parties import Person
from mmo_lti.rules.names import PersonName

CITY = Path(__file__).parents[2] / "moodle_sync" / "sandbox" / "data" / "sample-city.json"


@cache
def city():
    return json.loads(CITY.read_text(encoding="utf-8"))


def edge_people() -> tuple[Person, ...]:
    schools = [organisation["name"] for organisation in city()["edge_organisations"]]
    return tuple(
        Person(
            name=PersonName(person["last"], person["first"], person["patronymic"] or ""),
            position="педагог-психолог",
            organisation=person.get("organisation", schools[number % 2]),
        )
        for number, person in enumerate(city()["edge_people"])
    )


def edge_texts() -> tuple[str, ...]:
    return tuple(edge["text"] for edge in city()["edge_texts"])


def crowd(count: int) -> tuple[Person, ...]:
    """So many different people of the sample city, the same each time."""
    names = city()["names"]["female"]
    schools = [organisation["name"] for organisation in city()["organisations"]]
    return tuple(
        Person(
            name=PersonName(
                names["last"][number % len(names["last"])],
                names["first"][number * 7 % len(names["first"])],
                names["patronymic"][number * 11 % len(names["patronymic"])] or "",
            ),
            position="учитель",
            organisation=schools[number * 3 % len(schools)],
        )
        for number in range(count)
    )
