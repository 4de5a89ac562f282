"""Numbers within an association's year: from 1, each given once, without gaps (R13.4).

The association's row is held while a number is given; the database's unique constraint stands behind that.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.protocol import Protocol


def next_meeting_number(session: Session, association: Association, year: int) -> int:
    """The next number for the address of a meeting or event."""
    return _next(session, association, year, Meeting)


def next_protocol_number(session: Session, association: Association, year: int) -> int:
    """The next number of a protocol; after registered papers it goes on from the highest (R2.5)."""
    return _next(session, association, year, Protocol)


def _next(session: Session, association: Association, year: int, kind: type[Meeting] | type[Protocol]) -> int:
    session.flush()
    session.execute(
        select(Association.id).where(Association.id == association.id).with_for_update(key_share=True)
    )
    highest = session.scalar(
        select(func.max(kind.number)).where(
            kind.centre_id == association.centre_id,
            kind.association_id == association.id,
            kind.year == year,
        )
    )
    return (highest or 0) + 1
