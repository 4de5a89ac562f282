"""What every service asks first: the actor's centre, its local day, and whether a thing belongs to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from mmo_lti.models.base import Base
from mmo_lti.models.centre import Centre
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.actor import Actor
from mmo_lti.services.clock import today
from mmo_lti.services.permission import NotFound
from mmo_lti.services.year_settings import settings_for


class OfCentre(Protocol):
    """A thing that belongs to one centre."""

    centre_id: int


ThingT = TypeVar("ThingT", bound=Base)


def centre_of(session: Session, actor: Actor) -> Centre:
    """The actor's centre."""
    return session.get_one(Centre, actor.centre_id)


def local_today(session: Session, centre_id: int, now: datetime) -> date:
    """The centre's local date at a moment."""
    return today(session.get_one(Centre, centre_id), now)


def running_settings(session: Session, centre_id: int, day: date) -> Settings:
    """The settings of the academic year that a local day belongs to."""
    centre = session.get_one(Centre, centre_id)
    return settings_for(session, centre, AcademicYear.of(day).start)


def check_centre(actor: Actor, *things: OfCentre) -> None:
    """Raise `NotFound` for a thing of another centre: it is not told apart from none."""
    if any(thing.centre_id != actor.centre_id for thing in things):
        raise NotFound


def hold(session: Session, thing: ThingT) -> ThingT:
    """Read a row anew and keep rivals from it until the transaction ends: what follows is decided once.

    SQLite has one writer at a time and needs no lock of a row.
    """
    session.flush()
    session.refresh(thing, with_for_update=True)
    return thing
