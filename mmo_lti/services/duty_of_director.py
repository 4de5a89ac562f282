"""What the director or acting director owes: plans to agree, reports to accept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.report import Report
from mmo_lti.rules.clocktime import local_day
from mmo_lti.rules.states import PlanState, ProtocolState, ReportState
from mmo_lti.rules.terms import plan_review_due
from mmo_lti.services.duty_item import Duty
from mmo_lti.services.working_day import transfers_of
from mmo_lti.services.year_settings import settings_for

INBOX = "/city/inbox"


def director_duties(session: Session, centre: Centre, person_id: int, today: date) -> Iterator[Duty]:
    """What waits in the inbox; what the person sent is somebody else's to decide."""
    yield from _plans(session, centre, person_id, today)
    reports = session.scalar(
        select(func.count())
        .select_from(Report)
        .where(
            Report.centre_id == centre.id,
            Report.state == ReportState.SUBMITTED,
            or_(Report.submitted_by.is_(None), Report.submitted_by != person_id),
        )
    )
    if reports:
        yield Duty("duty.reports_review", INBOX, today, None, {"count": reports})
    protocols = session.scalar(
        select(func.count())
        .select_from(Protocol)
        .where(
            Protocol.centre_id == centre.id,
            Protocol.state == ProtocolState.LODGED,
            Protocol.lodged_for_leader != "",
        )
    )
    if protocols:
        yield Duty("duty.protocols_review", INBOX, today, None, {"count": protocols})


def _plans(session: Session, centre: Centre, person_id: int, today: date) -> Iterator[Duty]:
    waiting = session.execute(
        select(Plan.year, Plan.submitted_at).where(
            Plan.centre_id == centre.id,
            Plan.state == PlanState.SUBMITTED,
            Plan.submitted_at.is_not(None),
            or_(Plan.submitted_by.is_(None), Plan.submitted_by != person_id),
        )
    ).all()
    if not waiting:
        return
    transfers = transfers_of(session, centre.id)
    settings = {year: settings_for(session, centre, year) for year in {row.year for row in waiting}}
    due = min(
        plan_review_due(local_day(row.submitted_at, centre.timezone), settings[row.year], transfers)
        for row in waiting
    )
    yield Duty("duty.plans_agree", INBOX, today, due, {"count": len(waiting)})
