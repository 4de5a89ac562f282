"""What a teacher owes: a confirmed name, answers to invitations, proposals for the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Attendance, AttendanceMark, Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Person
from mmo_lti.models.plan import Proposal
from mmo_lti.rules.clocktime import local_day, start_of_day
from mmo_lti.rules.states import MeetingState, MembershipState, PlanState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.duty_item import Duty
from mmo_lti.services.link import association_path, meeting_path, plan_path
from mmo_lti.services.year_rows import YearRows, frame_of, gather

_ANSWERS = {
    MembershipState.PROPOSED: "duty.membership_confirm",
    MembershipState.INVITED: "duty.invitation_answer",
}


def teacher_duties(session: Session, centre: Centre, person_id: int, today: date) -> Iterator[Duty]:
    """The duties that anybody may have, leader or not."""
    person = session.get_one(Person, person_id)
    if person.confirmed_at is None:
        yield Duty("duty.profile_confirm", "/me", today)
    memberships = session.scalars(
        select(Membership)
        .where(
            Membership.centre_id == centre.id,
            Membership.person_id == person_id,
            Membership.state.in_([*_ANSWERS, MembershipState.MEMBER]),
        )
        .options(joinedload(Membership.association))
    ).all()
    for membership in memberships:
        if membership.state in _ANSWERS:
            association = membership.association
            yield _of(association, _ANSWERS[membership.state], association_path(association), today)
    yield from _answers(session, centre, person_id, today)
    own = [one.association for one in memberships if one.state is MembershipState.MEMBER]
    yield from _proposals(session, centre, person_id, own, today)


def _answers(session: Session, centre: Centre, person_id: int, today: date) -> Iterator[Duty]:
    """Meetings to come that the person was called to and has not answered for."""
    meetings = session.scalars(
        select(Meeting)
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .where(
            Meeting.centre_id == centre.id,
            Meeting.state == MeetingState.PLANNED,
            Meeting.called_at.is_not(None),
            Meeting.starts_at >= start_of_day(today, centre.timezone),
            Attendance.person_id == person_id,
            Attendance.mark == AttendanceMark.INVITED,
        )
        .options(joinedload(Meeting.association))
    )
    for meeting in meetings:
        if meeting.starts_at is not None:
            association, day = meeting.association, local_day(meeting.starts_at, centre.timezone)
            path = meeting_path(association, meeting)
            yield _of(association, "duty.meeting_answer", path, today, day, {"day": day})


def _proposals(
    session: Session, centre: Centre, person_id: int, own: Sequence[Association], today: date
) -> Iterator[Duty]:
    """Once a proposal was made nothing more is asked for."""
    if not own:
        return
    year = AcademicYear.of(today)
    made = set(
        session.scalars(
            select(Proposal.association_id).where(
                Proposal.centre_id == centre.id,
                Proposal.person_id == person_id,
                Proposal.year == year.start,
            )
        )
    )
    for rows in gather(session, frame_of(session, centre, year.start), own).values():
        due = rows.duties.proposals_due
        if due is not None and today <= due and rows.association.id not in made and _still_open(rows):
            path = plan_path(rows.association, year.start)
            yield _of(rows.association, "duty.plan_propose", path, today, due, {"year": str(year)})


def _still_open(rows: YearRows) -> bool:
    newest = rows.newest_plan
    return newest is None or newest.state in (PlanState.DRAFT, PlanState.RETURNED)


def _of(
    association: Association,
    code: str,
    path: str,
    today: date,
    due: date | None = None,
    params: dict[str, object] | None = None,
) -> Duty:
    words = {"association": association.genitive, **(params or {})}
    return Duty(code, path, today, due, words, association.id)
