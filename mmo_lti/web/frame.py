"""What every page shares: static files, the tabs on top, the words for dates and states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, request
from flask.sansio.app import App
from flask_babel import format_date, format_decimal, get_locale, gettext, ngettext
from jinja2 import pass_context
from jinja2.runtime import Context

from mmo_lti.rules.action import Action
from mmo_lti.services import link, permission
from mmo_lti.services.person import find_person
from mmo_lti.web import sentences, words
from mmo_lti.web.person_words import full_name, person_line, short_name
from mmo_lti.web.request import centre, current_actor, session_for_request, today

STATE_WORDS = {
    "association_word": words.association_word,
    "membership_word": words.membership_word,
    "plan_word": words.plan_word,
    "meeting_word": words.meeting_word,
    "protocol_word": words.protocol_word,
    "report_word": words.report_word,
    "proposal_word": words.proposal_word,
    "pace_word": words.pace_word,
    "document_word": words.document_word,
    "document_name": words.document_name,
    "person_line": person_line,
    "person_name": full_name,
    "organisation_of": words.organisation_word,
    "duty_sentence": sentences.duty_sentence,
    "fault_sentence": sentences.fault_sentence,
    "month_name": words.month_word,
    "meeting_path": link.meeting_path,
    "protocol_path": link.protocol_path,
}
"""What templates call to name people and states, and to lead to meetings and protocols."""


@dataclass(frozen=True)
class Tab:
    """One entry of the navigation."""

    title: str
    href: str
    active: bool


def make_blueprint() -> Blueprint:
    """Static files and what templates call."""
    pages = Blueprint("pages", __name__, static_folder="static", static_url_path="/static/mmo")
    pages.record_once(lambda setup: _stop_once(setup.app))
    pages.app_context_processor(
        lambda: {"navigation": navigation, "who": who, "page_language": page_language}
    )
    pages.app_context_processor(lambda: STATE_WORDS)
    pages.app_template_filter("day")(day)
    pages.app_template_filter("moment")(moment)
    pages.app_template_filter("clock")(clock)
    pages.app_template_filter("left")(left)
    pages.app_template_filter("seconds")(seconds)
    pages.app_template_filter("month")(month)
    pages.app_template_filter("fault_words")(sentences.fault_sentence)
    pages.app_template_filter("as_pair")(lambda word: (word, word))
    return pages


def _stop_once(app: App) -> None:
    """«… 20 июня 2027 г.» ends its sentence with the stop it has: of two in templates one goes."""
    for name in ("gettext", "ngettext"):
        translate = app.jinja_env.globals[name]

        @pass_context
        def said(context: Context, *args: Any, _translate: Any = translate, **params: Any) -> Any:
            return _translate(context, *args, **params).replace("г..", "г.")

        app.jinja_env.globals[name] = said


def page_language() -> str:
    """The page's language for `<html lang>`."""
    locale = get_locale()
    return str(locale.language) if locale else "ru"


def navigation() -> list[Tab]:
    """The tabs this person may use; the city's only for coordinator and director."""
    actor = current_actor()
    if actor is None:
        return []
    tabs = [(gettext("Главная"), "/"), (gettext("Объединения"), "/associations")]

    def may(action: Action) -> bool:
        return permission.may(session_for_request(), actor, action, today())

    if may(Action.CITY_SEE):
        tabs += [(gettext("Город"), "/city"), (gettext("На рассмотрении"), "/city/inbox")]
    if may(Action.ORDER_REGISTER):
        tabs += [(gettext("Приказы"), "/city/orders"), (gettext("Связь с Moodle"), "/city/sync")]
        tabs += [(gettext("Настройки"), "/city/settings")]
    elif may(Action.SYNC_HEALTH_SEE):
        tabs += [(gettext("Связь с Moodle"), "/city/sync"), (gettext("Подключение"), "/admin")]
    tabs.append((gettext("Мои данные"), "/me"))
    best = max((href for _, href in tabs if _within(request.path, href)), key=len, default="")
    return [Tab(title, href, href == best) for title, href in tabs]


def _within(path: str, href: str) -> bool:
    if href == "/associations" and path.startswith("/a/"):
        return True
    return path == href or (href != "/" and path.startswith(href + "/"))


def who() -> str:
    """The signed-in person's name, or a number where none is known."""
    actor = current_actor()
    if actor is None or actor.person_id is None:
        return ""
    return short_name(find_person(session_for_request(), actor.centre_id, actor.person_id))


def day(value: date | datetime | None) -> str:
    """«20 июня 2027 г.» in the centre's zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(centre().timezone)).date()
    return str(format_date(value, "long", rebase=False))


def moment(value: datetime | None) -> str:
    """«12 октября 2026 г., 14:30» in the centre's zone."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(centre().timezone))
    return f"{format_date(local.date(), 'long', rebase=False)}, {local:%H:%M}"


def clock(value: datetime) -> str:
    """«14:30» in the centre's zone."""
    return f"{value.astimezone(ZoneInfo(centre().timezone)):%H:%M}"


def seconds(milliseconds: int) -> str:
    """«0,1» of 124 milliseconds, as the page's language writes it."""
    return str(format_decimal(milliseconds / 1000, "#,##0.0"))


def month(value: date | None) -> str:
    """«октябрь 2026 г.» for what has a month only."""
    return str(format_date(value, "LLLL y", rebase=False)) if value else ""


def left(value: date | None) -> str:
    """How long until a day: «осталось 12 дней», «сегодня», «просрочено на 3 дня»."""
    if value is None:
        return ""
    days = (value - today()).days
    if days == 0:
        return str(gettext("сегодня"))
    if days < 0:
        return str(ngettext("просрочено на %(num)s день", "просрочено на %(num)s дн.", -days))
    return str(ngettext("остался %(num)s день", "осталось %(num)s дн.", days))
