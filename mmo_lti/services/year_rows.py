"""The rows of associations in one academic year, read in a constant number of statements.

Pace, terms, the five documents, duties and the city's page are all computed from this.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.association import Association, AssociationYear
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.report import Report
from mmo_lti.rules.clocktime import local_day
from mmo_lti.rules.duties import Duties, duties
from mmo_lti.rules.regulation import regulation
from mmo_lti.rules.report_check import SECTIONS, ReportDraft, SectionFact, report_faults
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.states import MeetingState, PlanState, ProtocolState, ReportState
from mmo_lti.rules.terms import PlanFact, ProtocolFact, ReportFact, protocol_due, report_fix_due
from mmo_lti.rules.workdays import Transfers
from mmo_lti.rules.year import AcademicYear, month_last_day
from mmo_lti.services.working_day import transfers_of
from mmo_lti.services.year_settings import settings_for

Row = TypeVar("Row", Meeting, Protocol, Plan, Report, AssociationYear)

UNDRAFTED = "meeting-"
"""Begins the key of a held meeting that has no protocol yet."""
SIGNED = frozenset({ProtocolState.LODGED, ProtocolState.ACCEPTED})


@dataclass(frozen=True)
class YearFrame:
    """What all associations of a centre share in a year."""

    centre: Centre
    year: AcademicYear
    settings: Settings
    transfers: Transfers

    def day_of(self, moment: datetime) -> date:
        """The centre's local date of a moment."""
        return local_day(moment, self.centre.timezone)


@dataclass
class YearRows:
    """One association in one year, with its rows; `meetings` are all events, meetings and others."""

    frame: YearFrame
    association: Association
    duties: Duties
    meetings: list[Meeting] = field(default_factory=list)
    protocols: list[Protocol] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    report: Report | None = None
    kept: AssociationYear | None = None
    """What was set for the year: priorities, and the pace it was closed with."""

    @property
    def agreed_plan(self) -> Plan | None:
        """The version in force: the last agreed one."""
        return next((plan for plan in reversed(self.plans) if plan.state is PlanState.AGREED), None)

    @property
    def newest_plan(self) -> Plan | None:
        """The newest version, whatever its state."""
        return self.plans[-1] if self.plans else None

    @property
    def called_meetings(self) -> list[Meeting]:
        """What was called as a заседание, whatever its form (R11)."""
        return [meeting for meeting in self.meetings if meeting.is_meeting]

    def protocols_of(self, meeting: Meeting) -> list[Protocol]:
        """The meeting's protocols that are not void, oldest first."""
        return [
            protocol
            for protocol in self.protocols
            if protocol.meeting_id == meeting.id and protocol.state is not ProtocolState.VOID
        ]

    def day_of_meeting(self, meeting: Meeting) -> date | None:
        """Its local date; a month counts as its last day (R12); none while neither is set."""
        if meeting.starts_at is not None:
            return self.frame.day_of(meeting.starts_at)
        return meeting.day or last_day_of_month(self.frame.year, meeting.month)

    def plan_fact(self) -> PlanFact:
        """How the plan stands, for the rules about its terms."""
        newest = self.newest_plan
        sent = newest.submitted_at if newest else None
        return PlanFact(
            state=newest.state if newest else None,
            due=self.duties.plan_due,
            has_agreed=self.agreed_plan is not None,
            submitted_on=self.frame.day_of(sent) if sent else None,
            returned_on=self._plan_returned_on(newest),
        )

    def _plan_returned_on(self, newest: Plan | None) -> date | None:
        """The day of the last return while the plan was not sent again: it may be a draft by now."""
        if newest is None or newest.decided_at is None or not newest.remarks:
            return None
        if newest.state not in (PlanState.RETURNED, PlanState.DRAFT):
            return None
        return self.frame.day_of(newest.decided_at)

    def protocol_facts(self) -> list[tuple[Meeting, Protocol | None, ProtocolFact]]:
        """One fact per held meeting, beside its rows; the newest protocol that is not void matters."""
        facts = []
        for meeting in self.called_meetings:
            day = self.day_of_meeting(meeting)
            if meeting.state is MeetingState.HELD and day is not None:
                protocol = self._standing(meeting)
                facts.append((meeting, protocol, self._protocol_fact(meeting, protocol, day)))
        return facts

    def _standing(self, meeting: Meeting) -> Protocol | None:
        """An accepted one stays accepted while its correction is prepared beside it."""
        live = self.protocols_of(meeting)
        accepted = [protocol for protocol in live if protocol.state is ProtocolState.ACCEPTED]
        return next(reversed(accepted or live), None)

    def _protocol_fact(self, meeting: Meeting, protocol: Protocol | None, day: date) -> ProtocolFact:
        due = (
            protocol.due_on
            if protocol
            else protocol_due(day, self.frame.year, self.frame.settings, self.duties.report_due)
        )
        if protocol is None:
            return ProtocolFact(key=f"{UNDRAFTED}{meeting.id}", held_on=day, due=due)
        returned = protocol.state is ProtocolState.RETURNED and protocol.returned_at is not None
        return ProtocolFact(
            key=str(protocol.id),
            held_on=day,
            due=due,
            number=protocol.number,
            lodged=protocol.state in SIGNED,
            accepted=protocol.state is ProtocolState.ACCEPTED,
            lodged_on=self.frame.day_of(protocol.lodged_at) if protocol.lodged_at else None,
            returned_on=self.frame.day_of(protocol.returned_at)
            if returned and protocol.returned_at
            else None,
        )

    def report_fact(self) -> ReportFact:
        """How the report stands, for the rules about its term."""
        report = self.report
        if report is None:
            return ReportFact(ReportState.NONE, self.duties.report_due)
        first, returned = report.first_submitted_at, report.returned_at
        waits = report.submitted_at is None or (returned is not None and returned >= report.submitted_at)
        return ReportFact(
            state=report.state,
            due=self.duties.report_due,
            first_submitted_on=self.frame.day_of(first) if first else None,
            returned_on=self.frame.day_of(returned) if returned and waits else None,
        )

    def report_mend_by(self) -> date | None:
        """The last day to mend a returned report: not before the report's own term (R14.2)."""
        returned = self.report_fact().returned_on
        if self.report is None or returned is None:
            return None
        return self.report.fix_due_on or report_fix_due(returned, self.frame.settings, self.frame.transfers)

    def owes_correction(self, protocol: Protocol) -> bool:
        """Whether an accepted protocol lost its scan, and no corrected version was lodged yet."""
        if protocol.state is not ProtocolState.ACCEPTED or protocol.fix_due_on is None:
            return False
        later = [
            one
            for one in self.protocols
            if one.meeting_id == protocol.meeting_id and one.version > protocol.version
        ]
        return not any(one.state in SIGNED for one in later)

    def unsaid_sections(self) -> list[str]:
        """Titles of the report's sections that have neither rows nor words yet (R14.3), verbatim."""
        law = regulation(self.frame.centre.regulation)
        report = self.report
        gathered, words = (report.gathered, report.words) if report else ({}, {})
        facts = {
            number: SectionFact(len(gathered.get(str(number)) or ()), str(words.get(str(number)) or ""))
            for number in SECTIONS
        }
        faults = report_faults(ReportDraft(facts))
        return [law.section(int(str(fault.params["section"]))) for fault in faults]


