"""People of the centre: official name, organisations and position are ours («People and their facts»)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.association import Association
from mmo_lti.models.organisation import Organisation
from mmo_lti.models.person import Person, Post
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import Fault, RuleError
from mmo_lti.rules.names import PersonName, clean, clean_name, search_key
from mmo_lti.rules.permission import Circumstance
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import check_centre, hold, local_today
from mmo_lti.services.suspension import follow_post

NAME_LIMIT, POSITION_LIMIT = 150, 200
SEARCH_LIMIT = 50


def confirm_profile(
    session: Session,
    actor: Actor,
    last: str,
    first: str,
    patronymic: str,
    organisation_ids: Sequence[int],
    position: str,
    young: bool,
    now: datetime,
) -> Person:
    """The actor confirms the own official name, organisations (the first is the main one) and position.

    `young`: less than `young_years` of service. Raises `profile` with all its faults at once. Without an
    organisation the profile stands, but nobody is or stays a full member so (R4.1, R4.2).
    """
    if actor.person_id is None:
        raise NotFound
    person = find_person(session, actor.centre_id, actor.person_id)
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.PROFILE_EDIT, day, circumstances={Circumstance.SELF})
    name, _ = clean_name(last, first, patronymic)
    position = clean(position).text
    organisations = [_organisation(session, actor, one) for one in dict.fromkeys(organisation_ids)]
    faults = _faults(name, position, bool(organisations))
    faults += [
        Fault("profile.organisation_closed", {"name": one.name})
        for one in organisations
        if one.closed_on is not None and one.closed_on <= day
    ]
    if faults:
        raise RuleError("profile", faults=faults)
    hold(session, person)
    _write_name(person, name)
    person.position, person.young, person.confirmed_at = position, young, now
    _write_posts(session, person, organisations)
    journal.record(session, actor, "confirm_profile", person, now, new="confirmed")
    follow_post(session, actor, person, now)
    return person


def _faults(name: PersonName, position: str, employed: bool) -> list[Fault]:
    parts = (("last", name.last), ("first", name.first), ("patronymic", name.patronymic))
    faults = [Fault(f"profile.{field}") for field, value in parts[:2] if not value]
    faults += [
        Fault("profile.too_long", {"field": field, "limit": NAME_LIMIT})
        for field, value in parts
        if len(value) > NAME_LIMIT
    ]
    if employed and not position:
        faults.append(Fault("profile.position"))
    if len(position) > POSITION_LIMIT:
        faults.append(Fault("profile.too_long", {"field": "position", "limit": POSITION_LIMIT}))
    return faults


def _organisation(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    check_centre(actor, found)
    return found


def _write_name(person: Person, name: PersonName) -> None:
    person.last, person.first, person.patronymic = name.last, name.first, name.patronymic
    person.sort_key = name.sort_text


def _write_posts(session: Session, person: Person, organisations: Sequence[Organisation]) -> None:
    wanted = {one.id: position == 0 for position, one in enumerate(organisations)}
    session.refresh(person, ["posts"])
    for post in list(person.posts):
        if post.organisation_id in wanted:
            post.main = wanted.pop(post.organisation_id)
        else:
            person.posts.remove(post)
            session.delete(post)
    for organisation_id, main in wanted.items():
        person.posts.append(Post(centre_id=person.centre_id, organisation_id=organisation_id, main=main))
    session.flush()


def find_person(session: Session, centre_id: int, person_id: int) -> Person:
    """The person of this id; `NotFound` for another centre's."""
    found = session.get(Person, person_id)
    if found is None or found.centre_id != centre_id:
        raise NotFound
    return found


def people_search(
    session: Session,
    actor: Actor,
    text: str,
    now: datetime,
    *,
    association: Association | None = None,
    offset: int = 0,
    limit: int = SEARCH_LIMIT,
) -> list[Person]:
    """People whose name holds all words of `text`, in order of names; ё = е, case and hyphens do not matter.

    The coordinator searches the whole centre; with `association` its leader does, to invite.
    """
    action = Action.PEOPLE_EDIT if association is None else Action.MEMBER_INVITE
    require(session, actor, action, local_today(session, actor.centre_id, now), association)
    query = (
        select(Person)
        .where(Person.centre_id == actor.centre_id, Person.joined_into_id.is_(None), Person.sort_key != "")
        .options(selectinload(Person.posts).selectinload(Post.organisation))
    )
    for word in search_key(text).split():
        query = query.where(Person.sort_key.contains(word, autoescape=True))
    return list(session.scalars(query.order_by(Person.sort_key, Person.id).offset(offset).limit(limit)))


def name_of(person: Person) -> PersonName:
    """The name as a value that knows its full and short forms."""
    return PersonName(person.last, person.first, person.patronymic)


def main_organisation(person: Person) -> Organisation | None:
    """Where the person mainly works, or none."""
    return next(iter(organisations_of(person)), None)


def organisations_of(person: Person) -> list[Organisation]:
    """Where the person works, the main organisation first."""
    posts = sorted(person.posts, key=lambda post: (not post.main, post.id))
    return [post.organisation for post in posts]


def shown(person: Person) -> str:
    """«Иванова Анна Ивановна, МБОУ «СШ № 4»»; without an organisation the name alone."""
    organisation = main_organisation(person)
    full = name_of(person).full
    return f"{full}, {organisation.name}" if organisation else full
