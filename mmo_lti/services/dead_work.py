"""Background work that failed: what it was, why, and a person's answer once it was given up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.outbox import OutboxRow
from mmo_lti.rules.action import Action
from mmo_lti.services import journal, outbox
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import hold, local_today


def failed_work(session: Session, actor: Actor, now: datetime) -> list[OutboxRow]:
    """Work of the centre that failed and is not done: given up (`dead`) first, then what is tried again."""
    require(session, actor, Action.SYNC_HEALTH_SEE, local_today(session, actor.centre_id, now))
    return list(
        session.scalars(
            select(OutboxRow)
            .where(
                OutboxRow.centre_id == actor.centre_id,
                OutboxRow.done_at.is_(None),
                OutboxRow.failure != "",
            )
            .order_by(OutboxRow.dead.desc(), OutboxRow.id)
        )
    )


def retry(session: Session, actor: Actor, row_id: int, now: datetime) -> OutboxRow:
    """Want given-up work anew, with all its attempts; `NotFound` for work that is under way or done."""
    old = _given_up(session, actor, row_id, now)
    old.done_at = now
    session.flush()
    row = outbox.want(session, actor.centre_id, old.kind, old.subject_id, now, dict(old.payload) or None)
    journal.record(session, actor, "retry_work", old, now, new=old.kind)
    return row


def drop(session: Session, actor: Actor, row_id: int, now: datetime) -> OutboxRow:
    """Give it up for good: nobody is asked about it any more."""
    row = _given_up(session, actor, row_id, now)
    row.done_at = now
    journal.record(session, actor, "drop_work", row, now, new=row.kind)
    return row


def _given_up(session: Session, actor: Actor, row_id: int, now: datetime) -> OutboxRow:
    require(session, actor, Action.SYNC_RUN, local_today(session, actor.centre_id, now))
    row = session.get(OutboxRow, row_id)
    if row is None or row.centre_id != actor.centre_id:
        raise NotFound
    hold(session, row)
    if not row.dead or row.done_at is not None:
        raise NotFound
    return row
