"""The protocol of a meeting (R13): the usual form, as the regulation gives none for its Приложение 3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from mmo_lti.documents import docx, pdf
from mmo_lti.documents.folder import wording
from mmo_lti.documents.heading import common, listed, signed
from mmo_lti.documents.parties import Institution, Person
from mmo_lti.documents.sentence import fill
from mmo_lti.documents.typography import Paragraph, ended, line, paragraphs
from mmo_lti.rules.names import PersonName
from mmo_lti.rules.protocol_check import Votes, not_voted
from mmo_lti.rules.wording import PERSON, counted, date_in_words

FORM = "protocol"

# Up to so many, names are written in a line; more are a list of their own.
NAMES_IN_A_LINE = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, who answers for it and by when."""

    text: str
    responsible: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """Votes of members; those present who did not vote are computed. Guests do not vote."""

    in_favour: int
    against: int = 0
    abstained: int = 0
    unanimous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """A question of the agenda, beginning with «О» or «Об», and the block that answers it.

    `speaker` is «И. О. Фамилия, должность»; `talks` are lines «И. О. Фамилия – …».
    """

    wording: str
    speaker: str = ""
    heard: str = ""
    theses: bool = False
    talks: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    vote: Vote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody invited who is no member."""

    name: str
    position: str = ""


@dataclass(frozen=True, slots=True)
class Annex:
    """What is attached, «Лист регистрации», and on how many sheets, if known."""

    title: str
    sheets: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolDocument:
    """What the protocol says: also a draft, where what is not known yet leaves a line to fill in by hand.

    `held_on` is the day of the meeting, not of the writing; `present` and `absent` are members, in any order;
    `absent` is None where the centre does not list them. `remote` replaces the place.
    """

    institution: Institution
    association: str
    held_on: date
    number: int | str | None
    topic: str
    place: str = ""
    remote: bool = False
    starts: time | None = None
    ends: time | None = None
    chair: PersonName | None
    secretary: PersonName | None
    present: tuple[Person, ...]
    absent: tuple[Person, ...] | None = None
    guests: tuple[Guest, ...] = ()
    agenda: tuple[AgendaItem, ...]
    annexes: tuple[Annex, ...] = ()
    as_of: datetime


def render_docx(document: ProtocolDocument, template: bytes | Path | None = None) -> bytes:
    """The protocol as DOCX, from the centre's own template if given; raises `docx.TemplateRefused`."""
    return docx.render(FORM, context(document), template, as_of=document.as_of)


def render_pdf(document: ProtocolDocument) -> bytes:
    """The protocol as PDF/A-2a."""
    return pdf.compile_form(FORM, context(document), as_of=document.as_of)


def context(document: ProtocolDocument) -> dict[str, Any]:
    """What both forms are filled with: strings, ready to print."""
    words = wording()["protocol"]
    number = line(str(document.number)) if document.number else wording()["common"]["number_blank"]
    absent = document.absent or ()
    absent_apart = absent if len(absent) > NAMES_IN_A_LINE else ()
    annexes = list(document.annexes) + ([Annex(words["absent_list"])] if absent_apart else [])
    filled = common(document.institution, document.association) | {
        "held_on": date_in_words(document.held_on),
        "number_text": number,
    }
    return {
        **filled,
        "title": words["title"],
        "document_title": line(fill(words["document_title"], filled)),
        "topic": ended(line(document.topic)),
        "place": "" if document.remote else ended(line(document.place)),
        "remote": document.remote,
        "time": ended(_hours(document.starts, document.ends)),
        "chair": signed(document.chair),
        "secretary": signed(document.secretary),
        "present": _attendance(document.present),
        "absent": _attendance(document.absent) if document.absent is not None else "",
        "absent_list": listed(absent_apart),
        "appendix_of": line(fill(words["appendix_of"], filled)),
        "guests": ended("; ".join(_guest(guest) for guest in document.guests)),
        "agenda": [
            _question(number, item, len(document.present)) for number, item in enumerate(document.agenda, 1)
        ],
        "annexes": " ".join(_annex(number, annex) for number, annex in enumerate(annexes, 1)),
    }


def _by_name(person: Person) -> tuple[str, str, str]:
    return person.name.sort_key


def _hours(starts: time | None, ends: time | None) -> str:
    return "–".join(moment.strftime("%H:%M") for moment in (starts, ends) if moment)


def _attendance(people: tuple[Person, ...]) -> str:
    """«3 человека: …», or «24 человека (список прилагается)» where names would fill a paragraph."""
    number = counted(len(people), PERSON)
    if len(people) > NAMES_IN_A_LINE:
        return f"{number} {wording()['protocol']['listed']}."
    names = ", ".join(person.name.short for person in sorted(people, key=_by_name))
    return ended(line(": ".join(filter(None, (number, names)))))


def _guest(guest: Guest) -> str:
    return line(", ".join(filter(None, (guest.name, guest.position))))


def _question(number: int, item: AgendaItem, present: int) -> dict[str, Any]:
    # «И. О. Фамилия» without the position: that stands in the agenda already.
    speaker = line(item.speaker.partition(",")[0])
    theses = wording()["protocol"]["theses"] if item.theses else ""
    talks = [paragraph for talk in item.talks for paragraph in paragraphs(talk)]
    return {
        "number": str(number),
        "wording": ended(line(item.wording)),
        "speaker": ended(line(item.speaker)),
        "heard": _block(speaker, paragraphs(item.heard), theses),
        "spoke": _block("", talks) if talks else None,
        "decisions": [
            _decision(f"{number}.{at}.", decision) for at, decision in enumerate(item.decisions, 1)
        ],
        "vote": _vote(item.vote, present) if item.vote else None,
    }


def _block(speaker: str, said: list[Paragraph], after: str = "") -> dict[str, Any]:
    """What runs on after «СЛУШАЛИ:» in the same paragraph, and the paragraphs that follow."""
    runs_on = bool(said) and not said[0]["item"]
    first = " – ".join(filter(None, (speaker, said[0]["text"] if runs_on else "")))
    rest = said[1:] if runs_on else said
    if not rest:
        return {"first": " ".join(filter(None, (first, after))), "rest": []}
    return {"first": first, "rest": rest + ([Paragraph(text=after, item=False)] if after else [])}


def _decision(number: str, decision: Decision) -> dict[str, str]:
    return {
        "number": number,
        "text": ended(line(decision.text)),
        "responsible": ended(line(decision.responsible)),
        "due": date_in_words(decision.due) if decision.due else "",
    }


def _vote(vote: Vote, present: int) -> dict[str, str | bool]:
    silent = not_voted(Votes(vote.in_favour, vote.against, vote.abstained), present)
    return {
        "in_favour": str(vote.in_favour),
        "against": str(vote.against),
        "abstained": str(vote.abstained),
        "silent": str(silent) if silent > 0 else "",
        "unanimous": vote.unanimous,
    }


def _annex(number: int, annex: Annex) -> str:
    """«1. Лист регистрации на 2 л.»"""
    sheets = fill(wording()["protocol"]["sheets"], {"sheets": str(annex.sheets)}) if annex.sheets else ""
    return ended(line(" ".join(filter(None, (f"{number}.", annex.title.rstrip("."), sheets)))))
