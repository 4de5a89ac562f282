from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Helper, Membership
from mmo_lti.models.person import Person
from mmo_lti.rules.states import MembershipState
from tests.factories.moment import NOW


def make_membership(
    session: Session,
    association: Association,
    person: Person,
    state: MembershipState = MembershipState.MEMBER,
    **fields: Any,
) -> Membership:
    """The person's standing in the association."""
    since = date(2025, 9, 1) if state is MembershipState.MEMBER else None
    fields = {"asked_at": NOW, "changed_at": NOW, "member_since": since} | fields
    membership = Membership(
        centre_id=association.centre_id,
        association_id=association.id,
        person_id=person.id,
        state=state,
        **fields,
    )
    session.add(membership)
    session.flush()
    return membership


def make_helper(session: Session, association: Association, person: Person) -> Helper:
    """A member who helps the leader."""
    helper = Helper(
        centre_id=association.centre_id,
        association_id=association.id,
        person_id=person.id,
        since=date(2025, 9, 1),
    )
    session.add(helper)
    session.flush()
    return helper
