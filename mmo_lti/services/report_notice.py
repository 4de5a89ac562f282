"""Who is told about the report of a year (R14, R20)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from mmo_lti.models.report import Report
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.audience import leader_or_coordinators
from mmo_lti.services.link import report_path
from mmo_lti.services.notice import notify_all
from mmo_lti.services.recipient import directors, leader_and_helpers


def tell_assembled(session: Session, report: Report, today: date, now: datetime) -> None:
    """To those who prepare it."""
    people = leader_and_helpers(session, report.association, today)
    _tell(session, report, people, "report_assembled", now)


def tell_submitted(session: Session, report: Report, today: date, now: datetime) -> None:
    """To the director, in time or late."""
    people = directors(session, report.centre_id, today)
    _tell(session, report, people, "report_submitted", now, days_late=report.days_late)


def tell_accepted(session: Session, report: Report, today: date, now: datetime) -> None:
    """To the leader."""
    people = leader_or_coordinators(session, report.association, today)
    _tell(session, report, people, "report_accepted", now)


def tell_returned(session: Session, report: Report, today: date, now: datetime) -> None:
    """To the leader at once, with the words and the day by which it is due again."""
    people = leader_or_coordinators(session, report.association, today)
    _tell(
        session,
        report,
        people,
        "report_returned",
        now,
        urgent=True,
        remarks=report.remarks,
        due=report.fix_due_on,
    )


def _tell(
    session: Session,
    report: Report,
    people: list[int],
    kind: str,
    now: datetime,
    *,
    urgent: bool = False,
    **more: object,
) -> None:
    association = report.association
    session.flush()
    notify_all(
        session,
        report.centre_id,
        people,
        kind,
        report,
        now.isoformat(timespec="seconds"),
        {"association": association.genitive, "year": str(AcademicYear(report.year)), **more},
        report_path(association, report.year),
        now,
        urgent,
        association_id=association.id,
    )
