"""What waits for the centre's decision: protocols for the coordinator, plans and reports for the director."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.report import Report
from mmo_lti.rules.action import Action
from mmo_lti.rules.clocktime import local_day
from mmo_lti.rules.errors import Fault
from mmo_lti.rules.permission import Circumstance
from mmo_lti.rules.states import PlanState, ProtocolState, ReportState
from mmo_lti.rules.terms import plan_review_due, protocol_review_due
from mmo_lti.services import plan_faults
from mmo_lti.services.actor import Actor
from mmo_lti.services.for_leader import own_act
from mmo_lti.services.link import plan_path, protocol_path, report_path
from mmo_lti.services.permission import NotFound, may, require
from mmo_lti.services.scope import centre_of, local_today
from mmo_lti.services.term import day_of_meeting
from mmo_lti.services.year_rows import frame_of

Paper = Plan | Protocol | Report

WAITS = {Plan: PlanState.SUBMITTED, Protocol: ProtocolState.LODGED, Report: ReportState.SUBMITTED}
DECIDES = {
    Plan: Action.PLAN_AGREE,
    Protocol: Action.PROTOCOL_REVIEW,
    Report: Action.REPORT_REVIEW,
}


@dataclass(frozen=True)
class Waiting:
    """One paper: since when it waits, until when the centre should answer, where it stands in full.

    `decides` is false for who sent it: somebody else answers. `held_on` is a protocol's day of the meeting.
    """

    paper: Paper
    association: Association
    path: str
    since: date
    due: date | None
    decides: bool
    held_on: date | None = None
    warnings: Sequence[Fault] = ()

    @property
    def key(self) -> str:
        """Names it in addresses: `plans-3`."""
        return f"{self.paper.__tablename__}-{self.paper.id}"


@dataclass(frozen=True)
class Inbox:
    """What waits, the longest first; a list is none for who never decides such papers."""

    protocols: list[Waiting] | None = None
    plans: list[Waiting] | None = None
    reports: list[Waiting] | None = None

    @property
    def every(self) -> list[Waiting]:
        """All of it: plans, reports, protocols."""
        return [one for waiting in (self.plans, self.reports, self.protocols) for one in waiting or ()]

    def find(self, key: str) -> Waiting | None:
        """What waits under a key."""
        return next((one for one in self.every if one.key == key), None)


def inbox(session: Session, actor: Actor, now: datetime) -> Inbox:
    """The actor's inbox: a coordinator's protocols, a director's plans and reports.

    The director also sees protocols that a coordinator lodged for a leader.
    """
    centre = centre_of(session, actor)
    today = local_today(session, centre.id, now)
    require(session, actor, Action.CITY_SEE, today)
    reviews = may(session, actor, Action.PROTOCOL_REVIEW, today)
    directs = may(session, actor, Action.PLAN_AGREE, today)
    protocols = list(_protocols(session, actor, centre, today))
    if not reviews:
        protocols = [one for one in protocols if one.decides]
    return Inbox(
        protocols=protocols if reviews or protocols else None,
        plans=list(_plans(session, actor, centre, today)) if directs else None,
        reports=list(_reports(session, actor, centre, today)) if directs else None,
    )


def may_decide(session: Session, actor: Actor, paper: Paper, now: datetime) -> bool:
    """Whether the actor may accept or return the paper now: what a page asks before it shows the form."""
    if paper.centre_id != actor.centre_id or paper.state is not WAITS[type(paper)]:
        return False
    return _decides(session, actor, paper, local_today(session, actor.centre_id, now))


def find_paper(session: Session, actor: Actor, kind: type[Plan | Protocol | Report], number: int) -> Paper:
    """A plan, protocol or report of the actor's centre by its id; `NotFound` otherwise."""
    found = session.get(kind, number)
    if not isinstance(found, Paper) or found.centre_id != actor.centre_id:
        raise NotFound
    return found


def _decides(session: Session, actor: Actor, paper: Paper, today: date) -> bool:
    sent_by = paper.lodged_by if isinstance(paper, Protocol) else paper.submitted_by
    given = own_act(session, actor, sent_by, paper.association, today)
    if isinstance(paper, Protocol) and paper.lodged_for_leader:
        given |= {Circumstance.LODGED_BY_COORDINATOR}
    return may(session, actor, DECIDES[type(paper)], today, paper.association, given)


def _protocols(session: Session, actor: Actor, centre: Centre, today: date) -> Iterator[Waiting]:
    rows = session.scalars(
        select(Protocol)
        .where(Protocol.centre_id == centre.id, Protocol.state == ProtocolState.LODGED)
        .options(
            selectinload(Protocol.association),
            selectinload(Protocol.meeting).selectinload(Meeting.agenda),
            selectinload(Protocol.scan),
        )
        .order_by(Protocol.lodged_at, Protocol.id)
    )
    frame_for = cache(partial(frame_of, session, centre))
    for row in rows:
        frame = frame_for(row.year)
        since = local_day(row.lodged_at or row.created_at, centre.timezone)
        yield Waiting(
            paper=row,
            association=row.association,
            path=protocol_path(row.association, row),
            since=since,
            due=protocol_review_due(since, frame.settings, frame.transfers),
            decides=_decides(session, actor, row, today),
            held_on=day_of_meeting(session, row.meeting),
        )


def _plans(session: Session, actor: Actor, centre: Centre, today: date) -> Iterator[Waiting]:
    rows = session.scalars(
        select(Plan)
        .where(Plan.centre_id == centre.id, Plan.state == PlanState.SUBMITTED)
        .options(selectinload(Plan.association), selectinload(Plan.items))
        .order_by(Plan.submitted_at, Plan.id)
    )
    frame_for = cache(partial(frame_of, session, centre))
    for row in rows:
        frame = frame_for(row.year)
        since = local_day(row.submitted_at, centre.timezone) if row.submitted_at else today
        yield Waiting(
            paper=row,
            association=row.association,
            path=plan_path(row.association, row.year),
            since=since,
            due=plan_review_due(since, frame.settings, frame.transfers),
            decides=_decides(session, actor, row, today),
            warnings=plan_faults.warnings(session, row),
        )


def _reports(session: Session, actor: Actor, centre: Centre, today: date) -> Iterator[Waiting]:
    rows = session.scalars(
        select(Report)
        .where(Report.centre_id == centre.id, Report.state == ReportState.SUBMITTED)
        .options(selectinload(Report.association))
        .order_by(Report.submitted_at, Report.id)
    )
    for row in rows:
        yield Waiting(
            paper=row,
            association=row.association,
            path=report_path(row.association, row.year),
            since=local_day(row.submitted_at, centre.timezone) if row.submitted_at else today,
            due=None,
            decides=_decides(session, actor, row, today),
        )
