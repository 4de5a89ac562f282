"""Telling people what concerns them: each thing at most once, one digest a day unless it is urgent (R20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.notice import Notice, NoticeMute, NoticeState
from mmo_lti.services import outbox
from mmo_lti.services.clock import farthest, wall_clock
from mmo_lti.services.notice_draft import addressed, draft_notice, revive
from mmo_lti.services.notice_kind import KINDS, Kind, kind_named

STUCK_AFTER = timedelta(minutes=10)
"""How long a sender may hold a notice before it counts as dead."""

LONGEST_WAIT = timedelta(hours=25)
"""A digest waits for its hour of the next day, which may be the day on which clocks are put back."""


def notify(
    session: Session,
    centre_id: int,
    person_id: int,
    kind: str,
    thing: object,
    stage: str,
    params: Mapping[str, Any],
    link: str,
    now: datetime,
    urgent: bool = False,
    association_id: int | None = None,
) -> Notice | None:
    """Tell one person something about `thing` (a mapped object); none when already told or switched off.

    The key is (person, kind, thing, stage). `params` hold what the kind's text needs (`notice_kind`); days
    and moments may stand in them as they are. `link` is the path in the tool. Wrong params: `ValueError`.
    """
    told = notify_all(
        session, centre_id, [person_id], kind, thing, stage, params, link, now, urgent, association_id
    )
    return told[0] if told else None


def notify_all(
    session: Session,
    centre_id: int,
    person_ids: Iterable[int],
    kind: str,
    thing: object,
    stage: str,
    params: Mapping[str, Any],
    link: str,
    now: datetime,
    urgent: bool = False,
    association_id: int | None = None,
) -> list[Notice]:
    """`notify` for several people at once; returns what was written for those not told before."""
    sort = kind_named(kind)
    session.flush()
    pattern = draft_notice(
        session,
        centre_id,
        kind,
        thing,
        stage,
        params,
        link,
        now,
        urgent=urgent,
        association_id=association_id,
    )
    people = sorted(set(person_ids) - _muted(session, centre_id, sort))
    written = _write(session, people, pattern)
    _supersede(session, [notice.person_id for notice in written], sort, pattern)
    if written and pattern.not_before <= now:
        outbox.want(session, centre_id, "send_notices", centre_id, now)
    return written


def _muted(session: Session, centre_id: int, kind: Kind) -> set[int]:
    if kind.legal:
        return set()
    return set(
        session.scalars(
            select(NoticeMute.person_id).where(
                NoticeMute.centre_id == centre_id, NoticeMute.kind == kind.name
            )
        )
    )


def _write(session: Session, people: Sequence[int], pattern: Notice) -> list[Notice]:
    """Add a row for everybody not told yet; a rival transaction that told the same first is not an error."""
    for attempt in range(3):
        written = _revive(session, people, pattern)
        missing = [person for person in people if person not in _told(session, people, pattern)]
        fresh = [addressed(pattern, person) for person in missing]
        try:
            with session.begin_nested():
                session.add_all(fresh)
        except IntegrityError:
            if attempt == 2:
                raise
            continue
        return [*written, *fresh]
    raise AssertionError("unreachable")


def _key(pattern: Notice, people: Sequence[int]) -> tuple[Any, ...]:
    return (
        Notice.centre_id == pattern.centre_id,
        Notice.person_id.in_(people),
        Notice.kind == pattern.kind,
        Notice.object_type == pattern.object_type,
        Notice.object_id == pattern.object_id,
        Notice.stage == pattern.stage,
    )


def _told(session: Session, people: Sequence[int], pattern: Notice) -> set[int]:
    return set(session.scalars(select(Notice.person_id).where(*_key(pattern, people))))


def _revive(session: Session, people: Sequence[int], pattern: Notice) -> list[Notice]:
    """What was set aside before it left, and is true again, was never told."""
    aside = session.scalars(
        select(Notice).where(*_key(pattern, people), Notice.state == NoticeState.SUPERSEDED)
    ).all()
    for notice in aside:
        revive(notice, pattern)
    return list(aside)


def _supersede(session: Session, people: Sequence[int], kind: Kind, newest: Notice) -> None:
    """Set aside what has not left yet of the same course of events: the latest stage alone goes (R20.2)."""
    if not kind.family or not people:
        return
    kinds = [other.name for other in KINDS.values() if other.family == kind.family]
    session.execute(
        update(Notice)
        .where(
            Notice.centre_id == newest.centre_id,
            Notice.person_id.in_(people),
            Notice.kind.in_(kinds),
            Notice.object_type == newest.object_type,
            Notice.object_id == newest.object_id,
            Notice.state == NoticeState.WAITING,
            (Notice.kind != newest.kind) | (Notice.stage != newest.stage),
        )
        .values(state=NoticeState.SUPERSEDED)
        .execution_options(synchronize_session="fetch")
    )


def has_due(session: Session, centre_id: int, now: datetime) -> bool:
    """Whether anything of the centre waits for its sender now."""
    first = select(Notice.id).where(*_due(centre_id, now))
    return session.scalar(first.limit(1)) is not None


def _due(centre_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What waits and whose moment has come, or is further ahead than any notice's."""
    come = or_(Notice.not_before <= now, Notice.not_before > farthest(now, LONGEST_WAIT))
    return Notice.centre_id == centre_id, Notice.state == NoticeState.WAITING, come


