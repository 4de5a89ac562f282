"""What the page of an association shows of one year, as far as the actor may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.action import Action
from mmo_lti.rules.pace import PaceResult
from mmo_lti.rules.permission import Circumstance
from mmo_lti.rules.states import MeetingState, ProtocolState, is_unconfirmed
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.actor import Actor
from mmo_lti.services.association_list import Card, card_of
from mmo_lti.services.documents_owed import DocumentOwed, documents_of
from mmo_lti.services.pace import pace_from
from mmo_lti.services.permission import may
from mmo_lti.services.scope import local_today
from mmo_lti.services.year_rows import YearRows, frame_of, gather


@dataclass(frozen=True)
class MeetingLine:
    """A meeting on the timeline with its newest protocol that the actor may see."""

    meeting: Meeting
    unconfirmed: bool
    protocol: Protocol | None


@dataclass(frozen=True)
class AssociationYearPage:
    """The public card for everybody; the rest is there for those who belong, coordinator and director.

    `rows` is empty where the actor sees the public part alone.
    """

    card: Card
    year: AcademicYear
    rows: YearRows | None = None
    pace: PaceResult | None = None
    meetings: tuple[MeetingLine, ...] = ()
    documents: tuple[DocumentOwed, ...] = ()
    drafts: bool = False
    """Whether the actor may open what is being written."""


def association_year(
    session: Session, actor: Actor, association: Association, year: AcademicYear, now: datetime
) -> AssociationYearPage:
    """Gather the page; `Denied` or `NotFound` as the card is."""
    card = card_of(session, actor, association, now)
    day = local_today(session, actor.centre_id, now)
    if not may(session, actor, Action.PLAN_SEE, day, association):
        return AssociationYearPage(card, year)
    frame = frame_of(session, session.get_one(Centre, association.centre_id), year.start)
    rows = gather(session, frame, [association])[association.id]
    drafts = may(session, actor, Action.DRAFTS_SEE, day, association)
    submitted = may(session, actor, Action.DRAFTS_SEE, day, association, {Circumstance.SUBMITTED})
    lines = tuple(
        MeetingLine(
            meeting,
            _unconfirmed(meeting, rows.day_of_meeting(meeting), day),
            _shown(rows.protocols_of(meeting), drafts=drafts, submitted=submitted),
        )
        for meeting in sorted(rows.meetings, key=lambda one: (str(rows.day_of_meeting(one)), one.number))
    )
    documents = documents_of(session, association, year.start, day)
    return AssociationYearPage(card, year, rows, pace_from(rows, day), lines, documents, drafts)


def may_see_protocol(session: Session, actor: Actor, protocol: Protocol, now: datetime) -> bool:
    """Accepted ones for members; drafts and what is under review for helper, leader, coordinator."""
    day = local_today(session, actor.centre_id, now)
    if protocol.centre_id != actor.centre_id:
        return False
    if protocol.state is ProtocolState.ACCEPTED:
        return may(session, actor, Action.PROTOCOL_SEE, day, protocol.association)
    given = set() if protocol.lodged_at is None else {Circumstance.SUBMITTED}
    return may(session, actor, Action.DRAFTS_SEE, day, protocol.association, given)


def next_meeting(page: AssociationYearPage, now: datetime) -> Meeting | None:
    """The nearest meeting still to come whose day is set, whether or not people were invited already."""
    if page.rows is None:
        return None
    today = page.rows.frame.day_of(now)
    coming = [
        line.meeting
        for line in page.meetings
        if line.meeting.state is MeetingState.PLANNED and _is_ahead(line.meeting, now, today)
    ]
    rows = page.rows
    return min(coming, key=lambda one: (str(rows.day_of_meeting(one)), str(one.starts_at)), default=None)


def _is_ahead(meeting: Meeting, now: datetime, today: date) -> bool:
    if meeting.starts_at is not None:
        return meeting.starts_at >= now
    return meeting.day is not None and meeting.day >= today


def _unconfirmed(meeting: Meeting, held_on: date | None, today: date) -> bool:
    return held_on is not None and is_unconfirmed(meeting.state, held_on, today)


def _shown(protocols: list[Protocol], *, drafts: bool, submitted: bool) -> Protocol | None:
    seen = [
        one
        for one in protocols
        if drafts or one.state is ProtocolState.ACCEPTED or (submitted and one.lodged_at is not None)
    ]
    return seen[-1] if seen else None
