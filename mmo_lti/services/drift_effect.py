"""What a coordinator's answer to a change made by hand does to our rows («Sync» of the architecture)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.course import GroupLink, LinkState
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Person
from mmo_lti.models.sync_run import Drift, DriftAnswer
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.actor import Actor
from mmo_lti.services.drift_book import REJECTED_IN_MOODLE, DriftKind
from mmo_lti.services.group_link import create_anew, end_link
from mmo_lti.services.meeting_change import cancel
from mmo_lti.services.meeting_change import move as move_meeting
from mmo_lti.services.membership_move import OPEN, STANDING, begin, membership_of, move
from mmo_lti.services.permission import NotFound
from mmo_lti.services.proposed import propose
from mmo_lti.services.roster_person import RosterPerson, persons_of
from mmo_lti.services.typed_text import words

ASKED = frozenset({MembershipState.REQUESTED, MembershipState.INVITED})
REMOVED_IN_MOODLE = "removed_in_moodle"


@dataclass(frozen=True)
class Case:
    """One finding and who answers it, with the reason given for what needs one."""

    session: Session
    actor: Actor
    drift: Drift
    reason: str
    now: datetime

    @property
    def association(self) -> Association:
        """The association it is about."""
        if self.drift.association is None:
            raise NotFound
        return self.drift.association

    def person(self) -> Person:
        """Whose account it is; one never met is known by the account alone until they launch."""
        found = RosterPerson(self.drift.subject)
        return persons_of(self.session, self.drift.centre_id, [found], self.now)[0]

    def membership(self) -> Membership | None:
        """How that person stands in the association."""
        return membership_of(self.session, self.association, self.person().id)

    def meeting(self) -> Meeting:
        """The meeting whose event it is."""
        query = select(Meeting).where(
            Meeting.centre_id == self.drift.centre_id, Meeting.uid == self.drift.subject
        )
        found = self.session.scalar(query)
        if found is None:
            raise NotFound
        return found

    def lost_link(self) -> GroupLink | None:
        """The link that was lost with the group."""
        return self.session.scalar(
            select(GroupLink)
            .where(
                GroupLink.centre_id == self.drift.centre_id,
                GroupLink.course_id == self.drift.course_id,
                GroupLink.association_id == self.drift.association_id,
                GroupLink.state == LinkState.LOST,
            )
            .order_by(GroupLink.id.desc())
            .limit(1)
        )


def apply_answer(case: Case, given: DriftAnswer) -> None:
    """Change what the answer changes; the others only let the sync put back, or leave alone."""
    effect = _EFFECTS.get((given, DriftKind(case.drift.kind)))
    if effect is not None:
        effect(case)


def _propose_added(case: Case) -> None:
    membership = case.membership()
    known = STANDING | ASKED | {MembershipState.PROPOSED}
    if case.association.state in OPEN and (membership is None or membership.state not in known):
        propose(case.session, case.actor, case.association, case.person(), case.now)


def _reject_added(case: Case) -> None:
    """Whoever declined or withdrew keeps that state, and is out of the group by the coordinator's name."""
    membership = case.membership() or begin(
        case.session,
        case.actor,
        case.association,
        case.person(),
        MembershipState.PROPOSED,
        "propose",
        case.now,
    )
    if membership.state in ASKED:
        raise RuleError("drift.asks_to_join")
    if membership.state is MembershipState.PROPOSED:
        move(
            case.session,
            case.actor,
            membership,
            MembershipState.REJECTED,
            "reject_proposed",
            case.now,
            ground=REJECTED_IN_MOODLE,
        )
    elif membership.state not in STANDING:
        membership.ground = REJECTED_IN_MOODLE
        membership.decided_by = case.actor.person_id


def _end_removed(case: Case) -> None:
    told = words(case.reason, "membership.reason")
    membership = case.membership()
    if membership is not None and membership.state in STANDING:
        move(
            case.session,
            case.actor,
            membership,
            MembershipState.LEFT,
            "end_membership",
            case.now,
            ground=REMOVED_IN_MOODLE,
            reason=told,
        )


def _move_meeting(case: Case) -> None:
    """Only the time can be taken over: names and texts of events follow the meeting."""
    if "starts" not in case.drift.params:
        _refuse(case)
    starts_at = datetime.fromtimestamp(int(case.drift.params["starts"]), UTC)
    move_meeting(
        case.session, case.actor, case.meeting(), starts_at=starts_at, now=case.now, reason=case.reason
    )


def _cancel_meeting(case: Case) -> None:
    cancel(case.session, case.actor, case.meeting(), case.reason, case.now)


def _make_group(case: Case) -> None:
    link = case.lost_link()
    if link is not None:
        create_anew(case.session, case.actor, link, case.now)


def _end_group(case: Case) -> None:
    link = case.lost_link()
    if link is not None:
        end_link(case.session, case.actor, link, case.now)


def _refuse(case: Case) -> None:
    raise RuleError("drift.not_taken_over", kind=case.drift.kind)


_TAKE, _PUT = DriftAnswer.TAKE_OVER, DriftAnswer.PUT_BACK

_EFFECTS: dict[tuple[DriftAnswer, DriftKind], Callable[[Case], None]] = {
    (_TAKE, DriftKind.MEMBER_ADDED): _propose_added,
    (_TAKE, DriftKind.MEMBER_REMOVED): _end_removed,
    (_TAKE, DriftKind.EVENT_CHANGED): _move_meeting,
    (_TAKE, DriftKind.EVENT_DELETED): _cancel_meeting,
    (_TAKE, DriftKind.GROUP_DELETED): _end_group,
    (_TAKE, DriftKind.GROUP_RENAMED): _refuse,
    (_TAKE, DriftKind.IDNUMBER_CHANGED): _refuse,
    (_TAKE, DriftKind.IDNUMBER_TAKEN): _refuse,
    (_PUT, DriftKind.MEMBER_ADDED): _reject_added,
    (_PUT, DriftKind.GROUP_DELETED): _make_group,
}
