"""The book of changes made by hand in Moodle: what was found, and which questions are open («States»)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

    A question that is open or was answered with «ignore» is not asked twice. What the sync undid is written
    as answered by nobody.
    """
    session.flush()
    associations = {
        one.uid: one
        for one in session.scalars(select(Association).where(Association.centre_id == course.centre_id))
    }
    standing = set(session.scalars(select(Drift.key).where(*_standing(course))))
    written = []
    for found in findings:
        if found.key in standing and not found.restored:
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
        standing.add(found.key)
        written.append(drift)
    session.flush()
    _tell(session, [one for one in written if one.answered_at is None], associations.values(), now)
    return written


def held_keys(session: Session, course: Course) -> frozenset[str]:
    """Keys of questions that are open or were answered with «ignore»: the sync leaves their things alone.

    A question about a membership that has moved since is nobody's question any more.
    """
    found = session.scalars(select(Drift).where(*_standing(course))).all()
    moved = _moved(session, found)
    return frozenset(one.key for one in found if one.id not in moved)


def settle_group(
    session: Session, link: GroupLink, answer: DriftAnswer, by: int | None, now: datetime
) -> None:
    """The coordinator chose what to do about a lost group: the question about it is answered by that."""
    questions = select(Drift).where(
        Drift.centre_id == link.centre_id,
        Drift.course_id == link.course_id,
        Drift.association_id == link.association_id,
        Drift.kind == DriftKind.GROUP_DELETED.value,
        or_(Drift.answered_at.is_(None), Drift.answer == DriftAnswer.IGNORE),
    )
    for drift in session.scalars(questions).all():
        drift.answer, drift.answered_at, drift.answered_by = answer, now, by


def _standing(course: Course) -> tuple[Any, ...]:
    return (
        Drift.centre_id == course.centre_id,
        Drift.course_id == course.id,
        or_(Drift.answered_at.is_(None), Drift.answer == DriftAnswer.IGNORE),
    )


def _moved(session: Session, drifts: Iterable[Drift]) -> set[int]:
    """Ids of findings about members whose membership changed after the finding or its answer."""
    about = [one for one in drifts if one.kind == DriftKind.MEMBER_REMOVED.value]
    if not about:
        return set()
    rows = session.execute(
        select(Membership.association_id, Account.sub, Membership.changed_at)
        .join(Account, Account.person_id == Membership.person_id)
        .where(
            Account.centre_id == about[0].centre_id,
            Account.sub.in_({one.subject for one in about}),
            Membership.association_id.in_({one.association_id for one in about}),
        )
    )
    changed = {(row.association_id, row.sub): row.changed_at for row in rows}
    return {
        one.id
        for one in about
        if (at := changed.get((one.association_id, one.subject))) and at > (one.answered_at or one.found_at)
    }


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
