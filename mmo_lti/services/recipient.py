"""Whom a matter of an association concerns by office, beside those of `services.audience`."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Helper
from mmo_lti.models.office import Office, OfficeKind
from mmo_lti.services.audience import leader_or_coordinators


def leader_and_helpers(session: Session, association: Association, today: date) -> list[int]:
    """Who prepares the association's papers; without a leader the coordinators are among them."""
    helpers = session.scalars(
        select(Helper.person_id).where(
            Helper.centre_id == association.centre_id,
            Helper.association_id == association.id,
            Helper.since <= today,
            or_(Helper.until.is_(None), Helper.until >= today),
        )
    )
    return [*leader_or_coordinators(session, association, today), *helpers]


def directors(session: Session, centre_id: int, today: date) -> list[int]:
    """The director, and the acting one while there is one."""
    held = session.scalars(
        select(Office.person_id).where(
            Office.centre_id == centre_id,
            Office.kind.in_([OfficeKind.DIRECTOR, OfficeKind.ACTING_DIRECTOR]),
            Office.since <= today,
            or_(Office.until.is_(None), Office.until >= today),
        )
    )
    return sorted(set(held))
