"""Accounts, and the names that Moodle proposes for their persons."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.person import Account, Person
from mmo_lti.rules.names import PersonName, clean_name
from mmo_lti.services.launch import Launch, LaunchName

_persons, _accounts = cast("Table", Person.__table__), cast("Table", Account.__table__)
_ADD_PERSON = insert(_persons).returning(_persons.c.id)
_ADD_ACCOUNT = insert(_accounts)


def make_account(
    session: Session, centre_id: int, launch: Launch, now: datetime, connected: int | None
) -> None:
    """Add an account with a person of its own, unless another launch of the same moment was faster.

    `connected`: the launch's course if it is connected: its names may be read, and none are added afterwards.
    """
    named = connected is not None
    person = {"centre_id": centre_id, "created_at": now, **(person_facts(launch.name) if named else {})}
    account = {"centre_id": centre_id, "sub": launch.sub, "last_launch_at": now}
    account |= account_facts(launch, connected) if named else {}
    # Two rows that nobody looks at as objects: mapping them would take longer than all the rest of a launch.
    with suppress(IntegrityError), session.begin_nested():
        account["person_id"] = session.scalar(_ADD_PERSON, person)
        session.execute(_ADD_ACCOUNT, account)


def account_facts(launch: Launch, connected: int | None) -> dict[str, Any]:
    """What a launch says of the account; what it does not say stays as it was.

    `connected`: its course if that is connected: then the activity is remembered as the person's way back.
    """
    facts: dict[str, Any] = {"name": launch.name.shown, "email": launch.email, "locale": launch.locale}
    if connected is not None and launch.resource_link is not None:
        facts |= {"came_by": launch.resource_link.id, "came_from_id": connected}
    return {name: value for name, value in facts.items() if value}


def person_facts(name: LaunchName) -> dict[str, Any]:
    """What a launch proposes as the official name, until the person confirms one; nothing without a name."""
    proposed = propose_name(name)
    if not proposed.last and not proposed.first:
        return {}
    return {
        "last": proposed.last,
        "first": proposed.first,
        "patronymic": proposed.patronymic,
        "sort_key": proposed.sort_text,
    }


def propose_name(name: LaunchName) -> PersonName:
    """Official name as the platform's parts suggest it, for the person to confirm.

    Russian Moodle sites keep first name and patronymic together in the given name.
    """
    given = name.given.split()
    family = name.family
    if not given and not family:
        given = name.full.split()
        family = given.pop() if len(given) > 1 else ""
    found, _ = clean_name(family[:150], given[0] if given else "", " ".join(given[1:])[:150])
    return found
