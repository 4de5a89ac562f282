"""The settings of the centre, a group a page; the running year keeps its own unless told otherwise."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.rules.action import Action
from mmo_lti.rules.regulation import regulation
from mmo_lti.rules.settings import Settings, setting_faults
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.centre import change_settings
from mmo_lti.services.permission import require
from mmo_lti.services.year_settings import settings_for, settings_of
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import centre, now, session_for_request, signed_in, today
from mmo_lti.web.sentences import coded
from mmo_lti.web.setting_fields import GROUPS, document_words, fields_of, group_words, posted

PATH = "/city/settings"


def make_blueprint() -> Blueprint:
    """`/city/settings`; its people, courses and days off are in `offices`, `courses`, `days_off`."""
    pages = Blueprint("settings", __name__)
    pages.app_context_processor(lambda: {"setting_pages": setting_pages})
    pages.add_url_rule(PATH, view_func=settings, methods=["GET"])
    pages.add_url_rule(PATH, view_func=settings_change, methods=["POST"])
    return pages


def settings() -> str:
    """The values of a group."""
    return _page(Form({}), request.args.get("group", ""))


def settings_change() -> Response:
    """Save what differs from the centre's values, or from this year's where it is to take them."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    require(session, actor, Action.SETTINGS_CHANGE, today())
    group = form.text("group")
    typed = posted(form.values)
    values = {**_current(), **typed}
    law = regulation(centre().regulation)
    for fault in setting_faults(values, law):
        form.faults.setdefault(str(fault.params["setting"]), coded(fault.code, fault.params))
    this_year = form.ticked("this_year")
    changed = {} if form.faults else _changed(values, typed, this_year=this_year)
    to = f"{PATH}?group={group if group in GROUPS else 'centre'}"
    if not form.faults and not changed:
        flash(gettext("Ничего не изменилось."), "info")
        return redirect(to, 303)
    return perform(
        lambda: change_settings(session, actor, changed, now(), this_year=this_year),
        form=form,
        page=lambda tried: _page(tried, group),
        done=gettext("Сохранено: действует сразу и в этом учебном году.")
        if this_year
        else gettext("Сохранено. Сроки и нормы этого учебного года остались прежними."),
        to=to,
    )


def setting_pages() -> list[tuple[str, str]]:
    """The pages of settings."""
    return [
        (gettext("Значения"), PATH),
        (gettext("Сотрудники центра"), f"{PATH}/people"),
        (gettext("Курсы"), f"{PATH}/courses"),
        (gettext("Переносы выходных"), f"{PATH}/days"),
    ]


def _current() -> dict[str, Any]:
    return settings_of(centre()).to_values()


def _changed(values: dict[str, Any], typed: dict[str, Any], *, this_year: bool) -> dict[str, Any]:
    """With `this_year` also what was saved before for later years alone and stands on the page."""
    current, law = _current(), regulation(centre().regulation)
    running = _running() if this_year else current
    read = Settings.from_values(values, law).to_values()
    return {name: read[name] for name in typed if not current[name] == read[name] == running[name]}


def _running() -> dict[str, Any]:
    return settings_for(session_for_request(), centre(), AcademicYear.of(today()).start).to_values()


def _page(form: Form, group: str) -> str:
    session, actor = session_for_request(), signed_in()
    require(session, actor, Action.SETTINGS_CHANGE, today())
    shown = group if group in GROUPS else "centre"
    year = AcademicYear.of(today())
    running = _running()
    law = regulation(centre().regulation)
    return render_template(
        "settings/page.html",
        form=form,
        group=shown,
        groups=group_words(),
        fields=fields_of(shown, _current(), running, law),
        longer=_current()["retention_longer"],
        document_words=document_words(),
        law=law,
        year=year,
    )
