"""Reading forms and answering them: nothing typed is lost, each fault stands at its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import flash, redirect, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from mmo_lti.documents.signs import missing_signs
from mmo_lti.files.refusal import FileRefused
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.names import clean_paragraphs
from mmo_lti.services.warned import Warned
from mmo_lti.web.request import centre, session_for_request
from mmo_lti.web.sentences import coded, sentences

Page = Callable[["Form"], str]
E = TypeVar("E", bound=StrEnum)
LARGEST = 2**31 - 1
"""What databases hold in a whole number; an id beyond is nobody's."""
MOST_SIGNS = 10
"""So many signs that cannot be printed are named."""


class Form:
    """The posted form: values as typed, faults by field, and the refusals of the rules.

    Each reader returns the value, or notes a fault at its field and returns an empty one.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        """Take the posted values; without a post the form is empty."""
        self.values: Mapping[str, str] = request.form if values is None else values
        self.faults: dict[str, str] = {}
        self.refusals: list[str] = []

    def tried(self, *acts: str, **named: str) -> Form:
        """This form if one of `acts` was posted, and the `named` fields with these values; else an empty one.

        A page with several forms gives each its own values, also where they have fields of one name.
        """
        same = all(self.values.get(name) == value for name, value in named.items())
        return self if self.values.get("act") in acts and same else Form({})

    def text(self, name: str, *, required: bool = False, longest: int = 1000) -> str:
        """Trimmed text of at most `longest` characters."""
        value = self.values.get(name, "").strip()
        if required and not value:
            self.faults[name] = gettext("Заполните это поле.")
        if len(value) > longest:
            self.faults[name] = gettext("Слишком длинно: не больше %(longest)s знаков.", longest=longest)
        return value

    def number(self, name: str, *, required: bool = False) -> int | None:
        """A whole number, not negative."""
        value = self.text(name, required=required)
        if not value:
            return None
        if not value.isdecimal() or int(value) > LARGEST:
            self.faults[name] = gettext("Введите целое число.")
            return None
        return int(value)

    def numbers(self, name: str) -> list[int]:
        """All whole numbers of a field that may come several times; anything else is passed over."""
        typed = [value for value in self.chosen(name) if value.isdecimal()]
        return [int(value) for value in typed if int(value) <= LARGEST]

    def day(self, name: str, *, required: bool = False) -> date | None:
        """A day as browsers send it (`2026-10-12`) or as people type it (`12.10.2026`)."""
        value = self.text(name, required=required)
        for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
            try:
                return datetime.strptime(value, pattern).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        if value:
            self.faults[name] = gettext("Введите дату, например 12.10.2026.")
        return None

    def clock(self, name: str, *, required: bool = False) -> time | None:
        """A time of the day, `14:30`."""
        value = self.text(name, required=required)
        try:
            return time.fromisoformat(value) if value else None
        except ValueError:
            self.faults[name] = gettext("Введите время, например 14:30.")
            return None

    def moment(self, day_name: str, clock_name: str) -> datetime | None:
        """Day and time in the centre's zone; none where one of them is missing or faulty."""
        day, clock = self.day(day_name, required=True), self.clock(clock_name, required=True)
        if day is None or clock is None:
            return None
        return datetime.combine(day, clock, ZoneInfo(centre().timezone))

    def chosen(self, name: str) -> list[str]:
        """All values of a field that may come several times."""
        getlist = getattr(self.values, "getlist", None)
        return list(getlist(name)) if getlist else [self.values[name]] if name in self.values else []

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.values.get(name))


def perform(
    act: Callable[[], Any], *, form: Form, page: Page, done: str, to: str | Callable[[Any], str]
) -> Response:
    """Run one service call and answer: redirect with a sentence, or the same page with what is wrong.

    `act` runs in the request's transaction, which is committed only when it succeeds. After a refusal `page`
    is rendered with the form as it was typed, with status 422.
    """
    if not form.faults:
        session = session_for_request()
        try:
            result = act()
            session.commit()
        except (RuleError, FileRefused) as error:
            session.rollback()
            form.refusals.extend(sentences(error))
        else:
            for warning in result.warnings if isinstance(result, Warned) else ():
                flash(coded(warning.code, warning.params), "warning")
            _warn_of_signs(form)
            if done:
                flash(done, "success")
            return redirect(to if isinstance(to, str) else to(result), 303)
    else:
        form.refusals.append(gettext("Проверьте отмеченные поля. Всё, что вы ввели, сохранено на странице."))
    return Response(page(form), 422, mimetype="text/html")


def _warn_of_signs(form: Form) -> None:
    """Name the typed signs that the font of the documents lacks: at print «□» stands for them."""
    typed = "".join(text for name in form.values for text in form.chosen(name))
    signs = missing_signs(clean_paragraphs(typed).text)
    if signs:
        told = ngettext(
            "Знака %(signs)s нет в шрифте документов: на бумаге вместо него будет «□».",
            "Знаков %(signs)s нет в шрифте документов: на бумаге вместо них будет «□».",
            len(signs),
            signs=" ".join(signs[:MOST_SIGNS]),
        )
        flash(told, "warning")


def one_of(kind: type[E], value: str) -> E | None:
    """The member of an enum that a form sent, or none."""
    return kind(value) if value in set(kind) else None
