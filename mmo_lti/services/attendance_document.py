"""The registration sheet of a meeting: printed before it, signed at the door, filed with the protocol."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.documents.attendance_sheet import AttendanceSheet, render_docx, render_pdf
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import AttendanceMark, Meeting
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MeetingState
from mmo_lti.services.actor import Actor
from mmo_lti.services.attendance import expected
from mmo_lti.services.check_in import refusal_now
from mmo_lti.services.document_party import institution_of, printed
from mmo_lti.services.link import go_path
from mmo_lti.services.meeting_protocol import protocol_of
from mmo_lti.services.permission import require
from mmo_lti.services.person import name_of
from mmo_lti.services.protocol_page import DOCX, PDF
from mmo_lti.services.scope import local_today
from mmo_lti.services.term import day_of_meeting


def sheet(
    session: Session, actor: Actor, meeting: Meeting, kind: str, now: datetime, public_url: str
) -> tuple[bytes, str]:
    """The sheet as `docx` or `pdf` with its media type; `meeting.when_missing` before its day is known.

    Everybody on the list stands on it; once the meeting was held, it counts those who came. Until check-in
    closes the sheet shows the QR code for it, of an address below `public_url`.
    """
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ATTENDANCE_DRAFT, today, meeting.association)
    held_on = day_of_meeting(session, meeting)
    if held_on is None:
        raise RuleError("meeting.when_missing")
    rows = expected(session, meeting, today)
    protocol = protocol_of(session, meeting)
    held = meeting.state is MeetingState.HELD
    document = AttendanceSheet(
        institution=institution_of(session, session.get_one(Centre, meeting.centre_id), held_on),
        association=meeting.association.genitive,
        topic=meeting.topic,
        held_on=held_on,
        people=tuple(printed(row.person) for row in rows),
        protocol_number=protocol.number if protocol else None,
        total=sum(row.mark is AttendanceMark.PRESENT for row in rows) if held else None,
        secretary=name_of(protocol.secretary) if protocol and protocol.secretary else None,
        check_in=_check_in(session, meeting, now, public_url),
        as_of=now,
    )
    return (render_docx(document), DOCX) if kind == "docx" else (render_pdf(document), PDF)


def _check_in(session: Session, meeting: Meeting, now: datetime, public_url: str) -> str:
    """Where people check in; empty where nobody can or could later."""
    refusal = refusal_now(session, meeting, now)
    if not meeting.go_code or (refusal is not None and refusal.code != "check_in.not_yet"):
        return ""
    return f"{public_url}{go_path(meeting.go_code)}"
