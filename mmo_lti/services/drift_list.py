"""Open questions about changes made by hand in Moodle, with the people and meetings that they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.association import Association
from mmo_lti.models.course import Course
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.person import Account, Person, Post
from mmo_lti.models.sync_run import Drift, DriftAnswer
from mmo_lti.services import drift
from mmo_lti.services.actor import Actor
from mmo_lti.services.drift_book import DriftKind

_T, _P, _I = DriftAnswer.TAKE_OVER, DriftAnswer.PUT_BACK, DriftAnswer.IGNORE
_ALL = (_T, _P, _I)
ANSWERS: dict[DriftKind, tuple[DriftAnswer, ...]] = {
    DriftKind.MEMBER_ADDED: _ALL,
    DriftKind.MEMBER_REMOVED: _ALL,
    DriftKind.EVENT_CHANGED: _ALL,
    DriftKind.EVENT_DELETED: _ALL,
}
"""What can be taken over; the rest only an order decides: it is put back or left alone."""

REASONED = frozenset({DriftKind.MEMBER_REMOVED, DriftKind.EVENT_CHANGED, DriftKind.EVENT_DELETED})
"""Taking these over needs words."""


@dataclass(frozen=True)
class Question:
    """One open finding: who or which meeting it is about, where known."""

    drift: Drift
    course: Course | None
    person: Person | None
    account: str
    meeting: Meeting | None

    @property
    def kind(self) -> DriftKind:
        """What was done by hand."""
        return DriftKind(self.drift.kind)

    @property
    def appearance(self) -> str:
        """What the answer says that it was given to."""
        return drift.appearance(self.drift)

    @property
    def starts_at(self) -> datetime | None:
        """When the meeting's event starts since it was changed, where the time was."""
        seconds = self.drift.params.get("starts")
        return datetime.fromtimestamp(int(seconds), UTC) if seconds is not None else None

    @property
    def answers(self) -> tuple[DriftAnswer, ...]:
        """The answers to choose from; of an event only the time can be taken over."""
        if self.kind is DriftKind.EVENT_CHANGED and "starts" not in self.drift.params:
            return (_P, _I)
        return ANSWERS.get(self.kind, (_P, _I))

    @property
    def reasoned(self) -> bool:
        """Whether taking it over needs words."""
        return self.kind in REASONED


def open_questions(
    session: Session, actor: Actor, now: datetime, association: Association | None = None
) -> list[Question]:
    """Open findings of the centre, or of one association for its leader too.

    A deleted group is no question here: its link is lost, and what becomes of that is chosen (`lost_links`).
    """
    found = (
        drift.open_drift(session, actor, now)
        if association is None
        else drift.drift_of(session, actor, association, now)
    )
    subjects = {one.subject for one in found if one.subject}
    accounts = {
        one.sub: one
        for one in session.scalars(
            select(Account)
            .where(Account.centre_id == actor.centre_id, Account.sub.in_(subjects))
            .options(selectinload(Account.person).selectinload(Person.posts).selectinload(Post.organisation))
        )
    }
    meetings = {
        one.uid: one
        for one in session.scalars(
            select(Meeting).where(Meeting.centre_id == actor.centre_id, Meeting.uid.in_(subjects))
        )
    }
    asked = [one for one in found if one.kind != DriftKind.GROUP_DELETED]
    return [_question(session, one, accounts, meetings) for one in asked]


def _question(
    session: Session, one: Drift, accounts: dict[str, Account], meetings: dict[str, Meeting]
) -> Question:
    account = accounts.get(one.subject) if "added" in one.kind or "removed" in one.kind else None
    return Question(
        drift=one,
        course=session.get(Course, one.course_id),
        person=account.person if account else None,
        account=account.name if account else "",
        meeting=meetings.get(one.subject),
    )
