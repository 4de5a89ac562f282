"""Who stands in a document: the institution, those who sign, the people."""

from __future__ import annotations

from dataclasses import dataclass

from mmo_lti.rules.names import PersonName


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """Who signs for the institution: `post` as printed, «Директор» or «И. о. директора»."""

    post: str
    name: PersonName


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """The methodical centre: «Муниципальное бюджетное учреждение …», «МБУ МЦ», the city without «г.»."""

    full_name: str
    short_name: str
    city: str
    director: Signatory


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of a list, with position and organisation as they are printed."""

    name: PersonName
    position: str = ""
    organisation: str = ""
