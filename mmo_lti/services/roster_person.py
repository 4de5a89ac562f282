"""People whom a sync found in Moodle: their accounts and, until they confirm, proposed names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from mmo_lti.models.person import Account, Person
from mmo_lti.services.account import propose_name
from mmo_lti.services.launch import LaunchName


@dataclass(frozen=True)
class RosterPerson:
    """A Moodle account as web services tell it; `sub` is the user id. Names may be empty."""

    sub: str
    given: str = ""
    family: str = ""
    email: str = ""

    @property
    def name(self) -> LaunchName:
        """The same value that a launch brings."""
        return LaunchName(given=self.given, family=self.family)


def persons_of(
    session: Session, centre_id: int, people: Iterable[RosterPerson], now: datetime
) -> list[Person]:
    """The persons behind these accounts, each once; accounts not seen before are added."""
    found: dict[int, Person] = {}
    for one in people:
        person = _admit(session, centre_id, one, now)
        found.setdefault(person.id, person)
    return list(found.values())


def take_facts(account: Account, found: RosterPerson) -> bool:
    """Keep what Moodle says of an account; never a name that the person confirmed. Whether any of it is new.

    What Moodle does not say stays as it was.
    """
    person = account.person
    before = (account.name, account.email, person.last, person.first, person.patronymic)
    account.name = found.name.shown or account.name
    account.email = found.email or account.email
    name = propose_name(found.name)
    if person.confirmed_at is None and (name.last or name.first):
        person.last, person.first, person.patronymic = name.last, name.first, name.patronymic
        person.sort_key = name.sort_text
    return before != (account.name, account.email, person.last, person.first, person.patronymic)


def _account(session: Session, centre_id: int, sub: str) -> Account | None:
    return session.scalar(
        select(Account)
        .where(Account.centre_id == centre_id, Account.sub == sub)
        .options(joinedload(Account.person))
    )


def _admit(session: Session, centre_id: int, found: RosterPerson, now: datetime) -> Person:
    account = _account(session, centre_id, found.sub)
    if account is None:
        account = _insert(session, centre_id, found, now)
    take_facts(account, found)
    session.flush()
    return account.person


def _insert(session: Session, centre_id: int, found: RosterPerson, now: datetime) -> Account:
    person = Person(centre_id=centre_id, created_at=now)
    account = Account(centre_id=centre_id, sub=found.sub, person=person)
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:  # a launch of the same moment was faster
        rival = _account(session, centre_id, found.sub)
        if rival is None:
            raise
        return rival
    return account
