"""What a leader owes; without a leader the coordinators owe it («Who may» of the rules)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.membership import Helper, Membership
from mmo_lti.models.plan import Proposal, ProposalState
from mmo_lti.rules.clocktime import local_day
from mmo_lti.rules.pace import Pace
from mmo_lti.rules.states import (
    UNCONFIRMED_GRACE_DAYS,
    AssociationState,
    MeetingState,
    MembershipState,
    PlanState,
    ReportState,
)
from mmo_lti.rules.terms import plan_fix_due, protocol_term, report_overdue_from
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import link
from mmo_lti.services.centre_people import Leading, leading_of
from mmo_lti.services.duty_item import Duty
from mmo_lti.services.pace import pace_from
from mmo_lti.services.year_rows import YearRows, frame_of, gather
from mmo_lti.services.year_settings import settings_for

CALL_AHEAD_DAYS = 14
ENDED = (AssociationState.CLOSED, AssociationState.MERGED)


def leader_duties(
    session: Session, centre: Centre, person_id: int, today: date, *, coordinates: bool
) -> Iterator[Duty]:
    """The duties about associations that the person leads, or, as a coordinator, that nobody leads."""
    led, helped = _led(session, centre, person_id, today, coordinates=coordinates)
    working = [one for one in led if one.state is not AssociationState.DRAFT]
    running = AcademicYear.of(today)
    for year in (running.previous, running, running.next):
        frame = frame_of(session, centre, year.start)
        for rows in gather(session, frame, working).values():
            yield from _of_year(rows, today)
        for rows in gather(session, frame, helped).values():
            yield from _unconfirmed(rows, today)
    yield from _requests(session, centre, led, today)
    yield from _proposals(session, centre, working, running, today)


def _led(
    session: Session, centre: Centre, person_id: int, today: date, *, coordinates: bool
) -> tuple[list[Association], list[Association]]:
    """Associations whose duties are the person's, and those where the person helps the leader."""
    leading = leading_of(session, centre, today)
    helping = set(
        session.scalars(
            select(Helper.association_id).where(
                Helper.centre_id == centre.id,
                Helper.person_id == person_id,
                Helper.since <= today,
                (Helper.until.is_(None)) | (Helper.until >= today),
            )
        )
    )
    led, helped = [], []
    every = select(Association).where(
        Association.centre_id == centre.id, Association.state != AssociationState.DROPPED
    )
    for association in session.scalars(every.order_by(Association.id)):
        who = leading.get(association.id, Leading())
        answers = who.last if association.state in ENDED else who.leader
        if answers == person_id or (answers is None and coordinates):
            led.append(association)
        elif association.id in helping:
            helped.append(association)
    return led, helped


def _of_year(rows: YearRows, today: date) -> Iterator[Duty]:
    yield from _unconfirmed(rows, today)
    yield from _protocols(rows, today)
    yield from _report(rows, today)
    if rows.association.state not in ENDED and today <= rows.frame.year.last_day:
        yield from _plan(rows, today)
        yield from _to_call(rows, today)
        yield from _pace(rows, today)


def _duty(rows: YearRows, code: str, path: str, today: date, due: date | None, **params: object) -> Duty:
    words = {"association": rows.association.genitive, "year": str(rows.frame.year), **params}
    return Duty(f"duty.{code}", path, today, due, words, rows.association.id)


def _unconfirmed(rows: YearRows, today: date) -> Iterator[Duty]:
    """After three days an unmarked meeting is no longer counted on (R12): by then it should be marked."""
    for meeting in rows.meetings:
        day = rows.day_of_meeting(meeting)
        dated = meeting.starts_at is not None or meeting.day is not None
        if day is not None and dated and meeting.state is MeetingState.PLANNED and day < today:
            due = day + timedelta(days=UNCONFIRMED_GRACE_DAYS)
            path = link.meeting_path(rows.association, meeting)
            yield _duty(rows, "meeting_confirm", path, today, due, day=day)


def _to_call(rows: YearRows, today: date) -> Iterator[Duty]:
    for meeting in rows.meetings:
        day = rows.day_of_meeting(meeting)
        if day is None or meeting.state is not MeetingState.PLANNED or meeting.called_at is not None:
            continue
        if timedelta(0) <= day - today <= timedelta(days=CALL_AHEAD_DAYS):
            path = link.meeting_path(rows.association, meeting)
            yield _duty(rows, "meeting_call", path, today, day, topic=meeting.topic)


