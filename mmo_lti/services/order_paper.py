"""An order of the institution on paper, and its row: number and date are the institution's (R5, R6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.models.person import Person
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.regulation import regulation
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import NotFound
from mmo_lti.services.scope import centre_of, check_centre, local_today
from mmo_lti.services.typed_text import line

NUMBER_LIMIT, INITIATOR_LIMIT, GROUND_LIMIT = 50, 300, 1000


@dataclass(frozen=True)
class OrderPaper:
    """What is typed from a signed order; `scan_id` is the filed scan, where there is one."""

    number: str
    signed_on: date
    scan_id: int | None = None


@dataclass(frozen=True)
class Grounds:
    """Who initiated an act on an association, and why: both go into the order's preamble (R5)."""

    initiator: str = ""
    ground: str = ""


def write_order(
    session: Session,
    actor: Actor,
    association: Association,
    kind: OrderKind,
    paper: OrderPaper,
    now: datetime,
    *,
    since: date | None = None,
    until: date | None = None,
    person: Person | None = None,
    ends: Order | None = None,
    grounds: Grounds = Grounds(),
) -> Order:
    """Register a paper whose permission and rules the caller has checked; `since` is its date if left out.

    Raises `text.missing` without a number, `order.future` for a date that has not come, `order.scan` for a
    file that is none of this association's.
    """
    if actor.person_id is None:
        raise NotFound
    check_paper(session, actor, paper, now)
    order = Order(
        centre_id=association.centre_id,
        association_id=association.id,
        kind=kind,
        number=line(paper.number, "number", NUMBER_LIMIT, required=True),
        signed_on=paper.signed_on,
        since=since or paper.signed_on,
        until=until,
        person_id=person.id if person else None,
        ends_order_id=ends.id if ends else None,
        scan_id=_scan(session, actor, association, paper),
        registered_by=actor.person_id,
        registered_at=now,
        initiator=grounds.initiator,
        ground=grounds.ground,
    )
    session.add(order)
    journal.record(
        session, actor, "register_order", order, now, new=kind.value, association_id=association.id
    )
    return order


def check_paper(session: Session, actor: Actor, paper: OrderPaper, now: datetime) -> None:
    """Raise what is wrong with the paper itself."""
    line(paper.number, "number", NUMBER_LIMIT, required=True)
    if paper.signed_on > local_today(session, actor.centre_id, now):
        raise RuleError("order.future", signed_on=paper.signed_on)


def check_grounds(session: Session, actor: Actor, grounds: Grounds, *, required: bool = True) -> Grounds:
    """Clean initiator and ground; `R5.initiator` for somebody whom the regulation does not name (1.1)."""
    initiator = line(grounds.initiator, "initiator", INITIATOR_LIMIT, required=required)
    ground = line(grounds.ground, "ground", GROUND_LIMIT, required=required)
    if initiator and initiator not in initiators(session, actor):
        raise RuleError("R5.initiator", initiator=initiator)
    return Grounds(initiator, ground)


def initiators(session: Session, actor: Actor) -> tuple[str, ...]:
    """Who may initiate an association by the centre's regulation (1.1)."""
    return regulation(centre_of(session, actor).regulation).initiators


def _scan(session: Session, actor: Actor, association: Association, paper: OrderPaper) -> int | None:
    """An adopted association is registered after its scan was filed, which then has no association yet."""
    if paper.scan_id is None:
        return None
    scan = session.get(StoredFile, paper.scan_id)
    if scan is None:
        raise NotFound
    check_centre(actor, scan)
    if scan.association_id not in (None, association.id) or scan.withdrawn_at is not None:
        raise RuleError("order.scan")
    scan.association_id = association.id
    return scan.id
