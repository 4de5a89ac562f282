"""Offices of the centre: coordinators, the director, an acting director (R1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.office import Office, OfficeKind
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.notice import notify
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import centre_of, check_centre, hold, local_today
from mmo_lti.services.year_settings import settings_of

ONE_DAY = timedelta(days=1)
DIRECTING = (OfficeKind.DIRECTOR, OfficeKind.ACTING_DIRECTOR)


def make_first_coordinator(session: Session, actor: Actor, now: datetime) -> Office:
    """Make the actor the centre's first coordinator; the caller has checked the invitation.

    Raises R1.coordinator_exists when the centre has one: later ones are named by a coordinator.
    """
    centre = hold(session, centre_of(session, actor))
    day = local_today(session, centre.id, now)
    if _running(session, centre.id, [OfficeKind.COORDINATOR], day, None):
        raise RuleError("R1.coordinator_exists")
    person = session.get_one(Person, actor.person_id)
    check_centre(actor, person)
    if any(office.person_id == person.id for office in _running(session, centre.id, DIRECTING, day, None)):
        raise RuleError("R1.two_offices")
    return _take_office(session, actor, OfficeKind.COORDINATOR, person, day, None, now)


def appoint(
    session: Session,
    actor: Actor,
    kind: OfficeKind,
    person: Person,
    since: date,
    until: date | None,
    now: datetime,
) -> Office:
    """Name a coordinator, the director or an acting director for the days `since` to `until`, both included.

    A new director ends the term of the one before. Nobody is coordinator and director at once
    (R1.two_offices); an acting director has a last day (R1.acting_until), and there is one at a time
    (R1.acting_taken). Naming again who holds the office for those days changes nothing.
    """
    centre = centre_of(session, actor)
    require(session, actor, Action.OFFICE_APPOINT, local_today(session, centre.id, now))
    check_centre(actor, person)
    hold(session, centre)
    if until is not None and until < since:
        raise RuleError("office.dates", since=since, until=until)
    if kind is OfficeKind.ACTING_DIRECTOR and until is None:
        raise RuleError("R1.acting_until")
    _refuse_two_offices(session, kind, person, since, until)
    for office in _running(session, centre.id, [kind], since, until):
        if office.person_id == person.id and office.since <= since and _covers(office, until):
            return office
        if kind is OfficeKind.ACTING_DIRECTOR:
            raise RuleError("R1.acting_taken", since=office.since, until=office.until)
        if kind is OfficeKind.DIRECTOR:
            _make_way(office, since)
    office = _take_office(session, actor, kind, person, since, until, now)
    told = "office_coordinator" if kind is OfficeKind.COORDINATOR else "office_director"
    notify(
        session,
        centre.id,
        person.id,
        told,
        office,
        "",
        {"centre": settings_of(centre).centre_name or centre.name},
        "/",
        now,
    )
    return office


def end_office(session: Session, actor: Actor, office: Office, last_day: date, now: datetime) -> Office:
    """End an office after its `last_day`; yesterday ends it at once.

    One coordinator always remains: R1.last_coordinator.
    """
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.OFFICE_APPOINT, day)
    check_centre(actor, office)
    hold(session, centre_of(session, actor))
    earliest = max(office.since, day) - ONE_DAY
    if last_day < earliest or (office.until is not None and last_day > office.until):
        raise RuleError("office.dates", since=office.since, until=last_day)
    if office.kind is OfficeKind.COORDINATOR and not _others_remain(session, office, last_day + ONE_DAY):
        raise RuleError("R1.last_coordinator")
    office.until = last_day
    journal.record(session, actor, "end_office", office, now, old=office.kind.value)
    return office


def offices(session: Session, actor: Actor, now: datetime) -> list[Office]:
    """The offices that run today or later, for the settings."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.OFFICE_APPOINT, day)
    return _running(session, actor.centre_id, list(OfficeKind), day, None)


def find_office(session: Session, actor: Actor, office_id: int) -> Office:
    """The office of this id; `NotFound` for another centre's."""
    found = session.get(Office, office_id)
    if found is None:
        raise NotFound
    check_centre(actor, found)
    return found


def _take_office(
    session: Session,
    actor: Actor,
    kind: OfficeKind,
    person: Person,
    since: date,
    until: date | None,
    now: datetime,
) -> Office:
    office = Office(
        centre_id=actor.centre_id,
        person_id=person.id,
        kind=kind,
        since=since,
        until=until,
        appointed_by=actor.person_id,
        created_at=now,
    )
    session.add(office)
    journal.record(session, actor, "appoint", office, now, new=kind.value)
    return office


def _running(
    session: Session, centre_id: int, kinds: Iterable[OfficeKind], since: date, until: date | None
) -> list[Office]:
    """Offices of these kinds that share a day with `since` … `until` (open: without an end)."""
    query = select(Office).where(
        Office.centre_id == centre_id,
        Office.kind.in_(list(kinds)),
        or_(Office.until.is_(None), Office.until >= since),
        or_(Office.until.is_(None), Office.until >= Office.since),
    )
    if until is not None:
        query = query.where(Office.since <= until)
    return list(session.scalars(query.order_by(Office.kind, Office.since, Office.id)))


def _refuse_two_offices(
    session: Session, kind: OfficeKind, person: Person, since: date, until: date | None
) -> None:
    opposed = [OfficeKind.COORDINATOR] if kind in DIRECTING else list(DIRECTING)
    running = _running(session, person.centre_id, opposed, since, until)
    if any(office.person_id == person.id for office in running):
        raise RuleError("R1.two_offices")


def _covers(office: Office, until: date | None) -> bool:
    return office.until is None or (until is not None and office.until >= until)


def _make_way(office: Office, since: date) -> None:
    """The director before ends the day before; one who had not begun never does."""
    office.until = since - ONE_DAY


def _others_remain(session: Session, leaving: Office, day: date) -> bool:
    """Whether another coordinator holds the office on `day` and without an end."""
    running = _running(session, leaving.centre_id, [OfficeKind.COORDINATOR], day, None)
    return any(
        office.person_id != leaving.person_id and office.until is None and office.since <= day
        for office in running
    )
