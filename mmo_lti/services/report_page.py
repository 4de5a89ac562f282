"""What the page of a report shows: nine sections with what was gathered and what the leader wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.documents.report_row import from_json
from mmo_lti.documents.report_section import Group, groups_of
from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.report import Report
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import Fault
from mmo_lti.rules.permission import Circumstance
from mmo_lti.rules.regulation import regulation
from mmo_lti.rules.report_check import SECTIONS
from mmo_lti.rules.states import ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import report as reports
from mmo_lti.services.actor import Actor
from mmo_lti.services.for_leader import with_reason
from mmo_lti.services.link import meeting_path
from mmo_lti.services.permission import NotFound, may, require
from mmo_lti.services.report_change import since_assembled, since_words
from mmo_lti.services.report_row import SENT, report_of
from mmo_lti.services.scope import centre_of, local_today
from mmo_lti.services.term import duties_of

ASKED = (Action.REPORT_ASSEMBLE, Action.REPORT_DRAFT, Action.REPORT_SUBMIT)


@dataclass(frozen=True)
class Source:
    """A page that rows come from; `topic` where it is a meeting's or an event's."""

    path: str
    topic: str = ""


@dataclass(frozen=True)
class Section:
    """One section: its title of App. 2, what was gathered as the paper prints it, the pages behind, words.

    `missing`: R14.3 denies it as it is; `changed`: rows changed after the words were written.
    """

    number: int
    title: str
    groups: tuple[Group, ...]
    sources: tuple[Source, ...]
    words: str
    missing: bool
    changed: bool


@dataclass(frozen=True)
class ReportPage:
    """`sections` are empty where nothing may be shown yet.

    `stale` are the sections that gathering anew would change; `appendices` the inventory as plain data.
    """

    report: Report | None
    sections: tuple[Section, ...]
    stale: tuple[int, ...]
    appendices: tuple[Mapping[str, Any], ...]
    faults: tuple[Fault, ...]
    due: date | None
    may: frozenset[Action]
    with_reason: frozenset[Action]


def report_page(
    session: Session, actor: Actor, association: Association, year: AcademicYear, now: datetime
) -> ReportPage:
    """Gather the page; members see accepted reports, the director what was submitted («Who may»)."""
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.REPORT_SEE, today, association)
    report = report_of(session, association, year)
    given = {Circumstance.SUBMITTED} if report is not None and report.submitted_at else set()
    accepted = report is not None and report.state is ReportState.ACCEPTED
    shown = accepted or may(session, actor, Action.DRAFTS_SEE, today, association, given)
    may_draft = may(session, actor, Action.REPORT_DRAFT, today, association)
    faults = reports.faults(report) if report is not None and shown else ()
    return ReportPage(
        report=report if shown else None,
        sections=_sections(session, actor, association, year, report, faults) if shown else (),
        stale=_stale(session, report) if report is not None and may_draft else (),
        appendices=tuple(report.gathered.get("appendices") or ()) if report is not None and shown else (),
        faults=faults,
        due=duties_of(session, association, year).report_due,
        may=frozenset(one for one in ASKED if may(session, actor, one, today, association)),
        with_reason=with_reason(session, actor, (Action.REPORT_SUBMIT,), today, association),
    )


def need_report(session: Session, association: Association, year: AcademicYear) -> Report:
    """The report of a year; `NotFound` before it was begun."""
    found = report_of(session, association, year)
    if found is None:
        raise NotFound
    return found


def _stale(session: Session, report: Report) -> tuple[int, ...]:
    if report.gathered_at is None or report.state in SENT or report.state is ReportState.ASSEMBLING:
        return ()
    return tuple(change.section for change in since_assembled(session, report))


def _sections(
    session: Session,
    actor: Actor,
    association: Association,
    year: AcademicYear,
    report: Report | None,
    faults: tuple[Fault, ...],
) -> tuple[Section, ...]:
    law = regulation(centre_of(session, actor).regulation)
    gathered: Mapping[str, Any] = report.gathered if report else {}
    words: Mapping[str, Any] = report.words if report else {}
    missing = {int(str(fault.params["section"])) for fault in faults if "section" in fault.params}
    changed = {change.section for change in since_words(report)} if report else set()
    topics = _topics(session, association, year)
    return tuple(
        Section(
            number=number,
            title=law.section(number),
            groups=tuple(groups_of(number, [from_json(row) for row in gathered.get(str(number)) or []])),
            sources=_sources(gathered, number, topics),
            words=str(words.get(str(number)) or ""),
            missing=number in missing,
            changed=number in changed,
        )
        for number in SECTIONS
    )


def _topics(session: Session, association: Association, year: AcademicYear) -> Mapping[str, str]:
    """Topics of the year's meetings and events by the paths of their pages."""
    meetings = session.scalars(
        select(Meeting).where(
            Meeting.centre_id == association.centre_id,
            Meeting.association_id == association.id,
            Meeting.year.in_((year.start, year.previous.start)),
        )
    )
    return {meeting_path(association, meeting): meeting.topic for meeting in meetings}


def _sources(gathered: Mapping[str, Any], number: int, topics: Mapping[str, str]) -> tuple[Source, ...]:
    """Each page once; a meeting after the last report stands in this one, so its year is the one before."""
    paths = (gathered.get("sources") or {}).get(str(number)) or []
    return tuple(Source(path, topics.get(path, "")) for path in dict.fromkeys(paths) if path)
