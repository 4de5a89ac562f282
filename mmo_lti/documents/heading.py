"""What every form says at its head, made ready to print."""

from __future__ import annotations

from mmo_lti.documents.parties import Institution, Person
from mmo_lti.documents.typography import line
from mmo_lti.rules.names import PersonName
from mmo_lti.rules.year import AcademicYear


def common(institution: Institution, association: str, year: AcademicYear | None = None) -> dict[str, str]:
    """The institution, its director, the association and the year, as strings."""
    return {
        "institution": line(institution.full_name),
        "institution_short": line(institution.short_name),
        "city": line(institution.city),
        "director_post": line(institution.director.post),
        "director": line(institution.director.name.signature),
        "association": line(association),
        "year": str(year) if year else "",
    }


def described(person: Person) -> str:
    """«Соловьёва Алёна Фёдоровна, учитель математики, МБОУ «СШ № 4»»."""
    return line(", ".join(part for part in (person.name.full, person.position, person.organisation) if part))


def signed(name: PersonName | None) -> str:
    """«А. Ф. Соловьёва», or nothing where the person is not known yet."""
    return line(name.signature) if name else ""


def listed(people: tuple[Person, ...]) -> list[dict[str, str]]:
    """The rows of a list of people: numbered, by name in the order of official lists (ё = е)."""
    ordered = sorted(people, key=lambda person: (person.name.sort_key, person.organisation, person.position))
    return [
        {
            "number": str(number),
            "name": line(person.name.full),
            "organisation": line(person.organisation),
            "position": line(person.position),
        }
        for number, person in enumerate(ordered, start=1)
    ]