def last_day_of_month(year: AcademicYear, month: int | None) -> date | None:
    """The last day of a month of an academic year."""
    if month is None:
        return None
    return month_last_day(year.day(month, 1).year, month)


def frame_of(session: Session, centre: Centre, year: int) -> YearFrame:
    """The centre's settings and transfers for a year."""
    return YearFrame(
        centre, AcademicYear(year), settings_for(session, centre, year), transfers_of(session, centre.id)
    )


def gather(session: Session, frame: YearFrame, associations: Sequence[Association]) -> dict[int, YearRows]:
    """The rows of these associations (of the frame's centre), by association id, in their order."""
    found = {
        one.id: YearRows(frame, one, duties_of_association(frame, one))
        for one in associations
        if one.centre_id == frame.centre.id
    }
    ids = list(found)
    for meeting in session.scalars(_of(Meeting, frame, ids).order_by(Meeting.starts_at, Meeting.id)):
        found[meeting.association_id].meetings.append(meeting)
    for protocol in session.scalars(_of(Protocol, frame, ids).order_by(Protocol.number, Protocol.version)):
        found[protocol.association_id].protocols.append(protocol)
    plans = _of(Plan, frame, ids).order_by(Plan.version).options(selectinload(Plan.items))
    for plan in session.scalars(plans):
        found[plan.association_id].plans.append(plan)
    for report in session.scalars(_of(Report, frame, ids)):
        found[report.association_id].report = report
    for kept in session.scalars(_of(AssociationYear, frame, ids)):
        found[kept.association_id].kept = kept
    return found


def duties_of_association(frame: YearFrame, association: Association) -> Duties:
    """What the association owes in the year, by the days of its order, adoption and closing."""
    return duties(
        frame.year,
        frame.settings,
        created_on=association.created_on,
        adopted_on=association.started_using,
        closed_on=association.closed_on,
    )


def _of(kind: type[Row], frame: YearFrame, ids: Iterable[int]) -> Select[Row]:
    return select(kind).where(
        kind.centre_id == frame.centre.id,
        kind.association_id.in_(ids),
        kind.year == frame.year.start,
    )
