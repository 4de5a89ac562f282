"""Admitting a launch: the account, (`iss` of the centre, `sub`), is found or made, its facts are kept.

A whole school launches at the start of a meeting, so one look brings all that is known, and only what changed
is written. A launch from a course that no coordinator connected reads no names: school classes with pupils
share the Moodle (R1, «Who may»).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, Table, and_, bindparam, select, update
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.person import Account, AccountStanding, Person
from mmo_lti.models.registration import Deployment, Registration
from mmo_lti.models.way_back import WayBack
from mmo_lti.services.account import account_facts, make_account, person_facts
from mmo_lti.services.account_reading import reopen
from mmo_lti.services.actor import Actor
from mmo_lti.services.clock import local_date
from mmo_lti.services.course_fact import make_course, make_services, offered_services
from mmo_lti.services.course_link import way_after
from mmo_lti.services.launch import Launch
from mmo_lti.services.permission import offices_of

LAUNCH_SEEN_EVERY = timedelta(minutes=5)
"""How exactly the last launch is remembered: not every one writes."""


class NotAdmitted(Exception):
    """The launch is good and still opens nothing; `reason` is `deployment` or `account`."""

    def __init__(self, reason: str) -> None:
        """Hold the reason, a word for the log."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Admission:
    """Who came, by which deployment, and whether from a connected course.

    `settings` are the centre's own ones; `awaited`: a link from outside Moodle marked where they land.
    """

    actor: Actor
    deployment_id: int
    connected: bool
    settings: dict[str, Any]
    awaited: bool


def _table(mapped: type[Any]) -> Table:
    return cast("Table", mapped.__table__)


_centres, _accounts, _persons = _table(Centre), _table(Account), _table(Person)
_courses, _services, _ways = _table(Course), _table(CourseService), _table(WayBack)
_deployments, _registrations = _table(Deployment), _table(Registration)

_LOOK = (
    select(
        _registrations.c.centre_id,
        _centres.c.timezone,
        _centres.c.settings,
        _accounts.c.id.label("account_id"),
        _accounts.c.person_id,
        _accounts.c.name,
        _accounts.c.email,
        _accounts.c.locale,
        _accounts.c.disabled,
        _accounts.c.standing,
        _accounts.c.last_launch_at,
        _accounts.c.came_by,
        _accounts.c.came_from_id,
        _persons.c.last,
        _persons.c.first,
        _persons.c.patronymic,
        _persons.c.sort_key,
        _persons.c.confirmed_at,
        _ways.c.person_id.label("awaited"),
        _courses.c.id.label("course_id"),
        _courses.c.title,
        _courses.c.resource_link_id,
        _courses.c.link_reached_at,
        _courses.c.connected_at,
        _services.c.course_id.label("services_of"),
        _services.c.deployment_id,
        _services.c.memberships_url,
        _services.c.lineitems_url,
        _services.c.grade_scopes,
    )
    .select_from(_deployments)
    .join(_registrations, _registrations.c.id == _deployments.c.registration_id)
    .join(_centres, _centres.c.id == _registrations.c.centre_id)
    .outerjoin(_accounts, and_(_accounts.c.centre_id == _centres.c.id, _accounts.c.sub == bindparam("sub")))
    .outerjoin(_persons, _persons.c.id == _accounts.c.person_id)
    .outerjoin(_ways, _ways.c.person_id == _persons.c.id)
    .outerjoin(
        _courses, and_(_courses.c.centre_id == _centres.c.id, _courses.c.context_id == bindparam("context"))
    )
    .outerjoin(_services, _services.c.course_id == _courses.c.id)
    .where(
        _deployments.c.id == bindparam("deployment"),
        _deployments.c.enabled.is_(True),
        _registrations.c.enabled.is_(True),
    )
)
_Known = Row[*tuple[Any, ...]]
_SEE_LAUNCH = (
    update(_accounts).where(_accounts.c.id == bindparam("of")).values(last_launch_at=bindparam("now"))
)


