"""Who stands in an official document: the institution and its director, the leader, people of a list."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mmo_lti.documents.folder import FORMS
from mmo_lti.documents.parties import Institution, Signatory
from mmo_lti.documents.parties import Person as Printed
from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.office import Office, OfficeKind
from mmo_lti.models.person import Person
from mmo_lti.rules.names import PersonName
from mmo_lti.rules.settings import Settings
from mmo_lti.services.leader import leader_id
from mmo_lti.services.person import main_organisation, name_of
from mmo_lti.services.year_settings import settings_of

NOBODY = PersonName("", "")


@cache
def filing_words() -> Mapping[str, str]:
    """Fixed words that stand in documents as data, `filing.toml`."""
    return tomllib.loads((FORMS / "filing.toml").read_text(encoding="utf-8"))


def institution_of(session: Session, centre: Centre, day: date) -> Institution:
    """The methodical centre, with the director of a day: the acting one while there is one."""
    settings = settings_of(centre)
    return Institution(
        full_name=settings.centre_full_name or centre.name,
        short_name=settings.centre_short_name or settings.centre_name or centre.name,
        city=settings.city or centre.city,
        director=_director(session, centre, settings, day),
    )


def printed(person: Person) -> Printed:
    """A person as a list prints them: official name, position, main organisation."""
    organisation = main_organisation(person)
    return Printed(
        name=name_of(person),
        position=person.position,
        organisation=organisation.name if organisation else "",
    )


def printed_leader(session: Session, association: Association, day: date) -> Printed:
    """The leader by the order of a day; an empty name while there is none."""
    found = leader_id(session, association.centre_id, association.id, day)
    return printed(session.get_one(Person, found)) if found is not None else Printed(name=NOBODY)


def signatory(session: Session, centre: Centre, person_id: int | None, day: date) -> Signatory:
    """Whoever signed as director on a day, by their office."""
    person = session.get(Person, person_id) if person_id is not None else None
    if person is None:
        return _director(session, centre, settings_of(centre), day)
    office = next(
        (office for office in _offices(session, centre, day) if office.person_id == person.id), None
    )
    acting = office is not None and office.kind is OfficeKind.ACTING_DIRECTOR
    return Signatory(post=filing_words()["acting_director" if acting else "director"], name=name_of(person))


def _director(session: Session, centre: Centre, settings: Settings, day: date) -> Signatory:
    offices = sorted(_offices(session, centre, day), key=lambda office: office.kind is OfficeKind.DIRECTOR)
    words = filing_words()
    for office in offices:
        acting = office.kind is OfficeKind.ACTING_DIRECTOR
        typed = settings.acting_director_name if acting else settings.director_name
        name = name_of(office.person) if office.person.last else _read_name(typed)
        return Signatory(post=words["acting_director" if acting else "director"], name=name)
    return Signatory(post=words["director"], name=_read_name(settings.director_name))


def _offices(session: Session, centre: Centre, day: date) -> list[Office]:
    return list(
        session.scalars(
            select(Office)
            .where(
                Office.centre_id == centre.id,
                Office.kind.in_([OfficeKind.DIRECTOR, OfficeKind.ACTING_DIRECTOR]),
                Office.since <= day,
                or_(Office.until.is_(None), Office.until >= day),
            )
            .order_by(Office.since.desc(), Office.id.desc())
        )
    )


def _read_name(typed: str) -> PersonName:
    """«Фамилия Имя Отчество» of the settings."""
    last, first, patronymic = [*typed.split(maxsplit=2), "", "", ""][:3]
    return PersonName(last, first, patronymic)
