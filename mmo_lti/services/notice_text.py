"""The words of notices, from `templates/messages/LANGUAGE/KIND.txt` (forms of messages, R20).

A template's first line is the subject; the rest is one sentence: what, by when, what to do. The texts belong
to the coordinator and the translator; they are rendered in a sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.notice import Notice
from mmo_lti.models.person import Account
from mmo_lti.services.notice_kind import kind_named

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "messages"
LANGUAGES = ("ru", "en")
LONGEST_SUBJECT = 60
NBSP = "\u00a0"
_FORMS = {"ru": {"one": 0, "few": 1, "many": 2, "other": 1}, "en": {"one": 0, "other": 1}}
_QUOTES = {"ru": ("«»", "„“"), "en": ("“”", "‘’")}


@dataclass(frozen=True)
class Letter:
    """What is sent to one person: a subject of 60 characters at most, and a plain text."""

    subject: str
    body: str


def letters(
    notices: Sequence[Notice], language: str, zone: str, public_url: str
) -> list[tuple[Letter, list[Notice]]]:
    """The letters for one person's notices: urgent ones alone, the others together as the day's digest."""
    alone = [[notice] for notice in notices if notice.urgent]
    together = [notice for notice in notices if not notice.urgent]
    parts = [*alone, *([together] if together else [])]
    return [(_letter(part, language, zone, public_url), part) for part in parts]


def render(notice: Notice, language: str, zone: str) -> Letter:
    """Subject and sentence of one notice, without its link; `zone` is the centre's."""
    kind = kind_named(notice.kind)
    values = {**dict.fromkeys(kind.optional, ""), **notice.params}
    return _rendered(notice.kind, language, zone, values)


def languages_of(session: Session, centre_id: int, person_ids: Iterable[int]) -> dict[int, str]:
    """The language of each person: that of the account launched last; Russian where it is not told."""
    rows = session.execute(
        select(Account.person_id, Account.locale)
        .where(Account.centre_id == centre_id, Account.person_id.in_(person_ids), Account.locale != "")
        .order_by(Account.last_launch_at.asc().nulls_first(), Account.id)
    )
    return {person_id: language_of(locale) for person_id, locale in rows}


def language_of(locale: str) -> str:
    """One of ours for a platform's locale («en-GB», «ru_RU»); Russian for all others."""
    short = re.split(r"[-_]", locale.lower())[0]
    return short if short in LANGUAGES else LANGUAGES[0]


def _letter(notices: Sequence[Notice], language: str, zone: str, public_url: str) -> Letter:
    texts = [render(notice, language, zone) for notice in notices]
    linked = [
        f"{text.body}\n{public_url}/go/{notice.code}" for text, notice in zip(texts, notices, strict=True)
    ]
    if len(texts) == 1:
        return Letter(texts[0].subject, linked[0])
    digest = _rendered("digest", language, zone, {"count": len(texts)})
    return Letter(digest.subject, "\n\n".join([digest.body, *linked]))


def _rendered(name: str, language: str, zone: str, values: dict[str, Any]) -> Letter:
    text = _environment(language, zone).get_template(f"{name}.txt").render(values)
    # «… 20 июня 2027 г.» ends its sentence with the stop it has.
    subject, _, body = text.replace("г..", "г.").partition("\n")
    return Letter(_shortened(subject.strip()), body.strip())


def _shortened(subject: str) -> str:
    if len(subject) <= LONGEST_SUBJECT:
        return subject
    return subject[: LONGEST_SUBJECT - 1].rsplit(" ", 1)[0].rstrip(",;:– ") + "…"


@cache
def _environment(language: str, zone: str) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(FOLDER / language),
        undefined=StrictUndefined,
        # Plain text: whoever puts it into HTML escapes it.
        autoescape=False,
        finalize=_one_line,
    )
    environment.filters |= {
        "date": lambda value: _date(_read(value, zone), language),
        "day": lambda value: _day(_read(value, zone), language),
        "time": lambda value: _time(_read(value, zone)),
        "moment": lambda value: _moment(_read(value, zone), language),
        "counted": partial(_counted, language),
        "form": partial(_form, language),
        "stop": _stop,
        "quoted": partial(_quoted, language),
        "bare": lambda text: str(text).rstrip(". "),
    }
    return environment


def _one_line(value: Any) -> Any:
    return re.sub(r"[\r\n\t]+", " ", value).strip() if isinstance(value, str) else value


def _read(value: Any, zone: str) -> date | datetime:
    """A day or a moment as `notify` wrote it; moments in the centre's zone."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value.astimezone(ZoneInfo(zone)) if isinstance(value, datetime) else value


def _date(value: date, language: str) -> str:
    return _unbroken(format_date(value, "long", locale=language))


def _day(value: date, language: str) -> str:
    midnight = datetime.combine(value, datetime.min.time())
    return _unbroken(format_skeleton("MMMMd", midnight, locale=language))


def _unbroken(text: str) -> str:
    return re.sub(r"\s", NBSP, text)


def _time(value: date | datetime) -> str:
    return f"{value:%H:%M}" if isinstance(value, datetime) else ""


def _moment(value: date | datetime, language: str) -> str:
    day, at = _date(value, language), _time(value)
    glue = {"ru": "в", "en": "at"}[language]
    return f"{day}{NBSP}{glue}{NBSP}{at}" if at else day


def _form(language: str, number: int, *forms: str) -> str:
    """The form that agrees with a number: one, few, many in Russian; one, other in English."""
    return forms[_FORMS[language][Locale(language).plural_form(number)]]


def _counted(language: str, number: int, *forms: str) -> str:
    return f"{number}{NBSP}{_form(language, number, *forms)}"


def _quoted(language: str, text: str) -> str:
    """In the language's quotation marks; those inside become the inner ones."""
    outer, inner = _QUOTES[language]
    within = str(text).translate(str.maketrans("«»“”", inner * 2))
    return f"{outer[0]}{within}{outer[1]}"


def _stop(text: str) -> str:
    """The text with a full stop, unless it ends with a sign of its own."""
    text = _one_line(str(text))
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
