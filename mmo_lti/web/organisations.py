"""The coordinator's directory of educational organisations."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from mmo_lti.rules.action import Action
from mmo_lti.services import organisation
from mmo_lti.services.organisation import Added
from mmo_lti.services.permission import require
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import now, session_for_request, signed_in, today

PATH = "/city/organisations"


def make_blueprint() -> Blueprint:
    """`/city/organisations`."""
    pages = Blueprint("organisations", __name__)
    pages.add_url_rule(PATH, view_func=organisations, methods=["GET"])
    pages.add_url_rule(PATH, view_func=organisations_add, methods=["POST"])
    pages.add_url_rule(PATH + "/<int:number>", view_func=organisation_change, methods=["POST"])
    return pages


def organisations() -> str:
    """The list, narrowed by words of a name."""
    return _page(Form({}))


def organisations_add() -> Response:
    """Add one or many, a line each; those known under another spelling are named."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    names = [line for line in form.text("names", required=True, longest=20_000).splitlines() if line.strip()]
    kind = form.text("kind", longest=50)

    def add() -> Added:
        outcome = organisation.add_organisations(session, actor, names, kind, now())
        _tell(outcome)
        return outcome

    return perform(add, form=form, page=_page, done="", to=PATH)


def organisation_change(number: int) -> Response:
    """Correct a name, close an organisation, open it again."""
    form = Form()
    session, actor, moment = session_for_request(), signed_in(), now()
    found = organisation.find_organisation(session, actor.centre_id, number)
    act = form.text("act")
    if act == "close":
        closed_on = form.day("closed_on", required=True) or today()
        return _perform(
            form,
            lambda: organisation.close_organisation(session, actor, found, closed_on, moment),
            gettext("Организация закрыта. Члены ММО, у которых нет другой, приостановлены."),
        )
    if act == "reopen":
        return _perform(
            form,
            lambda: organisation.reopen_organisation(session, actor, found, moment),
            gettext("Организация снова действует."),
        )
    name = form.text("name", required=True, longest=400)
    return _perform(
        form,
        lambda: organisation.rename_organisation(session, actor, found, name, form.text("kind"), moment),
        gettext("Запись исправлена. В принятых документах название прежнее."),
    )


def _perform(form: Form, act: Callable[[], object], done: str) -> Response:
    return perform(act, form=form, page=_page, done=done, to=PATH)


def _tell(outcome: Added) -> None:
    if outcome.added:
        number = len(outcome.added)
        flash(ngettext("Добавлена %(num)s организация.", "Добавлено %(num)s организаций.", number), "success")
    for typed, known in outcome.known.items():
        words = gettext("«%(typed)s» уже есть в списке: %(known)s.", typed=typed.strip(), known=known.name)
        flash(words, "info")


def _page(form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    require(session, actor, Action.ORGANISATION_EDIT, today())
    search = request.args.get("search", "")
    edited = request.args.get("edit", form.values.get("number", ""))
    return render_template(
        "organisations/page.html",
        form=form,
        organisations=organisation.list_organisations(session, actor, now(), search, closed=True),
        people=organisation.people_at(session, actor.centre_id),
        search=search,
        edited=int(edited) if edited.isdecimal() else None,
        today=today(),
    )
