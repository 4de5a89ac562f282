"""How a page names a person, also one whose name Moodle does not share (LTI anonymous launch, core 5.3.6)."""

from __future__ import annotations

from flask_babel import gettext

from mmo_lti.documents.typography import bound
from mmo_lti.models.person import Person
from mmo_lti.services.person import name_of, shown


def person_line(person: Person) -> str:
    """«Иванова Анна Ивановна, МБОУ «СШ № 4»»; «участник 17» without a name."""
    return bound(shown(person)) if name_of(person).full else nameless(person)


def full_name(person: Person) -> str:
    """«Иванова Анна Ивановна», or «участник 17»."""
    return name_of(person).full or nameless(person)


def short_name(person: Person) -> str:
    """«Иванова А. И.», or «участник 17»."""
    return name_of(person).short or nameless(person)


def nameless(person: Person) -> str:
    """What stands for a name: tells people apart and gives nobody away."""
    return str(gettext("участник %(number)s", number=person.id))
