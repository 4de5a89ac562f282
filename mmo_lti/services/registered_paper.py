"""Papers that an adopted association has from before the tool, registered by the coordinator (R2.5)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import Plan, PlanItem
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.action import Action
from mmo_lti.rules.activity import MEETING_FORM
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.plan_check import LONGEST_TOPIC, MOST_PRIORITIES
from mmo_lti.rules.states import MeetingState, PlanState, ProtocolState, Thing, check_start
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.attendance import ensure_list, mark_rows
from mmo_lti.services.file_kind import FileKind
from mmo_lti.services.numbering import next_meeting_number, next_protocol_number
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.plan_in_force import newest, put_in_force
from mmo_lti.services.plan_item import ItemFields, item_columns
from mmo_lti.services.protocol import numbered
from mmo_lti.services.protocol_draft import due_of
from mmo_lti.services.scope import check_centre, hold, local_today
from mmo_lti.services.state_change import begin, change_state
from mmo_lti.services.term import day_of_meeting, fits


@dataclass(frozen=True)
class PaperProtocol:
    """What is typed from a signed protocol; `present` are person ids, None where the list is not entered."""

    number: int
    day: date
    topic: str
    form: str = MEETING_FORM
    place: str = ""
    present: Collection[int] | None = None


def register_agreed(
    session: Session,
    actor: Actor,
    association: Association,
    year: AcademicYear,
    *,
    priorities: Sequence[str],
    theme: str,
    items: Sequence[ItemFields],
    agreed_on: date,
    now: datetime,
    scan: StoredFile | None = None,
) -> Plan:
    """Register the plan that was agreed on paper: it is in force, its meetings are planned.

    Refused: `registered.not_adopted`, `registered.other_year` (year), `registered.plan_exists`,
    `registered.date` (on), `plan.priorities_many`, and what `plan_item.add_item` refuses of a line.
    """
    today = _require(session, actor, association, year, now)
    if newest(session, association, year) is not None:
        raise RuleError("registered.plan_exists", year=str(year))
    if agreed_on > today:
        raise RuleError("registered.date", on=agreed_on)
    lines = [line for line in (typed_text.line(each, "priority", 500) for each in priorities) if line]
    if len(lines) > MOST_PRIORITIES:
        raise RuleError("plan.priorities_many", count=len(lines), at_most=MOST_PRIORITIES)
    plan = Plan(
        centre_id=association.centre_id,
        association_id=association.id,
        year=year.start,
        version=1,
        state=check_start(Thing.PLAN, PlanState.AGREED),
        priorities=lines,
        theme=typed_text.line(theme, "theme", 500),
        agreed_on=agreed_on,
        decided_by=actor.person_id,
        decided_at=now,
        registered=True,
        scan_id=_scan(association, scan, FileKind.PLAN_SCAN) if scan else None,
    )
    plan.items = [
        PlanItem(
            centre_id=association.centre_id,
            uid=str(uuid.uuid4()),
            position=position,
            **item_columns(session, actor, year, fields),
        )
        for position, fields in enumerate(items, start=1)
    ]
    begin(session, actor, plan, "plan.register", now)
    session.refresh(plan)
    put_in_force(session, actor, plan, now)
    return plan


def register_accepted(
    session: Session,
    actor: Actor,
    association: Association,
    year: AcademicYear,
    paper: PaperProtocol,
    scan: StoredFile,
    now: datetime,
    *,
    meeting: Meeting | None = None,
) -> Protocol:
    """Register a protocol of the running year with its scan and paper number: it counts as accepted.

    `meeting` is the planned one that the paper is about; without it one is added. Our numbers go on from the
    highest. Refused: `R13.4` (number, year) for a number that is there, `registered.not_adopted`,
    `registered.other_year` (year), `registered.date` (on) for a meeting after the day of adoption.
    """
    today = _require(session, actor, association, year, now)
    adopted = association.started_using or today
    if paper.day > min(adopted, today) or not fits(paper.day, year):
        raise RuleError("registered.date", on=paper.day)
    next_protocol_number(session, association, year.start)  # holds the numbering
    if paper.number < 1 or numbered(session, association, year, paper.number) is not None:
        raise RuleError("R13.4", number=paper.number, year=str(year))
    scan_id = _scan(association, scan, FileKind.PROTOCOL_SCAN)
    held = _held_meeting(session, actor, association, year, paper, now, meeting)
    ensure_list(session, held, paper.day)
    if paper.present is not None:
        mark_rows(held, paper.present, now)
    protocol = Protocol(
        centre_id=association.centre_id,
        association_id=association.id,
        meeting_id=held.id,
        year=year.start,
        number=paper.number,
        state=check_start(Thing.PROTOCOL, ProtocolState.ACCEPTED),
        due_on=due_of(session, held, paper.day),
        first_lodged_at=now,
        lodged_at=now,
        decided_by=actor.person_id,
        decided_at=now,
        registered=True,
        scan_id=scan_id,
        created_at=now,
    )
    begin(session, actor, protocol, "protocol.register", now)
    return protocol


def _require(
    session: Session, actor: Actor, association: Association, year: AcademicYear, now: datetime
) -> date:
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ASSOCIATION_ADOPT, today, association)
    hold(session, association)
    if association.started_using is None:
        raise RuleError("registered.not_adopted")
    if AcademicYear.of(association.started_using) != year:
        raise RuleError("registered.other_year", year=str(AcademicYear.of(association.started_using)))
    return today


def _scan(association: Association, scan: StoredFile, kind: FileKind) -> int:
    if (scan.centre_id, scan.association_id, scan.kind) != (association.centre_id, association.id, kind):
        raise NotFound
    if scan.withdrawn_at is not None:
        raise RuleError("file.withdrawn", on=scan.withdrawn_at)
    return scan.id


def _held_meeting(
    session: Session,
    actor: Actor,
    association: Association,
    year: AcademicYear,
    paper: PaperProtocol,
    now: datetime,
    meeting: Meeting | None,
) -> Meeting:
    if meeting is None:
        meeting = Meeting(
            centre_id=association.centre_id,
            association_id=association.id,
            uid=str(uuid.uuid4()),
            year=year.start,
            number=next_meeting_number(session, association, year.start),
            is_meeting=True,
            form=typed_text.line(paper.form, "form", 200, required=True),
            topic=typed_text.line(paper.topic, "topic", LONGEST_TOPIC, required=True),
            place=typed_text.line(paper.place, "place", 300),
            state=MeetingState.PLANNED,
        )
        begin(session, actor, meeting, "meeting.plan", now)
    check_centre(actor, meeting)
    if (meeting.association_id, meeting.year) != (association.id, year.start):
        raise NotFound
    if day_of_meeting(session, meeting) != paper.day:
        meeting.starts_at = None
    meeting.day, meeting.month = paper.day, paper.day.month
    change_state(session, actor, meeting, MeetingState.HELD, "meeting.held", now)
    meeting.held_marked_at = now
    return meeting
