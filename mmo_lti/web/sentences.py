"""Sentences for codes: what a person reads when the rules refuse, warn, or say what is owed.

The words are in the catalogue under the code (`R2.1`, `upload.damaged`, `duty.plan_submit`). A message names
its parameters: `%(day)s`; `%(count|meetings)s` is a number with its noun, `%(limit|size)s` a size,
`%(field|field)s` the name of a field, `%(section|section)s` the title of a section of the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sized
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from flask_babel import format_date, get_translations

from mmo_lti.files.refusal import FileRefused
from mmo_lti.rules.errors import Fault, RuleError
from mmo_lti.rules.regulation import Regulation, regulation
from mmo_lti.web.request import NotSignedIn, centre
from mmo_lti.web.sentence_codes import PLURAL_BY

MEGABYTE = 1024 * 1024
DEFAULT_ZONE = "Europe/Moscow"


class Coded(Protocol):
    """A duty, a cell of the city's page, a warning: a code and what its sentence needs."""

    @property
    def code(self) -> str:
        """Key of the sentence."""

    @property
    def params(self) -> Mapping[str, object]:
        """What the sentence names."""


def sentence(error: RuleError | FileRefused | Coded) -> str:
    """The whole refusal as one text."""
    return " ".join(sentences(error))


def sentences(error: RuleError | FileRefused | Coded) -> list[str]:
    """The refusal as sentences, one for each thing to mend; faults that are none stand in the first."""
    if isinstance(error, FileRefused):
        return [coded(f"upload.{error.code}", error.params)]
    faults = [coded(fault.code, fault.params) for fault in _faults(error)]
    whole = [text for text in faults if text.endswith((".", "!", "?"))]
    parts = [text for text in faults if text not in whole]
    if parts:
        return [coded(error.code, {**error.params, "faults": "; ".join(parts)}), *whole]
    return whole or [_refusal(error)]


def coded(code: str, params: Mapping[str, object] | None = None) -> str:
    """The sentence of a code; one that says so where the catalogue has none."""
    found = _find(code, params or {})
    return _find("error.unknown", {"code": code}) or code if found is None else found


def fault_sentence(fault: Coded) -> str:
    """One fault or warning by itself: «Нет решения по вопросу 2.»."""
    text = coded(fault.code, fault.params)
    if text.endswith((".", "!", "?")):
        return text
    head = fault.code.rsplit(".", 1)[0]
    return _find(f"{head}.one", {"fault": text}) or f"{text[:1].upper()}{text[1:]}."


def setting_label(name: str) -> str:
    """What a setting is called on its page."""
    return coded(f"setting.label.{name}")


def duty_sentence(duty: Coded) -> str:
    """What to do, for the home page's list."""
    return coded(duty.code, duty.params)


def cell_sentence(cell: Coded) -> str:
    """How an association stands with a duty, for the city's page."""
    return coded(cell.code, cell.params)


def _faults(error: RuleError | Coded) -> tuple[Fault, ...]:
    return error.faults if isinstance(error, RuleError) else ()


def _refusal(error: RuleError | Coded) -> str:
    """A denied action may have a sentence of its own: `denied.plan_agree`."""
    if error.code == "denied":
        own = _find(f"denied.{error.params.get('action')}", error.params)
        if own is not None:
            return own
    return coded(error.code, error.params)


def _find(code: str, params: Mapping[str, object]) -> str | None:
    if None in params.values():
        without = _find(f"{code}.none", {})
        if without is not None:
            return without
    text = _message(code, params)
    # «… 20 июня 2027 г.» ends its sentence with the stop it has.
    return None if text == code else (text % _Words(params)).replace("г..", "г.")


def _message(code: str, params: Mapping[str, object]) -> str:
    by = PLURAL_BY.get(code)
    translations = get_translations()
    if by is None:
        return str(translations.ugettext(code))
    return str(translations.ungettext(code, code, _number(params.get(by))))


def _number(value: object) -> int:
    if isinstance(value, Sized) and not isinstance(value, str):
        return len(value)
    return int(value) if isinstance(value, int | float) else 0


class _Words(Mapping[str, str]):
    """The parameters of one message, each as the message asks for it."""

    def __init__(self, params: Mapping[str, object]) -> None:
        self._params = params

    def __getitem__(self, name: str) -> str:
        name, _, form = name.partition("|")
        value = self._params[name]
        return _FORMS.get(form, _noun(form))(value) if form else _plain(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo(_zone()))
        return f"{_day(local.date())}, {local:%H:%M}"
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_plain(one) for one in value)
    return "" if value is None else str(value)


def _day(value: date) -> str:
    return str(format_date(value, "long", rebase=False))


def _noun(name: str) -> Callable[[object], str]:
    return lambda value: coded(f"noun.{name}", {"num": _number(value)})


def _size(value: object) -> str:
    return coded("noun.megabytes", {"num": _number(value) // MEGABYTE})


def _numbered(value: object) -> str:
    return "" if value is None else coded("noun.numbered", {"num": value})


def _section(value: object) -> str:
    return f"«{_law().section(_number(value)).rstrip('. ')}»"


def _law() -> Regulation:
    try:
        return regulation(centre().regulation)
    except NotSignedIn:
        return regulation()


def _zone() -> str:
    try:
        return centre().timezone
    except NotSignedIn:
        return DEFAULT_ZONE


_FORMS: Mapping[str, Callable[[object], str]] = {
    "size": _size,
    "numbered": _numbered,
    "section": _section,
    "field": lambda name: coded(f"field.{name}"),
    "setting": lambda name: setting_label(str(name)),
}
