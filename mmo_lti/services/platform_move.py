"""Following a Moodle that changed its host: every account keeps its `sub`, every paper its centre."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.course_service import AccessToken, CourseService
from mmo_lti.models.grade import GradeColumn
from mmo_lti.models.registration import PlatformKeySet, Registration
from mmo_lti.services import journal, outbox
from mmo_lti.services.actor import clock_actor
from mmo_lti.services.moodle_access import find_access
from mmo_lti.services.registration import PlatformRefused, check_issuer

_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "token_audience")


def move_platform(session: Session, old: str, new: str, hosts: frozenset[str], now: datetime) -> Centre:
    """Let the centre of the issuer `old` be that of `new`; addresses that began with `old` begin with `new`.

    The web services' too, with their token: the operator says that it is the same Moodle.

    Raises `PlatformRefused` for an unknown `old`, a `new` that is connected already, no address, or
    not spelt as issuers are.
    """
    centre = session.scalar(select(Centre).where(Centre.iss == old))
    if centre is None:
        raise PlatformRefused("platform.refused", field="old")
    check_issuer(new, "new", hosts)
    if session.scalar(select(Centre.id).where(Centre.iss == new)) is not None:
        raise PlatformRefused("platform.refused", field="new")
    for registration in session.scalars(select(Registration).where(Registration.centre_id == centre.id)):
        _change(registration, _ENDPOINTS, old, new)
        _forget(session, registration.id)
    for services in session.scalars(
        select(CourseService)
        .join(Course, Course.id == CourseService.course_id)
        .where(Course.centre_id == centre.id)
    ):
        _change(services, ("memberships_url", "lineitems_url"), old, new)
    for column in session.scalars(select(GradeColumn).where(GradeColumn.centre_id == centre.id)):
        _change(column, ("url",), old, new)
    access = find_access(session, centre.id)
    if access is not None and _change(access, ("url",), old, new):
        access.changed_at = now
        outbox.want(session, centre.id, "moodle_check", centre.id, now)
    centre.iss = new
    journal.record(session, clock_actor(centre.id), "platform.move", centre, now, role="operator")
    return centre


def _change(row: object, names: tuple[str, ...], old: str, new: str) -> bool:
    """Whether any of the addresses began with `old`."""
    changed = False
    for name in names:
        address: str = getattr(row, name)
        if address == old or address.startswith((old + "/", old + "?")):
            setattr(row, name, new + address.removeprefix(old))
            changed = True
    return changed


def _forget(session: Session, registration_id: int) -> None:
    """Keys and tokens of the old host are worth nothing at the new one."""
    keys = session.get(PlatformKeySet, registration_id)
    if keys is not None:
        session.delete(keys)
    for token in session.scalars(select(AccessToken).where(AccessToken.registration_id == registration_id)):
        session.delete(token)
