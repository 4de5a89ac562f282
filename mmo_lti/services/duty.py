"""What a person owes, by when, and where: the home page's list, the most urgent first."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.office import OfficeKind
from mmo_lti.services.actor import Actor
from mmo_lti.services.duty_item import Duty
from mmo_lti.services.duty_of_coordinator import coordinator_duties
from mmo_lti.services.duty_of_director import director_duties
from mmo_lti.services.duty_of_leader import leader_duties
from mmo_lti.services.duty_of_teacher import teacher_duties
from mmo_lti.services.permission import offices_of


def duties_of(session: Session, actor: Actor, today: date) -> list[Duty]:
    """Everything the actor owes today: as teacher, member, leader, coordinator, director."""
    if actor.person_id is None:
        return []
    centre = session.get_one(Centre, actor.centre_id)
    person_id = actor.person_id
    offices = offices_of(session, centre.id, person_id, today)
    coordinates = OfficeKind.COORDINATOR in offices
    found = [
        *teacher_duties(session, centre, person_id, today),
        *leader_duties(session, centre, person_id, today, coordinates=coordinates),
    ]
    if coordinates:
        found += coordinator_duties(session, centre, person_id, today)
    if offices & {OfficeKind.DIRECTOR, OfficeKind.ACTING_DIRECTOR}:
        found += director_duties(session, centre, person_id, today)
    return sorted(found, key=lambda duty: duty.order)
