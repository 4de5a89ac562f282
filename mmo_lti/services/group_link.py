"""Links of associations with Moodle groups: which are alive, and that their courses are to be synced."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.course import GroupLink, LinkState
from mmo_lti.services import outbox

ALIVE = (LinkState.WANTED, LinkState.LINKED)
"""Links that the sync works on; a lost one waits for the coordinator's choice."""


def links_of(session: Session, association: Association) -> list[GroupLink]:
    """The association's links that have not ended, lost ones too, oldest first."""
    return list(
        session.scalars(
            select(GroupLink)
            .where(
                GroupLink.centre_id == association.centre_id,
                GroupLink.association_id == association.id,
                GroupLink.state != LinkState.ENDED,
            )
            .order_by(GroupLink.id)
        )
    )


def want_sync(session: Session, association: Association, now: datetime) -> None:
    """The association's groups are to be brought in line with our rows."""
    for link in links_of(session, association):
        if link.state in ALIVE:
            outbox.want(session, association.centre_id, "sync_course", link.course_id, now)