def admit(session: Session, launch: Launch, deployment_id: int, now: datetime) -> Admission:
    """Create or update the account, its person and the course of a verified launch; raises `NotAdmitted`.

    `deployment_id` is the row's. A launch changes Moodle's copy of the facts only: never a name that the
    person confirmed, never rights.
    """
    known = _look(session, launch, deployment_id)
    if known is None:
        raise NotAdmitted("deployment")
    if _make_missing(session, launch, known, deployment_id, now):
        known = _look(session, launch, deployment_id)
        assert known is not None  # noqa: S101 - it was there a moment ago, in this transaction
    if known.disabled:
        raise NotAdmitted("account")
    _bring_up_to_date(session, launch, known, deployment_id, now)
    return Admission(
        actor=Actor(
            centre_id=known.centre_id,
            person_id=known.person_id,
            account_id=known.account_id,
            course_id=known.course_id,
            site_administrator=launch.roles.site_administrator,
            course_staff=launch.roles.course_staff,
        ),
        deployment_id=deployment_id,
        connected=known.connected_at is not None,
        settings=known.settings,
        awaited=known.awaited is not None,
    )


def _look(session: Session, launch: Launch, deployment_id: int) -> _Known | None:
    """All that is known beforehand of person, course and its services; none where the deployment is off."""
    asked = {
        "sub": launch.sub,
        "context": launch.course.id if launch.course else None,
        "deployment": deployment_id,
    }
    return session.execute(_LOOK, asked).one_or_none()


def _make_missing(session: Session, launch: Launch, known: _Known, deployment_id: int, now: datetime) -> bool:
    """Add the rows that a first launch lacks; returns whether there were any."""
    new_account = known.account_id is None
    new_course = launch.course is not None and known.course_id is None
    new_services = launch.course is not None and known.services_of is None
    if new_account:
        make_account(session, known.centre_id, launch, now, _connected(known))
    course_id = known.course_id
    if new_course and launch.course is not None:
        course_id = make_course(session, known.centre_id, launch.course.id)
    if new_services:
        make_services(session, course_id, offered_services(launch, deployment_id), now)
    return new_account or new_course or new_services


def _bring_up_to_date(
    session: Session, launch: Launch, known: _Known, deployment_id: int, now: datetime
) -> None:
    named = _names_may_be_read(session, known, now)
    account = _changed(known, account_facts(launch, _connected(known))) if named else {}
    if account:
        _write(session, _accounts, known.account_id, {**account, "last_launch_at": now})
    elif known.last_launch_at is None or now - known.last_launch_at >= LAUNCH_SEEN_EVERY:
        session.execute(_SEE_LAUNCH, {"of": known.account_id, "now": now})
    if named and known.confirmed_at is None:
        _write(session, _persons, known.person_id, _changed(known, person_facts(launch.name)))
    if known.standing is not AccountStanding.OPEN:
        reopen(session, known.account_id, now)
    if launch.course is None:
        return
    course: dict[str, Any] = {"title": launch.course.title} if named and launch.course.title else {}
    course |= way_after(launch, known.link_reached_at, now)
    _write(session, _courses, known.course_id, _changed(known, course))
    offered = _changed(known, offered_services(launch, deployment_id))
    if offered:
        _write(session, _services, known.course_id, {**offered, "seen_at": now})


def _names_may_be_read(session: Session, known: _Known, now: datetime) -> bool:
    """In a connected course, and anywhere for coordinator and director, who work from any course."""
    if known.connected_at is not None:
        return True
    today = local_date(known.timezone, now)
    return bool(offices_of(session, known.centre_id, known.person_id, today))


def _connected(known: _Known) -> int | None:
    """The launch's course, if a coordinator connected it."""
    return known.course_id if known.connected_at is not None else None


def _changed(known: _Known, facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if getattr(known, name) != value}


def _write(session: Session, table: Table, key: int, values: dict[str, Any]) -> None:
    if values:
        (primary,) = table.primary_key
        session.execute(update(table).where(primary == key).values(**values))
