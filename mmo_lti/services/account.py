"""Accounts: a launch admits one, (`iss` of the centre, `sub`), and brings Moodle's facts about it up to date.

A launch from a course that no coordinator connected reads no names: school classes with pupils share the
Moodle (R1, «Who may»).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.person import Account, Person
from mmo_lti.models.registration import Deployment
from mmo_lti.rules.names import PersonName, clean_name
from mmo_lti.services import clock
from mmo_lti.services.launch import Launch, LaunchName
from mmo_lti.services.permission import offices_of

T = TypeVar("T", Account, Course, CourseService)


@dataclass(frozen=True)
class Admission:
    """Who came, and from which course; no course where the launch named none."""

    account: Account
    course: Course | None


def admit(session: Session, launch: Launch, deployment: Deployment, now: datetime) -> Admission:
    """Create or update the account, its person and the course of a verified launch.

    A launch changes Moodle's copy of the facts only: never a name that the person confirmed, never rights.
    """
    centre = deployment.registration.centre
    course, services = _course(session, centre, launch)
    account = _account(session, centre, launch.sub, now)
    account.last_launch_at = now
    if _names_may_be_read(session, course, account, centre, now):
        _take_names(account, launch)
        if course is not None and launch.course is not None and launch.course.title:
            course.title = launch.course.title
    if course is not None:
        _keep_services(session, course, services, deployment, launch, now)
    return Admission(account, course)


def _course(session: Session, centre: Centre, launch: Launch) -> tuple[Course | None, CourseService | None]:
    """The course of the launch, made where it is new, and what is known of its services."""
    if launch.course is None:
        return None, None
    query = (
        select(Course, CourseService)
        .outerjoin(CourseService, CourseService.course_id == Course.id)
        .where(Course.centre_id == centre.id, Course.context_id == launch.course.id)
    )
    found = session.execute(query).one_or_none()
    if found is None and _insert(session, Course(centre_id=centre.id, context_id=launch.course.id)):
        found = session.execute(query).one()
    course, services = found or session.execute(query).one()
    if launch.resource_link is not None:
        course.resource_link_id = launch.resource_link.id
    return course, services


def _account(session: Session, centre: Centre, sub: str, now: datetime) -> Account:
    query = (
        select(Account)
        .where(Account.centre_id == centre.id, Account.sub == sub)
        .options(joinedload(Account.person))
    )
    account = session.scalar(query)
    if account is not None:
        return account
    person = Person(centre_id=centre.id, created_at=now)
    fresh = _insert(session, Account(centre_id=centre.id, sub=sub, person=person))
    return fresh or session.scalars(query).one()


def _insert(session: Session, thing: T) -> T | None:
    """Add a row, or return none when another launch of the same moment was faster."""
    try:
        with session.begin_nested():
            session.add(thing)
    except IntegrityError:
        return None
    return thing


def _names_may_be_read(
    session: Session, course: Course | None, account: Account, centre: Centre, now: datetime
) -> bool:
    """In a connected course, and anywhere for coordinator and director, who work from any course."""
    if course is not None and course.connected_at is not None:
        return True
    return bool(offices_of(session, centre.id, account.person_id, clock.today(centre, now)))


def _take_names(account: Account, launch: Launch) -> None:
    if launch.name.shown:
        account.name = launch.name.shown
    if launch.email:
        account.email = launch.email
    if launch.locale:
        account.locale = launch.locale
    person = account.person
    proposed = propose_name(launch.name)
    if person.confirmed_at is None and (proposed.last or proposed.first):
        person.last, person.first, person.patronymic = proposed.last, proposed.first, proposed.patronymic
        person.sort_key = proposed.sort_text


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


def _keep_services(
    session: Session,
    course: Course,
    known_services: CourseService | None,
    deployment: Deployment,
    launch: Launch,
    now: datetime,
) -> None:
    """Remember by which registration background jobs reach the course's services."""
    offered = {
        "deployment_id": deployment.id,
        "memberships_url": launch.services.memberships_url,
        "lineitems_url": launch.services.lineitems_url,
        "grade_scopes": list(launch.services.grade_scopes),
    }
    row = known_services
    if row is None:
        _insert(session, CourseService(course_id=course.id, seen_at=now, **offered))
    elif any(getattr(row, name) != value for name, value in offered.items()):
        for name, value in offered.items():
            setattr(row, name, value)
        row.seen_at = now
