"""The draft of an order as DOCX: the institution signs and numbers it, then it is registered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from io import BytesIO

from flask import Blueprint, render_template, send_file
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from mmo_lti.models.association import Association
from mmo_lti.models.order import OrderKind
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import order_document as drafts
from mmo_lti.services.association import find_association
from mmo_lti.services.order_document import DraftFile, Named
from mmo_lti.services.order_list import find_order, running_orders
from mmo_lti.services.permission import NotFound, require
from mmo_lti.web import order_form as fields
from mmo_lti.web.form import Form
from mmo_lti.web.order_words import draft_words
from mmo_lti.web.request import now, session_for_request, signed_in, today
from mmo_lti.web.sentences import sentences

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE = "/city/orders/<code>/draft/<any(creation, appointment, acting):act>"
Draft = Callable[[], DraftFile]


def make_blueprint() -> Blueprint:
    """`/city/orders/CODE/draft/ACT`."""
    pages = Blueprint("order_draft", __name__)
    pages.add_url_rule(PAGE, view_func=draft_form, methods=["GET"])
    pages.add_url_rule(PAGE, view_func=draft_make, methods=["POST"])
    return pages


def draft_form(code: str, act: str) -> str:
    """What the draft needs to be told."""
    return _page(_found(code), Form({}), act)


def draft_make(code: str, act: str) -> str | Response:
    """Offer the accusative of whom the order names to be looked at, then give the file."""
    form, association = Form(), _found(code)
    if form.ticked("find"):
        return _page(association, form, act)
    person = fields.read_person(form, "person", required=act != "creation")
    if person is not None and form.values.get("accusative_of") != str(person.id):
        values = MultiDict(form.values)
        values["accusative"], values["accusative_of"] = drafts.accusative_of(person), str(person.id)
        form.values = values
        return _page(association, form, act, look=True)
    make = _READERS[act](form, association, person)
    if form.faults:
        form.refusals.append(gettext("Проверьте отмеченные поля. Всё, что вы ввели, сохранено на странице."))
    else:
        try:
            made = make()
        except RuleError as error:
            form.refusals.extend(sentences(error))
        else:
            return send_file(
                BytesIO(made.content), mimetype=DOCX, download_name=made.name, as_attachment=True
            )
    return Response(_page(association, form, act), 422, mimetype="text/html")


def _creation(form: Form, association: Association, person: Person | None) -> Draft:
    initiator, ground = form.text("initiator", required=True, longest=300), form.text("ground", required=True)
    starts, leader = _day(form, "starts"), _named(form, person) if person else None
    document = partial(
        drafts.creation_draft,
        session_for_request(),
        signed_in(),
        association,
        starts=starts,
        initiator=initiator,
        ground=ground,
        now=now(),
        leader=leader,
    )
    return lambda: drafts.draft_file(association, document())


def _appointment(form: Form, association: Association, person: Person | None) -> Draft:
    starts, leader, number = _day(form, "starts"), _named(form, person), form.number("replaces")
    repeals = find_order(session_for_request(), association, number) if number else None
    document = partial(
        drafts.appointment_draft,
        session_for_request(),
        signed_in(),
        association,
        starts=starts,
        now=now(),
        repeals=repeals,
    )
    return lambda: drafts.draft_file(association, document(_there(leader)))


def _acting(form: Form, association: Association, person: Person | None) -> Draft:
    starts, ends, leader = _day(form, "starts"), _day(form, "ends"), _named(form, person)
    if not form.faults and ends < starts:
        form.faults["ends"] = gettext("Последний день раньше первого.")
    document = partial(
        drafts.acting_draft,
        session_for_request(),
        signed_in(),
        association,
        starts=starts,
        ends=ends,
        now=now(),
        reason=form.text("reason", longest=300),
    )
    return lambda: drafts.draft_file(association, document(_there(leader)))


_READERS: dict[str, Callable[[Form, Association, Person | None], Draft]] = {
    "creation": _creation,
    "appointment": _appointment,
    "acting": _acting,
}


def _day(form: Form, name: str) -> date:
    """A day that must be there; with a fault noted its value means nothing."""
    return form.day(name, required=True) or date.min


def _named(form: Form, person: Person | None) -> Named | None:
    """Whom the order names, as the coordinator wrote it; none with a fault noted."""
    accusative = form.text("accusative", required=person is not None, longest=500)
    return Named(person, accusative) if person is not None else None


def _there(leader: Named | None) -> Named:
    """Without a leader the form has a fault, so that nothing is made."""
    if leader is None:
        raise NotFound
    return leader


def _found(code: str) -> Association:
    association = find_association(session_for_request(), signed_in().centre_id, code)
    require(session_for_request(), signed_in(), Action.ORDER_REGISTER, today(), association)
    return association


def _page(association: Association, form: Form, act: str, *, look: bool = False) -> str:
    running = running_orders(session_for_request(), association, now())
    return render_template(
        "orders/draft.html",
        form=form,
        association=association,
        act=act,
        title=draft_words()[act],
        look=look,
        people=fields.people_to_choose(form, "person", association),
        running=[one for one in running if one.kind is OrderKind.APPOINTMENT],
    )
