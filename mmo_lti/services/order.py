"""Orders of creation and about the leader: without one no association, and no leader's rights (R2, R6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.course import Course
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.headcount import check_creation
from mmo_lti.rules.states import AssociationState, Thing, check_move
from mmo_lti.services import audience, journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.group_link import attach
from mmo_lti.services.link import association_path
from mmo_lti.services.member_count import count_members
from mmo_lti.services.notice import notify_all
from mmo_lti.services.order_paper import Grounds, OrderPaper, write_order
from mmo_lti.services.permission import require
from mmo_lti.services.person import name_of
from mmo_lti.services.scope import check_centre, hold, local_today, running_settings

ONE_DAY = timedelta(days=1)


def register_creation_order(
    session: Session,
    actor: Actor,
    association: Association,
    paper: OrderPaper,
    now: datetime,
    *,
    course: Course | None = None,
    group_id: int | None = None,
    leader: Person | None = None,
    leader_since: date | None = None,
) -> Order:
    """Create the association: a draft of ten or more becomes active (1.3, 1.4).

    Below the minimum R2.1 (`needed`, `count`, `missing`), the draft is kept. In `course`, a connected one, it
    gets the group `group_id` or a new one. One paper may appoint the `leader` too and is then registered as
    both.
    """
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ORDER_REGISTER, day, association)
    hold(session, association)
    check_move(Thing.ASSOCIATION, association.state, AssociationState.ACTIVE)
    settings = running_settings(session, association.centre_id, day)
    check_creation(count_members(session, association, day).counted, settings)
    grounds = Grounds(association.initiator, association.ground)
    order = write_order(session, actor, association, OrderKind.CREATION, paper, now, grounds=grounds)
    association.state = AssociationState.ACTIVE
    association.created_on = paper.signed_on
    journal.record(
        session,
        actor,
        "create_association",
        association,
        now,
        old=AssociationState.DRAFT.value,
        new=AssociationState.ACTIVE.value,
        association_id=association.id,
    )
    if course is not None:
        attach(session, actor, association, course, group_id, now)
    told = {"day": paper.signed_on, "number": order.number}
    _tell(
        session, association, audience.members(session, association), "association_created", order, told, now
    )
    if leader is not None:
        register_appointment(session, actor, association, leader, paper, leader_since or paper.signed_on, now)
    return order


def register_appointment(
    session: Session,
    actor: Actor,
    association: Association,
    person: Person,
    paper: OrderPaper,
    since: date,
    now: datetime,
    *,
    until: date | None = None,
    replaces: Order | None = None,
) -> Order:
    """Appoint the leader from `since` on (4.2); an order it `replaces` ends the day before.

    R6.2 for days on which somebody else is appointed (`name`, `signed_on`, `number`), R6.2.early for powers
    before the order's date. The leader need not be a member.
    """
    kind = OrderKind.APPOINTMENT
    order = _appoint(session, actor, association, kind, person, paper, since, until, replaces, now)
    told = {"leader": name_of(person).full, "since": since, "number": order.number}
    people = {person.id, *audience.members(session, association)}
    _tell(session, association, people, "leader_appointed", order, told, now)
    return order


def register_acting(
    session: Session,
    actor: Actor,
    association: Association,
    person: Person,
    paper: OrderPaper,
    since: date,
    until: date,
    now: datetime,
    *,
    replaces: Order | None = None,
) -> Order:
    """Appoint an acting leader for `since` to `until`, both included: alone with the leader's rights (R6.3).

    Refused like `register_appointment`.
    """
    before = audience.leader_or_coordinators(session, association, since)
    kind = OrderKind.ACTING
    order = _appoint(session, actor, association, kind, person, paper, since, until, replaces, now)
    told = {
        "leader": name_of(person).full,
        "since": since,
        "until": until,
        "number": order.number,
    }
    _tell(session, association, {person.id, *before}, "acting_appointed", order, told, now)
    return order


def register_release(
    session: Session, actor: Actor, order: Order, paper: OrderPaper, last_day: date, now: datetime
) -> Order:
    """End the office of a leader or acting leader after `last_day`, when nobody follows yet (R3.2, R6).

    `order.not_running` for an order that has ended by then or appoints nobody; `order.dates` for a day before
    the paper's.
    """
    day = local_today(session, actor.centre_id, now)
    association = _association_of(session, order)
    check_centre(actor, order)
    require(session, actor, Action.ORDER_REGISTER, day, association)
    hold(session, order)
    appoints = order.kind in (OrderKind.APPOINTMENT, OrderKind.ACTING)
    if not appoints or (order.until is not None and order.until <= last_day):
        raise RuleError("order.not_running")
    if last_day < max(order.since, paper.signed_on) - ONE_DAY:
        raise RuleError("order.dates", since=paper.signed_on, until=last_day)
    release = write_order(
        session,
        actor,
        association,
        OrderKind.RELEASE,
        paper,
        now,
        since=last_day,
        person=order.person,
        ends=order,
    )
    order.until = last_day
    return release


def orders_of(session: Session, actor: Actor, association: Association, now: datetime) -> list[Order]:
    """The association's orders, oldest first, for those who see its papers."""
    require(session, actor, Action.PLAN_SEE, local_today(session, actor.centre_id, now), association)
    return list(
        session.scalars(
            select(Order)
            .where(Order.centre_id == association.centre_id, Order.association_id == association.id)
            .order_by(Order.signed_on, Order.id)
        )
    )


