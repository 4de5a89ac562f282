"""The city at a glance: association × duty; a cell leads to its cause, a button reminds who is behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from mmo_lti.rules.action import Action
from mmo_lti.rules.names import search_key
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.city import COLUMNS, CityRow, city_overview
from mmo_lti.services.city_cell import Mark
from mmo_lti.services.coming import coming
from mmo_lti.services.permission import may
from mmo_lti.services.reminder import DUTIES, Reminded, goes_out_at, remind, to_remind
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import now, session_for_request, signed_in, today
from mmo_lti.web.sentences import cell_sentence, setting_label

MARKS = {
    Mark.NOT_DUE: "none",
    Mark.GOOD: "good",
    Mark.WAITING: "wait",
    Mark.ATTENTION: "soon",
    Mark.BAD: "bad",
}
"""The mark of the page's style for each mark of a cell."""

FILTERS: dict[str, Callable[[CityRow], bool]] = {
    "bad": lambda row: row.worst is Mark.BAD,
    "risk": lambda row: row.worst >= Mark.ATTENTION,
    "waiting": lambda row: any(cell.mark is Mark.WAITING for cell in row.cells),
}


def make_blueprint() -> Blueprint:
    """The heat map and the calendar."""
    pages = Blueprint("city", __name__)
    pages.app_context_processor(lambda: {"city_pages": city_pages})
    pages.add_url_rule("/city", view_func=city, methods=["GET"])
    pages.add_url_rule("/city/<year:year>", view_func=city, methods=["GET"])
    for address in ("/city/remind", "/city/<year:year>/remind"):
        pages.add_url_rule(address, view_func=reminder, methods=["GET"])
        pages.add_url_rule(address, view_func=reminder_send, methods=["POST"])
    pages.add_url_rule("/city/calendar", view_func=calendar, methods=["GET"])
    return pages


def city(year: AcademicYear | None = None) -> str:
    """How every association stands, worst first; sorted and narrowed by links."""
    running = AcademicYear.of(today())
    shown = year or running
    overview = city_overview(session_for_request(), signed_in(), shown.start, today())
    only, sort = request.args.get("only", ""), request.args.get("sort", "worst")
    rows = [row for row in overview.rows if only not in FILTERS or FILTERS[only](row)]
    return render_template(
        "city/page.html",
        overview=overview,
        rows=_sorted(rows, sort),
        year=shown,
        running=running,
        only=only if only in FILTERS else "",
        sort=sort,
        columns=column_words(),
        counts={name: sum(map(fits, overview.rows)) for name, fits in FILTERS.items()},
        marks=MARKS,
        reminds=may(session_for_request(), signed_in(), Action.REMIND, today())
        and any(row.cell(duty).mark is Mark.BAD for row in overview.rows for duty in DUTIES),
        creates=may(session_for_request(), signed_in(), Action.ASSOCIATION_CREATE, today()),
        cell_sentence=cell_sentence,
    )


def reminder(year: AcademicYear | None = None) -> str:
    """Whom a reminder would reach, and about what: to be looked through before it is sent."""
    return _reminder_page(year or AcademicYear.of(today()), Form({}))


def reminder_send(year: AcademicYear | None = None) -> Response:
    """Remind the leaders of the ticked associations."""
    form = Form()
    shown = year or AcademicYear.of(today())
    chosen = form.numbers("association")
    if not chosen:
        form.refusals.append(gettext("Отметьте, кому напомнить."))
        return Response(_reminder_page(shown, form), 422, mimetype="text/html")
    sent: list[Reminded] = []
    answer = perform(
        lambda: sent.append(remind(session_for_request(), signed_in(), shown, chosen, now())),
        form=form,
        page=lambda tried: _reminder_page(shown, tried),
        done="",
        to="/city" if shown == AcademicYear.of(today()) else f"/city/{shown.slug}",
    )
    if sent:
        flash(_sent_words(sent[0]), "success" if sent[0].leaders else "info")
    return answer


def _sent_words(sent: Reminded) -> str:
    if not sent.leaders:
        return str(gettext("Напоминать нечего: сегодня уже напомнили или всё исправлено."))
    words: str = ngettext(
        "Напоминание получит %(num)s руководитель.",
        "Напоминание получат %(num)s руководителей.",
        sent.leaders,
    )
    return words


def _reminder_page(year: AcademicYear, form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    rows = to_remind(session, actor, year, now())
    return render_template(
        "city/remind.html",
        form=form,
        year=year,
        running=AcademicYear.of(today()),
        rows=rows,
        ready=[row for row in rows if row.fresh],
        chosen=form.numbers("association") if form.values else [row.association_id for row in rows],
        leaves_at=goes_out_at(session, actor, now()),
        columns=column_words(),
        cell_sentence=cell_sentence,
    )


def calendar() -> str:
    """What happens in the coming sixty days."""
    found = coming(session_for_request(), signed_in(), now())
    return render_template("city/calendar.html", found=found, setting_label=setting_label)


def column_words() -> dict[str, str]:
    """Titles of the columns."""
    return {
        "members": gettext("Состав"),
        "plan": gettext("План"),
        "meetings": gettext("Заседания"),
        "protocols": gettext("Протоколы"),
        "report": gettext("Отчёт"),
    }


def city_pages() -> list[tuple[str, str]]:
    """The pages beside the city's, as far as this person may open them."""
    session, actor, day = session_for_request(), signed_in(), today()
    every = [
        (gettext("Обзор"), "/city", Action.CITY_SEE),
        (gettext("Ближайшие 60 дней"), "/city/calendar", Action.CALENDAR_SEE),
        (gettext("Организации"), "/city/organisations", Action.ORGANISATION_EDIT),
        (gettext("Люди"), "/city/people", Action.PEOPLE_EDIT),
        (gettext("Журнал"), "/city/journal", Action.JOURNAL_SEE),
    ]
    return [(title, href) for title, href, action in every if may(session, actor, action, day)]


def _sorted(rows: Sequence[CityRow], sort: str) -> list[CityRow]:
    if sort in COLUMNS:
        return sorted(rows, key=lambda row: (-row.cell(sort).mark, search_key(row.genitive)))
    if sort == "name":
        return sorted(rows, key=lambda row: search_key(row.genitive))
    return sorted(rows, key=lambda row: (-row.worst, _bad_cells(row), search_key(row.genitive)))


def _bad_cells(row: CityRow) -> int:
    """Fewer for a row with more trouble, so that it stands first."""
    return -sum(cell.mark is row.worst for cell in row.cells)
