"""The draft of a protocol: written when a meeting is marked held, never before (R13, R13.4)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.states import ProtocolState
from mmo_lti.rules.terms import protocol_due
from mmo_lti.services.actor import Actor
from mmo_lti.services.leader import leader_id
from mmo_lti.services.numbering import next_protocol_number
from mmo_lti.services.scope import local_today
from mmo_lti.services.state_change import begin
from mmo_lti.services.year_rows import duties_of_association, frame_of


def write_draft(
    session: Session, actor: Actor, meeting: Meeting, held_on: date, now: datetime, due_on: date | None = None
) -> Protocol:
    """A draft with the year's next number, the leader in the chair, due by R13.5 or on `due_on`.

    Asks for no rights: it comes with the act that marks the meeting held or voids the draft before.
    """
    association = meeting.association
    today = local_today(session, meeting.centre_id, now)
    protocol = Protocol(
        centre_id=meeting.centre_id,
        association_id=meeting.association_id,
        meeting_id=meeting.id,
        year=meeting.year,
        number=next_protocol_number(session, association, meeting.year),
        state=ProtocolState.DRAFT,
        chair_id=leader_id(session, meeting.centre_id, meeting.association_id, today),
        due_on=due_on or due_of(session, meeting, held_on),
        created_at=now,
    )
    begin(session, actor, protocol, "protocol.draft", now)
    return protocol


def due_of(session: Session, meeting: Meeting, held_on: date) -> date:
    """The last day for lodging the protocol of a meeting held on a day (R13.5)."""
    frame = frame_of(session, session.get_one(Centre, meeting.centre_id), meeting.year)
    report_due = duties_of_association(frame, meeting.association).report_due
    return protocol_due(held_on, frame.year, frame.settings, report_due)
