"""Taking in associations older than the tool: original orders, their Moodle group, their people (R2.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.course import Course
from mmo_lti.models.order import OrderKind
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import AssociationState
from mmo_lti.services.actor import Actor
from mmo_lti.services.association import begin_association
from mmo_lti.services.group_link import attach
from mmo_lti.services.order import register_appointment
from mmo_lti.services.order_paper import Grounds, OrderPaper, check_grounds, check_paper, write_order
from mmo_lti.services.permission import require
from mmo_lti.services.scope import local_today


@dataclass(frozen=True)
class ChosenGroup:
    """Where an adopted association gathers; without `group_id` a new group is made in the course."""

    course: Course
    group_id: int | None = None


@dataclass(frozen=True)
class Appointment:
    """The original order by which somebody leads the association."""

    person: Person
    paper: OrderPaper
    since: date


def adopt(
    session: Session,
    actor: Actor,
    genitive: str,
    direction: str,
    order: OrderPaper,
    now: datetime,
    *,
    appointment: Appointment | None = None,
    group: ChosenGroup | None = None,
    started_using: date | None = None,
    grounds: Grounds = Grounds(),  # noqa: B008 - frozen
) -> Association:
    """Register an association with its original `order` of creation: it is active at once.

    Ten members are not asked; the flag shows who has confirmed. Its first year is that of its order, reports
    are owed from `started_using` (today if left out) only. The people of the chosen group become *proposed*
    when the sync first reads it. Refused: R5.1, `association.same`, `adoption.dates` for a day of adoption
    before the order or in the future, and what is wrong with the orders or the group.
    """
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ASSOCIATION_ADOPT, day)
    grounds = check_grounds(session, actor, grounds, required=False)
    check_paper(session, actor, order, now)
    started = started_using or day
    if not order.signed_on <= started <= day:
        raise RuleError("adoption.dates", signed_on=order.signed_on, started_using=started)
    association = begin_association(
        session, actor, genitive, direction, grounds, AssociationState.ACTIVE, "adopt", now
    )
    association.created_on, association.started_using = order.signed_on, started
    write_order(session, actor, association, OrderKind.CREATION, order, now, grounds=grounds)
    if appointment is not None:
        register_appointment(
            session, actor, association, appointment.person, appointment.paper, appointment.since, now
        )
    if group is not None:
        chosen = group.group_id is not None
        attach(session, actor, association, group.course, group.group_id, now, adopted=chosen)
    # Nobody has confirmed yet; the morning after its people were read tells whether that is news.
    association.below_minimum_since = day
    return association
