"""A protocol on its way: lodged with the signed scan, accepted or returned, void, corrected (R13)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import Fault, RuleError
from mmo_lti.rules.permission import Circumstance
from mmo_lti.rules.protocol_check import (
    DecisionDraft,
    ProtocolDraft,
    QuestionDraft,
    check_protocol,
    protocol_faults,
)
from mmo_lti.rules.states import ProtocolState
from mmo_lti.rules.terms import protocol_fix_due
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import outbox, typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.attendance import members_present
from mmo_lti.services.file_kind import FileKind
from mmo_lti.services.for_leader import own_act, require_leader
from mmo_lti.services.meeting_protocol import check_not_accepted, check_waits, hold_with_meeting, protocol_of
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.protocol_document import freeze
from mmo_lti.services.protocol_draft import write_draft
from mmo_lti.services.protocol_edit import OPEN, Block, edit, votes_of
from mmo_lti.services.protocol_notice import tell_accepted, tell_lodged, tell_returned, tell_voided
from mmo_lti.services.scope import centre_of, check_centre, hold, local_today
from mmo_lti.services.state_change import begin, change_state, note
from mmo_lti.services.stored_file import withdraw
from mmo_lti.services.term import day_of_meeting
from mmo_lti.services.year_rows import frame_of

__all__ = [
    "Block",
    "accept",
    "correct",
    "edit",
    "faults",
    "lodge",
    "numbered",
    "put_scan",
    "return_protocol",
    "void",
    "withdraw_scan",
]


def numbered(session: Session, association: Association, year: AcademicYear, number: int) -> Protocol | None:
    """The newest version of the protocol of a number, void ones too."""
    return session.scalar(
        select(Protocol)
        .where(
            Protocol.centre_id == association.centre_id,
            Protocol.association_id == association.id,
            Protocol.year == year.start,
            Protocol.number == number,
        )
        .order_by(Protocol.version.desc())
        .limit(1)
    )


def faults(session: Session, protocol: Protocol, *, with_scan: bool = True) -> tuple[Fault, ...]:
    """What lodging would deny now; `with_scan=False` before the paper is signed."""
    return protocol_faults(_draft_of(session, protocol), with_scan=with_scan)


def put_scan(
    session: Session, actor: Actor, protocol: Protocol, scan: StoredFile, now: datetime, reason: str = ""
) -> Protocol:
    """Lay the signed scan to a protocol that is not lodged; `protocol.scan` for a file that is none.

    A coordinator does it for an absent leader with a reason.
    """
    check_centre(actor, protocol, scan)
    today = local_today(session, actor.centre_id, now)
    if reason:
        require_leader(session, actor, Action.PROTOCOL_LODGE, today, protocol.association, reason)
    else:
        require(session, actor, Action.PROTOCOL_DRAFT, today, protocol.association)
    hold(session, protocol)
    if protocol.state not in OPEN:
        raise RuleError("protocol.lodged", number=protocol.number)
    _lay(session, protocol, scan)
    note(session, actor, protocol, "protocol.scan", now)
    return protocol


def lodge(
    session: Session,
    actor: Actor,
    protocol: Protocol,
    now: datetime,
    *,
    scan: StoredFile | None = None,
    reason: str = "",
) -> Protocol:
    """The leader hands the signed protocol in; from now on the meeting counts, and names are frozen.

    A coordinator does it for an absent leader with a reason. `RuleError` R13.1 (R13.2, R13.3) with all
    `faults` at once. A second click changes nothing.
    """
    check_centre(actor, protocol)
    today = local_today(session, actor.centre_id, now)
    stamp = require_leader(session, actor, Action.PROTOCOL_LODGE, today, protocol.association, reason)
    hold(session, protocol)
    if protocol.state is ProtocolState.LODGED:
        return protocol
    if scan is not None:
        check_centre(actor, scan)
        _lay(session, protocol, scan)
    check_protocol(_draft_of(session, protocol))
    change_state(session, actor, protocol, ProtocolState.LODGED, "protocol.lodge", now, stamp)
    protocol.first_lodged_at = protocol.first_lodged_at or now
    protocol.lodged_at, protocol.lodged_by, protocol.lodged_for_leader = now, actor.person_id, stamp
    protocol.decided_by = protocol.decided_at = protocol.fix_due_on = None
    freeze(session, protocol, now)
    outbox.want(session, protocol.centre_id, "file_document", protocol.id, now, {"document": "protocol"})
    tell_lodged(session, actor, protocol, now)
    return protocol


def accept(session: Session, actor: Actor, protocol: Protocol, now: datetime) -> Protocol:
    """The coordinator accepts: final. What a coordinator lodged, another one or the director accepts.

    A second act finds the first one's stamp: see `check_waits`.
    """
    today = _require_reviewer(session, actor, protocol, now)
    hold(session, protocol)
    check_waits(protocol)
    change_state(session, actor, protocol, ProtocolState.ACCEPTED, "protocol.accept", now)
    protocol.decided_by, protocol.decided_at = actor.person_id, now
    _settle_older(session, protocol)
    tell_accepted(session, protocol, today, now)
    return protocol


def return_protocol(
    session: Session, actor: Actor, protocol: Protocol, words: str, now: datetime
) -> Protocol:
    """The coordinator returns it with words (`R13.words`, else as `accept`): till then it does not count."""
    today = _require_reviewer(session, actor, protocol, now)
    told = typed_text.words(words, "R13.words", 4000)
    hold(session, protocol)
    check_waits(protocol)
    _send_back(session, actor, protocol, told, today, now)
    return protocol


def void(session: Session, actor: Actor, protocol: Protocol, reason: str, now: datetime) -> Protocol:
    """Void it with a reason (`R13.words`), once: its number and the term stand. Returns the new draft."""
    check_centre(actor, protocol)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.PROTOCOL_VOID, today, protocol.association, _lodged_by(protocol))
    told = typed_text.words(reason, "R13.words")
    hold_with_meeting(session, protocol)
    if protocol.state is ProtocolState.VOID:
        return protocol_of(session, protocol.meeting) or protocol
    check_not_accepted(protocol)
    change_state(session, actor, protocol, ProtocolState.VOID, "protocol.void", now, told)
    protocol.void_reason = told
    held_on = day_of_meeting(session, protocol.meeting) or today
    fresh = write_draft(session, actor, protocol.meeting, held_on, now, protocol.due_on)
    fresh.chair_id, fresh.secretary_id = protocol.chair_id, protocol.secretary_id
    tell_voided(session, protocol, today, now)
    return fresh


def correct(session: Session, actor: Actor, protocol: Protocol, now: datetime) -> Protocol:
    """Begin a correction of an accepted protocol: a new version beside it under the same number.

    `protocol.not_accepted` for another state. An open correction is returned as it is, so twice is once.
    """
    check_centre(actor, protocol)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.PROTOCOL_DRAFT, today, protocol.association)
    hold_with_meeting(session, protocol)
    latest = numbered(session, protocol.association, AcademicYear(protocol.year), protocol.number)
    if latest is not None and latest.version > protocol.version:
        return latest
    if protocol.version > 1 and protocol.state in OPEN:
        return protocol
    if protocol.state is not ProtocolState.ACCEPTED:
        raise RuleError("protocol.not_accepted", number=protocol.number)
    correction = Protocol(
        centre_id=protocol.centre_id,
        association_id=protocol.association_id,
        meeting_id=protocol.meeting_id,
        year=protocol.year,
        number=protocol.number,
        version=protocol.version + 1,
        state=ProtocolState.DRAFT,
        chair_id=protocol.chair_id,
        secretary_id=protocol.secretary_id,
        due_on=protocol.fix_due_on or _fix_due(session, actor, protocol, today),
        created_at=now,
    )
    begin(session, actor, correction, "protocol.correct", now)
    return correction


def withdraw_scan(session: Session, actor: Actor, protocol: Protocol, reason: str, now: datetime) -> Protocol:
    """The coordinator withdraws a wrong scan (R17): a lodged protocol is returned; an accepted one stays so.

    An accepted protocol still counts and owes a new version by `fix_due_on`. `file.reason_missing` without a
    reason, `protocol.scan` where no scan lies.
    """
    check_centre(actor, protocol)
    today = local_today(session, actor.centre_id, now)
    hold(session, protocol)
    scan = protocol.scan
    if scan is None or scan.withdrawn_at is not None:
        raise RuleError("protocol.scan")
    withdraw(session, actor, scan, reason, now)
    if protocol.state is ProtocolState.LODGED:
        _send_back(session, actor, protocol, scan.withdrawn_reason, today, now)
    elif protocol.state is ProtocolState.ACCEPTED:
        protocol.fix_due_on = _fix_due(session, actor, protocol, today)
        note(session, actor, protocol, "protocol.scan_withdrawn", now, scan.withdrawn_reason)
    return protocol


def _draft_of(session: Session, protocol: Protocol) -> ProtocolDraft:
    meeting = protocol.meeting
    return ProtocolDraft(
        day=day_of_meeting(session, meeting),
        number=protocol.number,
        topic=meeting.topic,
        chair=protocol.chair_id,
        secretary=protocol.secretary_id,
        questions=[
            QuestionDraft(item.position, item.wording, [DecisionDraft(item.decision, votes_of(item))])
            for item in meeting.agenda
        ],
        members_present=members_present(meeting),
        has_scan=protocol.scan is not None and protocol.scan.withdrawn_at is None,
    )


def _lay(session: Session, protocol: Protocol, scan: StoredFile) -> None:
    if scan.association_id != protocol.association_id or scan.kind != FileKind.PROTOCOL_SCAN:
        raise NotFound
    if scan.withdrawn_at is not None:
        raise RuleError("protocol.scan")
    protocol.scan_id = scan.id
    session.flush()
    session.refresh(protocol, ["scan"])


def _require_reviewer(session: Session, actor: Actor, protocol: Protocol, now: datetime) -> date:
    check_centre(actor, protocol)
    today = local_today(session, actor.centre_id, now)
    given = own_act(session, actor, protocol.lodged_by, protocol.association, today) | _lodged_by(protocol)
    require(session, actor, Action.PROTOCOL_REVIEW, today, protocol.association, given)
    return today


def _lodged_by(protocol: Protocol) -> frozenset[Circumstance]:
    return frozenset({Circumstance.LODGED_BY_COORDINATOR} if protocol.lodged_for_leader else ())


def _send_back(
    session: Session, actor: Actor, protocol: Protocol, words: str, today: date, now: datetime
) -> None:
    change_state(session, actor, protocol, ProtocolState.RETURNED, "protocol.return", now, words)
    protocol.decided_by, protocol.decided_at, protocol.returned_at = actor.person_id, now, now
    protocol.remarks = words
    protocol.fix_due_on = _fix_due(session, actor, protocol, today)
    tell_returned(session, protocol, today, now)


def _fix_due(session: Session, actor: Actor, protocol: Protocol, today: date) -> date:
    frame = frame_of(session, centre_of(session, actor), protocol.year)
    return protocol_fix_due(today, frame.settings, frame.transfers)


def _settle_older(session: Session, protocol: Protocol) -> None:
    """An accepted correction is the new version that an older one owed."""
    older = session.scalars(
        select(Protocol).where(
            Protocol.centre_id == protocol.centre_id,
            Protocol.meeting_id == protocol.meeting_id,
            Protocol.number == protocol.number,
            Protocol.version < protocol.version,
        )
    )
    for each in older:
        each.fix_due_on = None
