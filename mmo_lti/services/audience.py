"""Who is to be told: coordinators, the leader, the members."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Membership
from mmo_lti.models.office import Office, OfficeKind
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.leader import leader_id


def coordinators(session: Session, centre_id: int, today: date) -> list[int]:
    """Ids of those who are coordinators today."""
    return sorted(
        set(
            session.scalars(
                select(Office.person_id).where(
                    Office.centre_id == centre_id,
                    Office.kind == OfficeKind.COORDINATOR,
                    Office.since <= today,
                    or_(Office.until.is_(None), Office.until >= today),
                )
            )
        )
    )


def leader_or_coordinators(session: Session, association: Association, today: date) -> list[int]:
    """The leader; without one the leader's duties are the coordinators'."""
    leader = leader_id(session, association.centre_id, association.id, today)
    return [leader] if leader is not None else coordinators(session, association.centre_id, today)


def members(session: Session, association: Association) -> list[int]:
    """Ids of the members, suspended ones too."""
    return sorted(
        session.scalars(
            select(Membership.person_id).where(
                Membership.centre_id == association.centre_id,
                Membership.association_id == association.id,
                Membership.state.in_([MembershipState.MEMBER, MembershipState.SUSPENDED]),
            )
        )
    )
