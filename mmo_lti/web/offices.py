"""Who acts for the centre: coordinators, the director, an acting director."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.models.office import OfficeKind
from mmo_lti.rules.action import Action
from mmo_lti.services import office
from mmo_lti.services.permission import require
from mmo_lti.services.person import find_person
from mmo_lti.web.form import Form, one_of, perform
from mmo_lti.web.office_words import office_words
from mmo_lti.web.order_form import people_to_choose, read_person
from mmo_lti.web.request import now, session_for_request, signed_in, today

PATH = "/city/settings/people"


def make_blueprint() -> Blueprint:
    """`/city/settings/people`."""
    pages = Blueprint("offices", __name__)
    pages.add_url_rule(PATH, view_func=offices, methods=["GET"])
    pages.add_url_rule(PATH, view_func=office_appoint, methods=["POST"])
    pages.add_url_rule(PATH + "/<int:number>/end", view_func=office_end, methods=["POST"])
    return pages


def offices() -> str:
    """Offices that run today or later."""
    return _page(Form({}))


def office_appoint() -> str | Response:
    """Name somebody for an office."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    require(session, actor, Action.OFFICE_APPOINT, today())
    if form.ticked("find"):
        return _page(form)
    kind = one_of(OfficeKind, form.text("kind"))
    if kind is None:
        form.faults["kind"] = gettext("Выберите должность.")
    person = read_person(form, "person", required=True)
    since, until = form.day("since") or today(), form.day("until")

    def appoint() -> object:
        assert kind is not None  # noqa: S101 - a missing one is a fault of the form
        assert person is not None  # noqa: S101 - likewise
        return office.appoint(session, actor, kind, person, since, until, now())

    return perform(appoint, form=form, page=_page, done=gettext("Назначение сохранено."), to=PATH)


def office_end(number: int) -> Response:
    """End an office after its last day."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    found = office.find_office(session, actor, number)
    last_day = form.day("last_day", required=True) or today()
    return perform(
        lambda: office.end_office(session, actor, found, last_day, now()),
        form=form,
        page=_page,
        done=gettext("Полномочия прекращаются в указанный день."),
        to=PATH,
    )


def _page(form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    running = office.offices(session, actor, now())
    return render_template(
        "settings/people.html",
        form=form,
        offices=running,
        people=people_to_choose(form, "person", None),
        holders={one.id: find_person(session, actor.centre_id, one.person_id) for one in running},
        office_words=office_words(),
        today=today(),
    )
