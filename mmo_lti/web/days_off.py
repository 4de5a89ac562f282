"""Days off and working days that the government moves each year: terms in working days go by them."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.rules.action import Action
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.permission import require
from mmo_lti.services.working_day import replace_transfers, transfers_of
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import now, session_for_request, signed_in, today

PATH = "/city/settings/days"


def make_blueprint() -> Blueprint:
    """`/city/settings/days`."""
    pages = Blueprint("days_off", __name__)
    pages.add_url_rule(PATH, view_func=days, methods=["GET"])
    pages.add_url_rule(PATH, view_func=days_replace, methods=["POST"])
    return pages


def days() -> str:
    """The table of the running year."""
    return _page(Form({}))


def days_replace() -> Response:
    """Put a new table in place of the old."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    year = AcademicYear.of(today())
    off, working = _read(form, "off", year), _read(form, "working", year)
    if off & working:
        form.faults["working"] = gettext("Один и тот же день и выходной, и рабочий.")
    return perform(
        lambda: replace_transfers(session, actor, year, off, working, now()),
        form=form,
        page=_page,
        done=gettext("Переносы сохранены: сроки в рабочих днях пересчитаны."),
        to=PATH,
    )


def _read(form: Form, name: str, year: AcademicYear) -> set[date]:
    found = set()
    for line in form.text(name, longest=5000).split():
        try:
            day = datetime.strptime(line, "%d.%m.%Y").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            form.faults[name] = gettext("«%(line)s» – не дата. Пишите так: 31.12.2026.", line=line)
            continue
        if day not in year:
            form.faults[name] = gettext("%(line)s – не в этом учебном году.", line=line)
        found.add(day)
    return found


def _page(form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    require(session, actor, Action.SETTINGS_CHANGE, today())
    year, known = AcademicYear.of(today()), transfers_of(session, actor.centre_id)
    lists = {
        "off": sorted(day for day in known.off if day in year),
        "working": sorted(day for day in known.working if day in year),
    }
    texts = {name: "\n".join(f"{day:%d.%m.%Y}" for day in found) for name, found in lists.items()}
    return render_template("settings/days.html", form=form, year=year, texts=texts)
