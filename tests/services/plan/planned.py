"""The meetings that a plan has opened."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Meeting


def meetings(session: Session) -> list[Meeting]:
    return list(session.scalars(select(Meeting).order_by(Meeting.number)))
