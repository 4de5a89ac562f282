"""What the page of a report shows: nine sections with what was gathered and what the leader wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from mmo_lti.documents.report_row import from_json
from mmo_lti.documents.report_section import Group, groups_of
from mmo_lti.models.association import Association
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
from mmo_lti.services.for_leader import own_act
from mmo_lti.services.permission import NotFound, may, require
from mmo_lti.services.report_change import keys_of
from mmo_lti.services.report_row import report_of
from mmo_lti.services.scope import centre_of, local_today
from mmo_lti.services.term import duties_of

ASKED = (Action.REPORT_ASSEMBLE, Action.REPORT_DRAFT, Action.REPORT_SUBMIT)


@dataclass(frozen=True)
class Section:
    """One section: its title of App. 2, what was gathered as the paper prints it, the pages behind, words."""

    number: int
    title: str
    groups: tuple[Group, ...]
    sources: tuple[str, ...]
    words: str
    missing: bool
    changed: bool


@dataclass(frozen=True)
class ReportPage:
    """`sections` are empty where nothing may be shown yet."""

    report: Report | None
    sections: tuple[Section, ...]
    faults: tuple[Fault, ...]
    due: date | None
    reviews: bool
    may: frozenset[Action]


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
    own = own_act(session, actor, report.submitted_by if report else None, association, today)
    faults = reports.faults(report) if report is not None and shown else ()
    return ReportPage(
        report=report if shown else None,
        sections=_sections(session, actor, report, faults) if shown else (),
        faults=faults,
        due=duties_of(session, association, year).report_due,
        reviews=may(session, actor, Action.REPORT_REVIEW, today, association, own),
        may=frozenset(one for one in ASKED if may(session, actor, one, today, association)),
    )


def need_report(session: Session, association: Association, year: AcademicYear) -> Report:
    """The report of a year; `NotFound` before it was begun."""
    found = report_of(session, association, year)
    if found is None:
        raise NotFound
    return found


def _sections(
    session: Session, actor: Actor, report: Report | None, faults: tuple[Fault, ...]
) -> tuple[Section, ...]:
    law = regulation(centre_of(session, actor).regulation)
    gathered: Mapping[str, Any] = report.gathered if report else {}
    words: Mapping[str, Any] = report.words if report else {}
    seen: Mapping[str, Any] = report.words_seen if report else {}
    missing = {int(str(fault.params["section"])) for fault in faults if "section" in fault.params}
    found = []
    for number in SECTIONS:
        key = str(number)
        rows = gathered.get(key) or []
        paths = (gathered.get("sources") or {}).get(key) or []
        found.append(
            Section(
                number=number,
                title=law.section(number),
                groups=tuple(groups_of(number, [from_json(row) for row in rows])),
                sources=tuple(dict.fromkeys(path for path in paths if path)),
                words=str(words.get(key) or ""),
                missing=number in missing,
                changed=key in seen and seen[key] != keys_of(dict(gathered), number),
            )
        )
    return tuple(found)
