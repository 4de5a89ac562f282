"""The protocol on paper: of the meeting's rows while it is written, of what was frozen once it is lodged."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mmo_lti.documents.parties import Person as Printed
from mmo_lti.documents.protocol import (
    AgendaItem,
    Annex,
    Decision,
    Guest,
    ProtocolDocument,
    Vote,
)
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import AgendaItem as AgendaRow
from mmo_lti.models.meeting import AttendanceMark, Meeting
from mmo_lti.models.protocol import Protocol
from mmo_lti.services.document_party import filing_words, institution_of, printed
from mmo_lti.services.meeting_protocol import SIGNED
from mmo_lti.services.person import name_of
from mmo_lti.services.plain_data import from_plain, to_plain
from mmo_lti.services.scope import local_today
from mmo_lti.services.term import day_of_meeting


def build(session: Session, protocol: Protocol, as_of: datetime) -> ProtocolDocument:
    """What the protocol says; `as_of` is the moment of reading for a draft, of lodging for a lodged one."""
    if protocol.state in SIGNED and protocol.frozen:
        return from_plain(ProtocolDocument, protocol.frozen)
    return read(session, protocol, as_of)


def freeze(session: Session, protocol: Protocol, now: datetime) -> None:
    """Keep what the paper says: later changes of names and offices do not reach it."""
    protocol.frozen = to_plain(read(session, protocol, now))


def read(session: Session, protocol: Protocol, as_of: datetime) -> ProtocolDocument:
    """The document of the rows as they are."""
    meeting = protocol.meeting
    centre = session.get_one(Centre, protocol.centre_id)
    held_on = day_of_meeting(session, meeting) or local_today(session, centre.id, protocol.created_at)
    zone = ZoneInfo(centre.timezone)
    starts = meeting.starts_at.astimezone(zone) if meeting.starts_at else None
    ends = starts + timedelta(minutes=meeting.minutes) if starts else None
    return ProtocolDocument(
        institution=institution_of(session, centre, held_on),
        association=protocol.association.genitive,
        held_on=held_on,
        number=protocol.number,
        topic=meeting.topic,
        place=meeting.place,
        starts=starts.time().replace(tzinfo=None) if starts else None,
        ends=ends.time().replace(tzinfo=None) if ends else None,
        chair=name_of(protocol.chair) if protocol.chair else None,
        secretary=name_of(protocol.secretary) if protocol.secretary else None,
        present=_people(meeting, AttendanceMark.PRESENT),
        absent=_people(meeting, AttendanceMark.ABSENT),
        guests=tuple(Guest(name=guest.name, position=guest.position) for guest in meeting.guests),
        agenda=tuple(_question(item) for item in meeting.agenda),
        annexes=(Annex(filing_words()["registration_sheet"]),),
        as_of=as_of,
    )


def _people(meeting: Meeting, mark: AttendanceMark) -> tuple[Printed, ...]:
    return tuple(printed(row.person) for row in meeting.attendance if row.mark is mark)


def _question(item: AgendaRow) -> AgendaItem:
    decisions = [line for line in item.decision.splitlines() if line.strip()]
    return AgendaItem(
        wording=item.wording,
        speaker=item.speaker,
        heard=item.heard,
        talks=tuple(line for line in item.discussed.splitlines() if line.strip()),
        decisions=tuple(
            Decision(text=line, responsible=item.responsible, due=item.due) for line in decisions
        ),
        vote=_vote(item),
    )


def _vote(item: AgendaRow) -> Vote | None:
    if item.votes_for is None:
        return None
    return Vote(
        in_favour=item.votes_for,
        against=item.votes_against or 0,
        abstained=item.votes_abstained or 0,
        unanimous=item.unanimous,
    )
