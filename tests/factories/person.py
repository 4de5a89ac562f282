from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.organisation import Organisation
from mmo_lti.models.person import Account, Person, Post
from mmo_lti.rules.names import PersonName
from mmo_lti.services.actor import Actor
from tests.factories.moment import NOW
from tests.factories.organisation import make_organisation

_SUBS = count(100)


def make_person(
    session: Session,
    centre: Centre,
    last: str = "Иванова",
    first: str = "Анна",
    patronymic: str = "Ивановна",
    *,
    organisation: Organisation | None = None,
    employed: bool = True,
    sub: str | None = None,
    **fields: Any,
) -> Person:
    """A person with a confirmed name, one Moodle account and, if `employed`, a post in an organisation."""
    fields = {"position": "учитель" if employed else "", "confirmed_at": NOW, "created_at": NOW} | fields
    key = PersonName(last, first, patronymic).sort_text
    person = Person(
        centre_id=centre.id, last=last, first=first, patronymic=patronymic, sort_key=key, **fields
    )
    session.add(person)
    session.flush()
    make_account(session, person, sub)
    if employed:
        organisation = organisation or make_organisation(session, centre)
        person.posts.append(Post(centre_id=centre.id, organisation_id=organisation.id, main=True))
    session.flush()
    return person


def make_account(session: Session, person: Person, sub: str | None = None) -> Account:
    """One more Moodle account of the person."""
    sub = str(next(_SUBS)) if sub is None else sub
    account = Account(
        centre_id=person.centre_id,
        person_id=person.id,
        sub=sub,
        name=f"{person.first} {person.last}",
        email=f"user{sub}@example.org",
    )
    session.add(account)
    session.flush()
    return account


def actor_of(person: Person, **fields: Any) -> Actor:
    """The person, signed in."""
    return Actor(centre_id=person.centre_id, person_id=person.id, **fields)
