"""People of the sample city: names, schools, and which of them belong to which association."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from math import exp, log
from random import Random
from typing import Any

MEMBERS_FEWEST, MEMBERS_MOST = 8, 340
_SMALLEST = "учителей-дефектологов"
_WOMEN = 0.86
_TWICE = 0.15


@dataclass(slots=True)
class SamplePerson:
    """Somebody of the city. `associations` are codes, the first one is the subject taught."""

    last: str
    first: str
    patronymic: str
    organisation: str
    kind: str
    subject: str
    associations: list[str]


@dataclass(slots=True)
class SampleAssociation:
    """An association of the list with its size."""

    code: str
    genitive: str
    direction: str
    position: str
    kinds: tuple[str, ...]
    size: int

    @property
    def name(self) -> str:
        """The name of its group in Moodle."""
        return f"ММО {self.genitive}"


def sample() -> dict[str, Any]:
    """Return the lists from which the city is made."""
    text = files("moodle_sync.sandbox").joinpath("data/sample-city.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def associations(data: dict[str, Any], rng: Random) -> list[SampleAssociation]:
    """Return the forty associations; sizes are those of the edge cases, or spread between the bounds."""
    fixed = {row["genitive"]: row["members"] for row in data["edge_associations"]}
    fixed[_SMALLEST] = MEMBERS_FEWEST
    return [
        SampleAssociation(
            row["code"],
            row["genitive"],
            row["direction"],
            row["position"],
            tuple(row["organisation_kinds"]),
            fixed.get(row["genitive"], _size(rng)),
        )
        for row in data["associations"]
    ]


def _size(rng: Random) -> int:
    """Return a size as cities have them: many small ones, few large ones."""
    return round(exp(rng.uniform(log(25), log(320))))


def people(data: dict[str, Any], wanted: list[SampleAssociation], rng: Random) -> list[SamplePerson]:
    """Return the teachers of the city, members of the associations among them."""
    everybody = _edge_people(data, wanted)
    for association in wanted:
        _fill(data, association, everybody, rng)
    number = data["scale"]["teachers"]
    while len(everybody) < number:
        association = rng.choice(wanted)
        person = _new_person(data, association, rng)
        person.associations = []
        everybody.append(person)
    _use_edge_organisations(data, everybody)
    return everybody


def _edge_people(data: dict[str, Any], wanted: list[SampleAssociation]) -> list[SamplePerson]:
    """Return the people with difficult names, one or two in each of the first associations of schools."""
    schools = [association for association in wanted if "школа" in association.kinds]
    organisations = [row for row in data["organisations"] if row["kind"] == "школа"]
    result = []
    for number, row in enumerate(data["edge_people"]):
        association = schools[number % 8]
        organisation = row.get("organisation", organisations[number]["name"])
        result.append(
            SamplePerson(
                row["last"],
                row["first"],
                row["patronymic"] or "",
                organisation,
                "школа",
                association.direction,
                [association.code],
            )
        )
    return result


def _fill(
    data: dict[str, Any], association: SampleAssociation, everybody: list[SamplePerson], rng: Random
) -> None:
    """Bring an association to its size: most are new people, some are members elsewhere already."""
    members = sum(association.code in person.associations for person in everybody)
    others = [person for person in everybody if association.code not in person.associations]
    others = [person for person in others if person.kind in association.kinds]
    rng.shuffle(others)
    for _ in range(association.size - members):
        if others and rng.random() < _TWICE:
            others.pop().associations.append(association.code)
        else:
            everybody.append(_new_person(data, association, rng))


def _new_person(data: dict[str, Any], association: SampleAssociation, rng: Random) -> SamplePerson:
    names = data["names"]["female" if rng.random() < _WOMEN else "male"]
    places = [row for row in data["organisations"] if row["kind"] in association.kinds]
    place = rng.choice(places)
    return SamplePerson(
        rng.choice(names["last"]),
        rng.choice(names["first"]),
        rng.choice(names["patronymic"]) or "",
        place["name"],
        place["kind"],
        association.direction,
        [association.code],
    )


def _use_edge_organisations(data: dict[str, Any], everybody: list[SamplePerson]) -> None:
    """Let one account name a school that is typed otherwise, another one a school that is hard to print."""
    for organisation in data["edge_organisations"]:
        person = next(
            person
            for person in reversed(everybody)
            if person.kind == organisation["kind"] and person.organisation not in _edge_names(data)
        )
        person.organisation = organisation["name"]


def _edge_names(data: dict[str, Any]) -> set[str]:
    return {row["name"] for row in data["edge_organisations"]}