def _appoint(
    session: Session,
    actor: Actor,
    association: Association,
    kind: OrderKind,
    person: Person,
    paper: OrderPaper,
    since: date,
    until: date | None,
    replaces: Order | None,
    now: datetime,
) -> Order:
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ORDER_REGISTER, day, association)
    check_centre(actor, person)
    hold(session, association)
    if association.state is not AssociationState.ACTIVE:
        raise RuleError("association.not_active")
    if until is not None and until < since:
        raise RuleError("order.dates", since=since, until=until)
    if since < paper.signed_on:
        raise RuleError("R6.2.early", since=since, signed_on=paper.signed_on)
    overlapping = _overlapping(session, association, kind, since, until)
    if replaces is not None and replaces not in overlapping:
        raise RuleError("order.not_running")
    for other in overlapping:
        if other is not replaces:
            raise _taken(other)
    order = write_order(
        session,
        actor,
        association,
        kind,
        paper,
        now,
        since=since,
        until=until,
        person=person,
        ends=replaces,
    )
    if replaces is not None:
        replaces.until = since - ONE_DAY
    return order


def _overlapping(
    session: Session, association: Association, kind: OrderKind, since: date, until: date | None
) -> list[Order]:
    query = select(Order).where(
        Order.centre_id == association.centre_id,
        Order.association_id == association.id,
        Order.kind == kind,
        or_(Order.until.is_(None), Order.until >= since),
        or_(Order.until.is_(None), Order.until >= Order.since),
    )
    if until is not None:
        query = query.where(Order.since <= until)
    return list(session.scalars(query.order_by(Order.since, Order.id)))


def _taken(other: Order) -> RuleError:
    name = name_of(other.person).full if other.person else ""
    return RuleError("R6.2", name=name, signed_on=other.signed_on, number=other.number)


def _association_of(session: Session, order: Order) -> Association:
    return session.get_one(Association, order.association_id)


def _tell(
    session: Session,
    association: Association,
    people: set[int] | list[int],
    kind: str,
    order: Order,
    params: dict[str, object],
    now: datetime,
) -> None:
    notify_all(
        session,
        association.centre_id,
        people,
        kind,
        order,
        "",
        {"association": association.genitive, **params},
        association_path(association),
        now,
        association_id=association.id,
    )
