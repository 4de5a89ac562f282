"""The book of changes made by hand in Moodle: what was found, and which questions are open («States»)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.course import Course, GroupLink
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Account
from mmo_lti.models.sync_run import Drift, DriftAnswer
from mmo_lti.services import journal
from mmo_lti.services.actor import clock_actor
from mmo_lti.services.audience import coordinators
from mmo_lti.services.link import association_path
from mmo_lti.services.notice import notify_all
from mmo_lti.services.scope import local_today

REJECTED_IN_MOODLE = "rejected_in_moodle"
"""Ground of an ended membership whose person a coordinator had put out of the group."""


class DriftKind(StrEnum):
    """What somebody did by hand, as the sync names it."""

    MEMBER_ADDED = "member_added"
    MEMBER_REMOVED = "member_removed"
    OUTSIDER_ADDED = "outsider_added"
    GROUP_RENAMED = "group_renamed"
    GROUP_DELETED = "group_deleted"
    IDNUMBER_CHANGED = "idnumber_changed"
    IDNUMBER_TAKEN = "idnumber_taken"
    EVENT_CHANGED = "event_changed"
    EVENT_DELETED = "event_deleted"


RESTORED = frozenset(
    {
        DriftKind.MEMBER_REMOVED,
        DriftKind.GROUP_RENAMED,
        DriftKind.IDNUMBER_CHANGED,
        DriftKind.EVENT_CHANGED,
        DriftKind.EVENT_DELETED,
    }
)
"""What the setting *put back* undoes; it never removes anyone."""


def is_question() -> ColumnElement[bool]:
    """Findings that wait for an answer. A deleted group is none: what becomes of its link is chosen apart."""
    return and_(Drift.answered_at.is_(None), Drift.kind != DriftKind.GROUP_DELETED)


@dataclass(frozen=True)
class DriftFound:
    """One finding of the sync, about the association of `uid`.

    `subject` is a Moodle account, a group or a meeting's uid; `restored` says that the sync has undone it.
    """

    kind: DriftKind
    uid: str
    subject: str
    key: str
    restored: bool = False
    params: Mapping[str, Any] = field(default_factory=dict)


def record_findings(
    session: Session, course: Course, findings: Iterable[DriftFound], now: datetime
) -> list[Drift]:
    """Write new findings down and tell the coordinators of those that ask for an answer.

    A question that is open or was answered with «ignore» is not asked twice; an open one tells the newest
    state. What the sync undid is written as answered by nobody.
    """
    session.flush()
    associations = {
        one.uid: one
        for one in session.scalars(select(Association).where(Association.centre_id == course.centre_id))
    }
    standing = {one.key: one for one in session.scalars(select(Drift).where(*_standing(course)))}
    written = []
    for found in findings:
        asked = standing.get(found.key)
        if asked is not None and not found.restored:
            if asked.answered_at is None:
                asked.params = dict(found.params)
            continue
        drift = Drift(
            centre_id=course.centre_id,
            course_id=course.id,
            association_id=associations[found.uid].id if found.uid in associations else None,
            kind=found.kind.value,
            key=found.key,
            subject=found.subject,
            params=dict(found.params),
            found_at=now,
            answer=DriftAnswer.PUT_BACK if found.restored else None,
            answered_at=now if found.restored else None,
        )
        session.add(drift)
        standing[found.key] = drift
        written.append(drift)
    session.flush()
    _tell(session, [one for one in written if one.answered_at is None], associations.values(), now)
    return written


def held_keys(session: Session, course: Course, *, put_back: bool = False) -> frozenset[str]:
    """Keys of questions that are open or were answered with «ignore»: the sync leaves their things alone.

    By the setting *put back* an open question from before it was switched on holds up nothing that the
    setting restores; the sync that writes it back ends the question.
    """
    held = select(Drift.key).where(*_standing(course))
    if put_back:
        held = held.where(or_(Drift.answered_at.is_not(None), Drift.kind.not_in(RESTORED)))
    return frozenset(session.scalars(held))


def settle_group(
    session: Session, link: GroupLink, answer: DriftAnswer, by: int | None, now: datetime
) -> None:
    """The coordinator chose what to do about a lost group: the question about it is answered by that."""
    lost = Drift.kind == DriftKind.GROUP_DELETED.value
    here = (Drift.centre_id == link.centre_id, Drift.course_id == link.course_id)
    _settle(session, now, answer, by, *here, Drift.association_id == link.association_id, lost)


def settle_member(session: Session, membership: Membership, answer: DriftAnswer, by: int | None) -> None:
    """Somebody left or joined by the tool: that answers whether their removal in Moodle is to stand."""
    subs = select(Account.sub).where(
        Account.centre_id == membership.centre_id, Account.person_id == membership.person_id
    )
    _settle(
        session,
        membership.changed_at,
        answer,
        by,
        Drift.centre_id == membership.centre_id,
        Drift.association_id == membership.association_id,
        Drift.kind == DriftKind.MEMBER_REMOVED.value,
        Drift.subject.in_(subs),
    )


def settle_undone(session: Session, course: Course, keys: Collection[str], now: datetime) -> None:
    """Moodle shows these as they should be again: their open questions are over, with a row in the journal.

    What was answered with «ignore» stays so: it is not to be asked about again.
    """
    for drift in session.scalars(select(Drift).where(*_standing(course), Drift.answered_at.is_(None))).all():
        if drift.key in keys:
            drift.answer, drift.answered_at = DriftAnswer.UNDONE, now
            journal.record(
                session,
                clock_actor(course.centre_id),
                "drift_undone",
                drift,
                now,
                old=drift.kind,
                new=DriftAnswer.UNDONE.value,
                association_id=drift.association_id,
            )


def settle_written(session: Session, course: Course, keys: Collection[str], now: datetime) -> None:
    """The sync wrote what these questions are about, for what we want has changed since: they are over."""
    for drift in session.scalars(select(Drift).where(*_standing(course))).all():
        if drift.key in keys:
            drift.answer, drift.answered_at = DriftAnswer.PUT_BACK, now


def _settle(
    session: Session, now: datetime, answer: DriftAnswer, by: int | None, *about: ColumnElement[bool]
) -> None:
    for drift in session.scalars(select(Drift).where(_stands(), *about)).all():
        drift.answer, drift.answered_at, drift.answered_by = answer, now, by


def _standing(course: Course) -> tuple[ColumnElement[bool], ...]:
    return Drift.centre_id == course.centre_id, Drift.course_id == course.id, _stands()


def _stands() -> ColumnElement[bool]:
    """Open, or answered with «ignore»."""
    return or_(Drift.answered_at.is_(None), Drift.answer == DriftAnswer.IGNORE)


def _tell(session: Session, asked: list[Drift], associations: Iterable[Association], now: datetime) -> None:
    ids = {one.association_id for one in asked}
    for association in associations:
        if association.id in ids:
            notify_all(
                session,
                association.centre_id,
                coordinators(
                    session, association.centre_id, local_today(session, association.centre_id, now)
                ),
                "drift_found",
                association,
                now.isoformat(),
                {"association": association.genitive},
                f"{association_path(association)}/members",
                now,
                association_id=association.id,
            )
