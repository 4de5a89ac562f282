from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.models.person import Person
from tests.factories.moment import NOW


def make_order(
    session: Session,
    association: Association,
    kind: OrderKind,
    registered_by: Person,
    person: Person | None = None,
    since: date = date(2025, 9, 1),
    **fields: Any,
) -> Order:
    """A registered order, № 1 of the day it takes effect."""
    fields = {"number": "1", "signed_on": since, "registered_at": NOW} | fields
    order = Order(
        centre_id=association.centre_id,
        association_id=association.id,
        kind=kind,
        since=since,
        person_id=person.id if person else None,
        registered_by=registered_by.id,
        **fields,
    )
    session.add(order)
    session.flush()
    return order
