"""The coordinator's directory of educational organisations (R4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.membership import Membership
from mmo_lti.models.organisation import Organisation
from mmo_lti.models.person import Person, Post
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.names import organisation_key
from mmo_lti.rules.states import MembershipState
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import check_centre, local_today
from mmo_lti.services.suspension import follow_post
from mmo_lti.services.typed_text import line

NAME_LIMIT, KIND_LIMIT = 400, 50


def add_organisation(session: Session, actor: Actor, name: str, kind: str, now: datetime) -> Organisation:
    """Add an organisation.

    One spelled otherwise is the same: `organisation.same` names it by `id` and `name`, to be offered, never
    taken silently.
    """
    require(session, actor, Action.ORGANISATION_EDIT, local_today(session, actor.centre_id, now))
    organisation = Organisation(
        centre_id=actor.centre_id,
        name=line(name, "name", NAME_LIMIT, required=True),
        name_key=organisation_key(name),
        kind=line(kind, "kind", KIND_LIMIT),
    )
    _refuse_same(session, organisation)
    try:
        with session.begin_nested():
            session.add(organisation)
    except IntegrityError:
        _refuse_same(session, organisation)
        raise
    journal.record(session, actor, "add_organisation", organisation, now)
    return organisation


@dataclass(frozen=True)
class Added:
    """What came of adding several: new ones, and ones known under another spelling, by what was typed."""

    added: list[Organisation] = field(default_factory=list)
    known: dict[str, Organisation] = field(default_factory=dict)


def add_organisations(
    session: Session, actor: Actor, names: Iterable[str], kind: str, now: datetime
) -> Added:
    """Add many at once; those that are known already are named, not refused."""
    outcome = Added()
    for name in names:
        try:
            outcome.added.append(add_organisation(session, actor, name, kind, now))
        except RuleError as refused:
            if refused.code != "organisation.same":
                raise
            outcome.known[name] = session.get_one(Organisation, refused.params["id"])
    return outcome


def rename_organisation(
    session: Session, actor: Actor, organisation: Organisation, name: str, kind: str, now: datetime
) -> Organisation:
    """Correct name and kind; accepted documents keep the name they had."""
    require(session, actor, Action.ORGANISATION_EDIT, local_today(session, actor.centre_id, now))
    check_centre(actor, organisation)
    name = line(name, "name", NAME_LIMIT, required=True)
    kind = line(kind, "kind", KIND_LIMIT)
    _refuse_same(session, organisation, organisation_key(name))
    organisation.name, organisation.kind = name, kind
    organisation.name_key = organisation_key(name)
    journal.record(session, actor, "rename_organisation", organisation, now)
    return organisation


def close_organisation(
    session: Session, actor: Actor, organisation: Organisation, closed_on: date, now: datetime
) -> list[Membership]:
    """Close an organisation that has ceased to work; returns the memberships suspended for it (R4.2).

    Members with another open organisation of the city stay as they are.
    """
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ORGANISATION_EDIT, day)
    check_centre(actor, organisation)
    if closed_on > day:
        raise RuleError("organisation.not_yet", day=closed_on)
    organisation.closed_on = closed_on
    journal.record(session, actor, "close_organisation", organisation, now, new="closed")
    return _follow(session, actor, organisation, MembershipState.SUSPENDED, now)


def reopen_organisation(
    session: Session, actor: Actor, organisation: Organisation, now: datetime
) -> list[Membership]:
    """Take a closing back; returns the memberships that count again."""
    require(session, actor, Action.ORGANISATION_EDIT, local_today(session, actor.centre_id, now))
    check_centre(actor, organisation)
    organisation.closed_on = None
    journal.record(session, actor, "reopen_organisation", organisation, now, new="open")
    return _follow(session, actor, organisation, MembershipState.MEMBER, now)


def find_organisation(session: Session, centre_id: int, organisation_id: int) -> Organisation:
    """The organisation of this id; `NotFound` for another centre's."""
    found = session.get(Organisation, organisation_id)
    if found is None or found.centre_id != centre_id:
        raise NotFound
    return found


def list_organisations(
    session: Session, actor: Actor, now: datetime, text: str = "", *, closed: bool = False
) -> list[Organisation]:
    """Organisations to choose from, by name; `closed` ones only where asked for.

    Every teacher may see the directory: it holds no personal data and the profile is chosen from it.
    """
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ASSOCIATIONS_LIST, day)
    query = select(Organisation).where(Organisation.centre_id == actor.centre_id)
    for word in organisation_key(text).split():
        query = query.where(Organisation.name_key.contains(word, autoescape=True))
    if not closed:
        query = query.where(or_(Organisation.closed_on.is_(None), Organisation.closed_on > day))
    return sorted(session.scalars(query), key=lambda one: _natural(one.name_key))


def people_at(session: Session, centre_id: int) -> dict[int, int]:
    """How many people work in each organisation, by its id."""
    rows = session.execute(
        select(Post.organisation_id, func.count())
        .where(Post.centre_id == centre_id)
        .group_by(Post.organisation_id)
    )
    return {row[0]: row[1] for row in rows}


def _natural(key: str) -> list[tuple[int, str]]:
    """School № 2 stands before № 11."""
    return [(int(word), "") if word.isdecimal() else (0, word) for word in key.split()]


def _refuse_same(session: Session, organisation: Organisation, key: str | None = None) -> None:
    key = key or organisation.name_key
    if not key:
        raise RuleError("text.missing", field="name")
    same = session.scalar(
        select(Organisation).where(
            Organisation.centre_id == organisation.centre_id,
            Organisation.name_key == key,
            Organisation.id.is_not(None) if organisation.id is None else Organisation.id != organisation.id,
        )
    )
    if same is not None:
        raise RuleError("organisation.same", id=same.id, name=same.name, closed=same.closed_on is not None)


def _follow(
    session: Session, actor: Actor, organisation: Organisation, expected: MembershipState, now: datetime
) -> list[Membership]:
    session.flush()
    people = session.scalars(
        select(Person)
        .join(Post, Post.person_id == Person.id)
        .where(Post.centre_id == actor.centre_id, Post.organisation_id == organisation.id)
        .order_by(Person.id)
    ).all()
    moved = [one for person in people for one in follow_post(session, actor, person, now)]
    return [one for one in moved if one.state is expected]
