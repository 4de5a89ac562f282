"""How many belong to an association, and how many of them count to the ten (R2, R4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, cast

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Membership
from mmo_lti.models.office import Office
from mmo_lti.models.organisation import Organisation
from mmo_lti.models.person import Person, Post
from mmo_lti.rules.position import is_teaching
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.scope import running_settings


class _Row(Protocol):
    """One person of one association, as read."""

    association_id: int
    state: MembershipState
    person_id: int
    no_access_since: datetime | None
    position: str
    employed: bool


@dataclass(frozen=True)
class Count:
    """People of one association: `confirmed` agreed, `proposed` have not answered yet.

    `counted` are those of the confirmed who count to the minimum of 1.3.
    """

    confirmed: int = 0
    proposed: int = 0
    counted: int = 0

    @property
    def total(self) -> int:
        """«Подтвердили участие 7 из 24»: the 24."""
        return self.confirmed + self.proposed


def count_members(session: Session, association: Association, today: date) -> Count:
    """Count the people of one association on a local day.

    A member counts to the minimum with a position and an open organisation of the city (R4), while access to
    Moodle is not missing for longer than `no_access_days`; who holds an office of the centre only with a
    teaching position (R2.3). Joined accounts are one person and so one membership.
    """
    counts = count_all(session, association.centre_id, today, [association.id])
    return counts.get(association.id, Count())


def count_all(
    session: Session, centre_id: int, today: date, association_ids: Iterable[int] | None = None
) -> dict[int, Count]:
    """`count_members` for many associations in two reads; one without anybody has no entry."""
    session.flush()
    patience = timedelta(days=running_settings(session, centre_id, today).no_access_days)
    officers = _officers(session, centre_id, today)
    numbers: dict[int, list[int]] = {}
    for row in _people(session, centre_id, today, association_ids):
        tally = numbers.setdefault(row.association_id, [0, 0, 0])
        if row.state is MembershipState.PROPOSED:
            tally[1] += 1
            continue
        tally[0] += 1
        tally[2] += _counts(row, officers, today, patience)
    return {association_id: Count(*tally) for association_id, tally in numbers.items()}


def _people(
    session: Session, centre_id: int, today: date, association_ids: Iterable[int] | None
) -> Iterable[_Row]:
    employed = exists().where(
        Post.person_id == Person.id,
        Post.organisation_id == Organisation.id,
        or_(Organisation.closed_on.is_(None), Organisation.closed_on > today),
    )
    query = (
        select(
            Membership.association_id,
            Membership.state,
            Membership.person_id,
            Membership.no_access_since,
            Person.position,
            employed.label("employed"),
        )
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.centre_id == centre_id,
            Membership.state.in_([MembershipState.MEMBER, MembershipState.PROPOSED]),
        )
    )
    if association_ids is not None:
        query = query.where(Membership.association_id.in_(list(association_ids)))
    return cast("Iterable[_Row]", session.execute(query).all())


def _counts(
    row: _Row,
    officers: frozenset[int],
    today: date,
    patience: timedelta,
) -> bool:
    if not row.employed or not row.position:
        return False
    if row.person_id in officers and not is_teaching(row.position):
        return False
    return row.no_access_since is None or row.no_access_since.date() + patience >= today


def _officers(session: Session, centre_id: int, today: date) -> frozenset[int]:
    return frozenset(
        session.scalars(
            select(Office.person_id).where(
                Office.centre_id == centre_id,
                Office.since <= today,
                or_(Office.until.is_(None), Office.until >= today),
            )
        )
    )