def take_batch(session: Session, centre_id: int, now: datetime, limit: int) -> list[Notice]:
    """Take what is due for sending, person by person: a digest is never split between two batches.

    `limit` counts notices and is exceeded only by the rest of the last person's. Call in a transaction of its
    own: what was taken and never answered for is unknown, not waiting.
    """
    settle_stuck(session, centre_id)
    due = _due(centre_id, now)
    people = session.scalars(select(Notice.person_id).where(*due).order_by(Notice.person_id).limit(limit))
    taken = session.scalars(
        update(Notice)
        .where(*due, Notice.person_id.in_(set(people)))
        .values(state=NoticeState.SENDING, taken_at=wall_clock())
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    return list(
        session.scalars(
            select(Notice)
            .where(Notice.id.in_(taken))
            .order_by(Notice.person_id, Notice.id)
            .options(selectinload(Notice.person))
            .execution_options(populate_existing=True)
        )
    )


def settle_stuck(session: Session, centre_id: int) -> int:
    """Whoever took a notice and died may have sent it: it becomes unknown, is shown, and not sent again."""
    at = wall_clock()
    stuck = session.execute(
        update(Notice)
        .where(
            Notice.centre_id == centre_id,
            Notice.state == NoticeState.SENDING,
            or_(Notice.taken_at < at - STUCK_AFTER, Notice.taken_at > farthest(at)),
        )
        .values(state=NoticeState.UNKNOWN, failure="sender_died")
        .execution_options(synchronize_session="fetch")
    )
    return int(stuck.rowcount)  # type: ignore[attr-defined]


def mark_sent(session: Session, notice: Notice, channel: str, now: datetime) -> None:
    """The channel (`moodle` or `mail`) took it."""
    _answer(session, notice, state=NoticeState.SENT, channel=channel, sent_at=now, failure="")


def mark_refused(session: Session, notice: Notice, channel: str, failure: str) -> None:
    """The channel refused it, so the person was not told; `failure` is a code of the catalogue."""
    _answer(session, notice, state=NoticeState.REFUSED, channel=channel, failure=failure)


def mark_unknown(session: Session, notice: Notice, channel: str, failure: str) -> None:
    """Nobody knows whether it arrived: shown, never resent blindly (R20.2)."""
    _answer(session, notice, state=NoticeState.UNKNOWN, channel=channel, failure=failure)


def put_back(session: Session, notice: Notice, not_before: datetime, failure: str = "") -> None:
    """It certainly never left, for the reason `failure` (a code): it waits until `not_before`."""
    _answer(session, notice, state=NoticeState.WAITING, not_before=not_before, taken_at=None, failure=failure)


def by_code(session: Session, code: str) -> Notice | None:
    """The notice behind `/go/CODE`."""
    return session.scalar(select(Notice).where(Notice.code == code))


def _answer(session: Session, notice: Notice, **values: Any) -> None:
    """Only who holds it may answer: a notice settled in the meantime stays as it is."""
    session.execute(
        update(Notice)
        .where(
            Notice.id == notice.id,
            Notice.centre_id == notice.centre_id,
            Notice.state == NoticeState.SENDING,
        )
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
