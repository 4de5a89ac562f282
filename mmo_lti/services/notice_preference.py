"""Which kinds of notices a person wants; legal terms of one's own role cannot be switched off (R20)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.notice import NoticeMute
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.permission import Circumstance
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.clock import today
from mmo_lti.services.notice_kind import kind_named
from mmo_lti.services.permission import require


def muted_kinds(session: Session, actor: Actor) -> frozenset[str]:
    """The kinds that the actor switched off."""
    return frozenset(
        session.scalars(
            select(NoticeMute.kind).where(
                NoticeMute.centre_id == actor.centre_id, NoticeMute.person_id == actor.person_id
            )
        )
    )


def switch_off(session: Session, actor: Actor, kind: str, now: datetime) -> None:
    """Tell the actor nothing of a kind any more; `RuleError("R20.1")` for a legal term."""
    _require_own(session, actor, now)
    if kind_named(kind).legal:
        raise RuleError("R20.1", kind=kind)
    if kind in muted_kinds(session, actor):
        return
    mute = NoticeMute(centre_id=actor.centre_id, person_id=actor.person_id, kind=kind, since=now)
    session.add(mute)
    journal.record(session, actor, "mute_notices", mute, now, new=kind)


def switch_on(session: Session, actor: Actor, kind: str, now: datetime) -> None:
    """Tell the actor of a kind again."""
    _require_own(session, actor, now)
    mute = session.scalar(
        select(NoticeMute).where(
            NoticeMute.centre_id == actor.centre_id,
            NoticeMute.person_id == actor.person_id,
            NoticeMute.kind == kind,
        )
    )
    if mute is not None:
        journal.record(session, actor, "unmute_notices", mute, now, old=kind)
        session.delete(mute)


def _require_own(session: Session, actor: Actor, now: datetime) -> None:
    day = today(session.get_one(Centre, actor.centre_id), now)
    require(session, actor, Action.NOTICES_CHOOSE, day, circumstances=[Circumstance.SELF])
