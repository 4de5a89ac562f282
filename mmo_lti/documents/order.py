"""Drafts of orders: the institution issues and numbers them (R2, R5, R6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from mmo_lti.documents import docx, pdf
from mmo_lti.documents.folder import wording
from mmo_lti.documents.heading import common, listed, signed
from mmo_lti.documents.parties import Institution, Person
from mmo_lti.documents.sentence import fill
from mmo_lti.documents.typography import line
from mmo_lti.rules.names import PersonName
from mmo_lti.rules.regulation import Regulation
from mmo_lti.rules.wording import PERSON, counted, date_in_words, day_in_words

FORM = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """The leader of whom an order speaks.

    `accusative` is «Соловьёву Алёну Фёдоровну, учителя математики МБОУ «Гимназия № 23»», as the coordinator
    confirmed it: nothing is declined by program.
    """

    name: PersonName
    accusative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReference:
    """An earlier order, by its date and number."""

    signed_on: date
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """An association is created. `initiator` and `ground` are given as the preamble needs them:
    «по инициативе ⟨управления образования …⟩, в связи с ⟨…⟩».
    """

    starts: date
    initiator: str
    ground: str
    members: tuple[Person, ...]
    leader: Officer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A leader is appointed; `repeals` is the order of the leader before."""

    officer: Officer
    starts: date
    plan_due: date
    report_due: date
    repeals: OrderReference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """An acting leader, from `starts` to `ends`, both included; `reason` follows the preamble."""

    officer: Officer
    starts: date
    ends: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDocument:
    """The draft of an order. Date and number are the institution's; until it gives them, lines are left.

    `control` completes «Контроль за исполнением приказа …»; empty: the director keeps it. `acquainted` are
    the people who sign that they read the order.
    """

    institution: Institution
    regulation: Regulation
    association: str
    content: Creation | Appointment | Acting
    number: str = ""
    signed_on: date | None = None
    control: str = ""
    acquainted: tuple[PersonName, ...] = ()
    as_of: datetime


def render_docx(document: OrderDocument, template: bytes | Path | None = None) -> bytes:
    """The order as DOCX, from the centre's own template if given; raises `docx.TemplateRefused`."""
    return docx.render(FORM, context(document), template, as_of=document.as_of)


def render_pdf(document: OrderDocument) -> bytes:
    """The order as PDF/A-2a."""
    return pdf.compile_form(FORM, context(document), as_of=document.as_of)


def context(document: OrderDocument) -> dict[str, Any]:
    """What both forms are filled with: strings, ready to print."""
    words = wording()["order"]
    blank = wording()["common"]
    filled = common(document.institution, document.association) | {
        "signed_on": date_in_words(document.signed_on) if document.signed_on else blank["date_blank"],
        "number_text": line(document.number) or blank["number_blank"],
        "control": line(document.control).rstrip(".") or words["control_own"],
    }
    heading, preamble, clauses, members = _content(document, filled)
    clauses.append(fill(words["control"], filled))
    return {
        **filled,
        "title": words["title"],
        "heading": line(heading),
        "document_title": line(f"{words['document_title']} {heading}"),
        "preamble": line(preamble),
        "clauses": [f"{number}. {line(clause)}" for number, clause in enumerate(clauses, 1)],
        "members": members,
        "appendix_of": line(fill(words["appendix_of"], filled)),
        "members_title": line(fill(words["members_list"], filled)),
        "acquainted": [signed(name) for name in document.acquainted],
    }


def _content(
    document: OrderDocument, filled: dict[str, str]
) -> tuple[str, str, list[str], list[dict[str, str]]]:
    """Heading, preamble, clauses, and the rows of the appendix."""
    content = document.content
    match content:
        case Creation():
            return _creation(document, content, filled)
        case Appointment():
            return _appointment(document, content, filled)
        case Acting():
            return _acting(document, content, filled)


def _creation(
    document: OrderDocument, content: Creation, filled: dict[str, str]
) -> tuple[str, str, list[str], list[dict[str, str]]]:
    words = wording()["order"]["creation"]
    values = filled | {
        **_basis(document.regulation, "R5", "R2"),
        "initiator": line(content.initiator),
        "ground": line(content.ground).rstrip("."),
        "starts": date_in_words(content.starts),
        "base": filled["institution_short"],
        "members_counted": counted(len(content.members), PERSON),
    }
    clauses = [fill(words["create"], values), fill(words["members"], values)]
    if content.leader:
        clauses.append(fill(words["leader"], {"accusative": line(content.leader.accusative).rstrip(".")}))
    members = listed(content.members)
    return fill(words["heading"], values), fill(words["preamble"], values), clauses, members


def _appointment(
    document: OrderDocument, content: Appointment, filled: dict[str, str]
) -> tuple[str, str, list[str], list[dict[str, str]]]:
    words = wording()["order"]["appointment"]
    values = filled | {
        **_basis(document.regulation, "R6"),
        "starts": date_in_words(content.starts),
        "accusative": line(content.officer.accusative).rstrip("."),
        "plan_due": day_in_words(content.plan_due),
        "report_due": day_in_words(content.report_due),
    }
    clauses = [fill(words["appoint"], values)]
    if content.repeals:
        repealed = {
            "repealed_on": date_in_words(content.repeals.signed_on),
            "repealed_number": line(content.repeals.number),
        }
        clauses.append(fill(words["repeal"], repealed))
    clauses.append(fill(words["duties"], values))
    return fill(words["heading"], values), fill(words["preamble"], values), clauses, []


def _acting(
    document: OrderDocument, content: Acting, filled: dict[str, str]
) -> tuple[str, str, list[str], list[dict[str, str]]]:
    words = wording()["order"]["acting"]
    values = filled | {
        **_basis(document.regulation, "R6"),
        "starts": date_in_words(content.starts),
        "ends": date_in_words(content.ends),
        "accusative": line(content.officer.accusative).rstrip("."),
        "reason": line(content.reason).rstrip("."),
    }
    preamble = words["preamble_reason" if content.reason else "preamble"]
    return fill(words["heading"], values), fill(preamble, values), [fill(words["act"], values)], []


def _basis(regulation: Regulation, *rules: str) -> dict[str, str]:
    """«пунктами 1.1, 1.3» and «Положения о …»: clauses behind the rules, the title in the genitive."""
    words = wording()["order"]
    clauses = [clause for clause in (regulation.clause(rule) for rule in rules) if clause]
    named = words["clause_one"] if len(clauses) == 1 else words["clause_many"]
    title = regulation.title
    if title.startswith(words["regulation_nominative"]):
        genitive = words["regulation"] + title.removeprefix(words["regulation_nominative"])
    else:
        genitive = fill(words["regulation_named"], {"regulation_title": title})
    return {"basis": " ".join(filter(None, (f"{named} {', '.join(clauses)}" if clauses else "", genitive)))}
