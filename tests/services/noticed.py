"""Which notices of a kind were written."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.notice import Notice


def notices(session: Session, kind: str) -> list[Notice]:
    """Those of a kind, in the order of the people who are told."""
    return list(session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.person_id)))