def _protocols(rows: YearRows, today: date) -> Iterator[Duty]:
    for meeting, protocol, fact in rows.protocol_facts():
        association = rows.association
        if fact.lodged:
            if protocol is not None and rows.owes_correction(protocol):
                page = link.protocol_path(association, protocol)
                words = {"number": protocol.number}
                yield _duty(rows, "protocol_correct", page, today, protocol.fix_due_on, **words)
            continue
        path = (
            link.protocol_path(association, protocol) if protocol else link.meeting_path(association, meeting)
        )
        due = protocol_term(fact, rows.frame.settings, rows.frame.transfers)
        code = "protocol_mend" if fact.returned_on else "protocol_lodge"
        yield _duty(rows, code, path, today, due, number=fact.number, day=fact.held_on)


def _plan(rows: YearRows, today: date) -> Iterator[Duty]:
    fact, settings, transfers = rows.plan_fact(), rows.frame.settings, rows.frame.transfers
    if fact.due is None or fact.state in (PlanState.SUBMITTED, PlanState.AGREED):
        return
    path = link.plan_path(rows.association, rows.frame.year.start)
    if fact.returned_on is not None:
        fix_due = plan_fix_due(fact.returned_on, settings, transfers)
        yield _duty(rows, "plan_mend", path, today, fix_due if fact.has_agreed else max(fact.due, fix_due))
    elif not fact.has_agreed and today >= rows.frame.year.first_day:
        yield _duty(rows, "plan_submit", path, today, fact.due)


def _pace(rows: YearRows, today: date) -> Iterator[Duty]:
    result = pace_from(rows, today)
    if result.state not in (Pace.BEHIND, Pace.AT_RISK):
        return
    due = next((day for day in rows.duties.checkpoints if day >= today), None)
    path = link.association_path(rows.association)
    code = "meeting_date" if result.state is Pace.BEHIND else "meeting_add"
    found = result.held + result.ahead
    yield _duty(
        rows, code, path, today, due, held=result.held, expected=result.due, found=found, needed=result.needed
    )


def _report(rows: YearRows, today: date) -> Iterator[Duty]:
    fact, settings = rows.report_fact(), rows.frame.settings
    if fact.due is None or fact.state in (ReportState.SUBMITTED, ReportState.ACCEPTED):
        return
    path = link.report_path(rows.association, rows.frame.year.start)
    if fact.returned_on is not None:
        yield _duty(rows, "report_mend", path, today, rows.report_mend_by())
    elif report_overdue_from(fact) and (fact.due - today).days <= max(settings.report_reminders):
        yield _duty(rows, "report_submit", path, today, fact.due)


def _requests(session: Session, centre: Centre, led: Sequence[Association], today: date) -> Iterator[Duty]:
    """Open requests to join, by the day when the coordinator may decide them too."""
    settings = settings_for(session, centre, AcademicYear.of(today).start)
    waiting = session.execute(
        select(Membership.association_id, func.count(), func.min(Membership.asked_at))
        .where(
            Membership.centre_id == centre.id,
            Membership.state == MembershipState.REQUESTED,
            Membership.association_id.in_([one.id for one in led]),
        )
        .group_by(Membership.association_id)
    ).all()
    named = {one.id: one for one in led}
    for association_id, count, first in waiting:
        association = named[association_id]
        due = local_day(first, centre.timezone) + timedelta(days=settings.request_days)
        path = f"{link.association_path(association)}/members"
        words = {"association": association.genitive, "count": count}
        yield Duty("duty.requests_decide", path, today, due, words, association.id)


def _proposals(
    session: Session, centre: Centre, led: Sequence[Association], year: AcademicYear, today: date
) -> Iterator[Duty]:
    """Proposals of members that wait for the leader's word."""
    named = {one.id: one for one in led}
    waiting = session.execute(
        select(Proposal.association_id, Proposal.year, func.count())
        .where(
            Proposal.centre_id == centre.id,
            Proposal.state == ProposalState.OPEN,
            Proposal.association_id.in_(named),
            Proposal.year >= year.start,
        )
        .group_by(Proposal.association_id, Proposal.year)
    ).all()
    for association_id, start, count in waiting:
        association = named[association_id]
        words = {"association": association.genitive, "count": count, "year": str(AcademicYear(start))}
        path = link.plan_path(association, start)
        yield Duty("duty.proposals_answer", path, today, None, words, association.id)
