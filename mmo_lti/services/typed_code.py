"""A meeting's six digits, typed after a launch: the meeting is found, wrong codes are counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mmo_lti.models.code_try import CodeTry
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.check_in import CODE_DIGITS
from mmo_lti.rules.errors import RuleError
from mmo_lti.services.actor import Actor
from mmo_lti.services.check_in import refusal_now
from mmo_lti.services.permission import require
from mmo_lti.services.scope import local_today

COUNTS_FOR = timedelta(minutes=15)
PER_PERSON = 10
"""Wrong codes: who guesses through a whole meeting of two hours hits with one chance in ten thousand."""
PER_CENTRE = 500
"""Of everybody together: the mistakes of a city's big day, and no room for many accounts that guess."""


def plain(typed: str) -> str:
    """The digits of what was typed, whatever spaces and hyphens stand among them."""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal())


def is_whole(typed: str) -> bool:
    """Whether it could be a code at all: what is too short or too long is a slip, and no try."""
    return len(plain(typed)) == CODE_DIGITS


def meeting_of(session: Session, actor: Actor, typed: str, now: datetime) -> Meeting | None:
    """The meeting of the actor's centre whose code was typed while it runs; none for a wrong code.

    A wrong one is counted, so the caller commits also then. `check_in.too_many` (until) after too many, of
    the person or of the centre: nothing is looked up then.
    """
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.CHECK_IN, today)
    _one_at_a_time(session, actor)
    _check_tries(session, actor, now)
    found = session.scalar(
        select(Meeting).where(Meeting.centre_id == actor.centre_id, Meeting.check_in_code == plain(typed))
    )
    if found is not None and refusal_now(session, found, now) is None:
        return found
    forget_tries(session, actor.centre_id, now)
    session.add(CodeTry(centre_id=actor.centre_id, person_id=actor.person_id, tried_at=now))
    return None


def forget_tries(session: Session, centre_id: int, now: datetime) -> None:
    """Delete the tries of a centre that count no more."""
    session.execute(
        delete(CodeTry).where(CodeTry.centre_id == centre_id, CodeTry.tried_at <= now - COUNTS_FOR)
    )


def _one_at_a_time(session: Session, actor: Actor) -> None:
    """Keep the person's other requests waiting, but nobody who only names the person in a row of a list."""
    person = session.get_one(Person, actor.person_id)
    session.refresh(person, with_for_update={"key_share": True})


def _check_tries(session: Session, actor: Actor, now: datetime) -> None:
    """The person's own limit is exact; over that of the centre a few at once may pass."""
    tried = select(CodeTry.tried_at).where(
        CodeTry.centre_id == actor.centre_id, CodeTry.tried_at > now - COUNTS_FOR
    )
    newest_first = tried.order_by(CodeTry.tried_at.desc())
    own = newest_first.where(CodeTry.person_id == actor.person_id).limit(PER_PERSON)
    _check(session.scalars(own).all(), PER_PERSON)
    _check(session.scalars(newest_first.limit(PER_CENTRE)).all(), PER_CENTRE)


def _check(newest: Sequence[datetime], limit: int) -> None:
    if len(newest) >= limit:
        raise RuleError("check_in.too_many", until=_whole_minute(newest[limit - 1] + COUNTS_FOR))


def _whole_minute(moment: datetime) -> datetime:
    """The first whole minute that is not before a moment: nobody comes back too early by the clock."""
    return (moment + timedelta(seconds=60, microseconds=-1)).replace(second=0, microsecond=0)
