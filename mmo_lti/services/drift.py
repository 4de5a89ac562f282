"""Changes made by hand in Moodle as people see them: open questions, and a coordinator's answers."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.association import Association
from mmo_lti.models.sync_run import Drift, DriftAnswer
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import journal, outbox
from mmo_lti.services.actor import Actor
from mmo_lti.services.drift_effect import Case, apply_answer
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import check_centre, hold, local_today


def answer(
    session: Session,
    actor: Actor,
    drift: Drift,
    given: DriftAnswer,
    now: datetime,
    *,
    reason: str = "",
    shown: str | None = None,
) -> Drift:
    """Answer a finding; the next sync acts on it. Giving the same answer again changes nothing.

    Taking over what was added proposes the person; what was removed ends the membership with the
    coordinator's name and `reason`. Putting back somebody added rejects them. A meeting's event changed or
    deleted by hand moves or cancels the meeting when taken over, for a `reason` too. `shown` is the
    `appearance` of what was read before answering. Refused: `drift.changed_again` if it has changed since,
    `drift.answered`, `drift.undone` when Moodle shows it as it was again, `drift.not_taken_over` for what
    only an order decides, `drift.asks_to_join` for who has an open request.
    """
    require(session, actor, Action.DRIFT_ANSWER, local_today(session, actor.centre_id, now))
    check_centre(actor, drift)
    if given is DriftAnswer.UNDONE:
        raise NotFound
    hold(session, drift)
    if drift.answered_at is not None:
        if drift.answer is given:
            return drift
        raise RuleError("drift.undone" if drift.answer is DriftAnswer.UNDONE else "drift.answered")
    if shown is not None and shown != appearance(drift):
        raise RuleError("drift.changed_again")
    apply_answer(Case(session, actor, drift, reason, now), given)
    drift.answer, drift.answered_at, drift.answered_by = given, now, actor.person_id
    journal.record(
        session,
        actor,
        "answer_drift",
        drift,
        now,
        old=drift.kind,
        new=given.value,
        association_id=drift.association_id,
    )
    outbox.want(session, drift.centre_id, "sync_course", drift.course_id, now)
    return drift


def appearance(drift: Drift) -> str:
    """A mark of what a finding says; another one once the same thing is changed by hand again."""
    return hashlib.sha256(json.dumps(drift.params, sort_keys=True).encode()).hexdigest()[:16]


def find_drift(session: Session, centre_id: int, drift_id: int) -> Drift:
    """The finding of this id; `NotFound` for another centre's."""
    found = session.get(Drift, drift_id)
    if found is None or found.centre_id != centre_id:
        raise NotFound
    return found


def drift_of(session: Session, actor: Actor, association: Association, now: datetime) -> list[Drift]:
    """Open findings of one association, for its leader and the coordinator, who answers."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.MEMBER_INVITE, day, association)
    return _open(session, actor.centre_id, association)


def open_drift(session: Session, actor: Actor, now: datetime) -> list[Drift]:
    """Open findings of the whole centre, for the coordinator."""
    require(session, actor, Action.DRIFT_ANSWER, local_today(session, actor.centre_id, now))
    return _open(session, actor.centre_id, None)


def _open(session: Session, centre_id: int, association: Association | None) -> list[Drift]:
    query = select(Drift).where(Drift.centre_id == centre_id, Drift.answered_at.is_(None))
    if association is not None:
        query = query.where(Drift.association_id == association.id)
    return list(session.scalars(query.options(selectinload(Drift.association)).order_by(Drift.id)))
