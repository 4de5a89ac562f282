"""The work plan of a year: «План деятельности», Приложение 1 of the regulation (R7, R8, R9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from mmo_lti.documents import docx, pdf
from mmo_lti.documents.folder import wording
from mmo_lti.documents.heading import common, described
from mmo_lti.documents.parties import Institution, Person
from mmo_lti.documents.typography import line
from mmo_lti.rules.regulation import Regulation
from mmo_lti.rules.wording import date_in_words, moment_in_words, month_in_words
from mmo_lti.rules.year import AcademicYear, month_last_day

FORM = "plan"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A term that is only a month; the day is fixed later without a new agreement."""

    year: int
    month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """One line of the plan. `meeting` is its number among the year's meetings («заседание № 1»), or None."""

    form: str
    topic: str
    term: date | Month
    place: str
    responsible: str
    result: str
    meeting: int | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Proposals:
    """How many of the members' proposals were taken, of how many."""

    taken: int
    made: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """Agreed in the system: the director's local moment, the version. A record, no electronic signature."""

    at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDocument:
    """What the plan says. `association` is the whole genitive name; without `agreed` it is a draft.

    Items may come in any order; `as_of` is the moment the data were read (aware).
    """

    institution: Institution
    regulation: Regulation
    association: str
    year: AcademicYear
    leader: Person
    priorities: tuple[str, ...]
    items: tuple[PlanItem, ...]
    theme: str = ""
    proposals: Proposals | None = None
    agreed: Agreed | None = None
    as_of: datetime


def render_docx(document: PlanDocument, template: bytes | Path | None = None) -> bytes:
    """The plan as DOCX, from the centre's own template if given; raises `docx.TemplateRefused`."""
    return docx.render(FORM, context(document), template, as_of=document.as_of)


def render_pdf(document: PlanDocument) -> bytes:
    """The plan as PDF/A-2a."""
    return pdf.compile_form(FORM, context(document), as_of=document.as_of)


def context(document: PlanDocument) -> dict[str, Any]:
    """What both forms are filled with: strings, ready to print."""
    words = document.regulation.wording
    for_year = line(f"{words['plan_year']} {document.year} {words['year']}")
    proposals = document.proposals
    return {
        **common(document.institution, document.association, document.year),
        "title": words["plan_title"],
        "for_year": for_year,
        "document_title": line(f"{words['plan_title']} {document.association} {for_year}"),
        "leader_label": words["leader"],
        "leader": described(document.leader),
        "leader_signature": line(document.leader.name.signature),
        "theme": line(document.theme),
        "aim_label": words["aim"],
        "aim": document.regulation.aim,
        "tasks_label": words["tasks"],
        "tasks": list(document.regulation.tasks),
        "priorities": [line(priority) for priority in document.priorities if priority.strip()],
        "items": [
            _row(number, item) for number, item in enumerate(sorted(document.items, key=_when), start=1)
        ],
        "taken": str(proposals.taken) if proposals else "",
        "proposed": str(proposals.made) if proposals and proposals.made else "",
        "draft": document.agreed is None,
        "agreed_at": moment_in_words(document.agreed.at.date(), document.agreed.at.time())
        if document.agreed
        else "",
        "version": str(document.agreed.version) if document.agreed else "",
    }


def _row(number: int, item: PlanItem) -> dict[str, Any]:
    form = item.form
    if item.meeting is not None:
        meeting = f"{wording()['plan']['meeting']} № {item.meeting}"
        # «заседание № 1», or «семинар-практикум (заседание № 1)» where the meeting takes another form (R11).
        form = meeting if form == wording()["plan"]["meeting"] else f"{form} ({meeting})"
    return {
        "number": number,
        "form": line(form),
        "topic": line(item.topic),
        "term": _term(item.term),
        "place": line(item.place),
        "responsible": line(item.responsible),
        "result": line(item.result),
        "meeting": item.meeting is not None,
        "cancelled": item.cancelled,
    }


def _term(term: date | Month) -> str:
    return month_in_words(term.year, term.month) if isinstance(term, Month) else date_in_words(term)


def _when(item: PlanItem) -> date:
    """A month counts as its last day (R12)."""
    return month_last_day(item.term.year, item.term.month) if isinstance(item.term, Month) else item.term
