"""Orders about one association: its history, and one form for each act that its state allows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.models.association import Association
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.rules.action import Action
from mmo_lti.rules.states import AssociationState
from mmo_lti.services import association_end, order, order_list
from mmo_lti.services import group_link as links
from mmo_lti.services.association import find_association, rename
from mmo_lti.services.association_list import list_associations
from mmo_lti.services.member_count import count_members
from mmo_lti.services.order_paper import initiators
from mmo_lti.services.paper_year import takes_papers
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import running_settings
from mmo_lti.web import order_form as fields
from mmo_lti.web.form import Form, perform
from mmo_lti.web.order_words import act_words, order_words
from mmo_lti.web.request import now, session_for_request, signed_in, today

T = TypeVar("T")
Act = Callable[[], object]
Reader = Callable[[Form, Association], Act]

OF_DRAFT = ("creation", "drop")
OF_ACTIVE = ("appointment", "acting", "release", "renaming", "merger", "closing", "group")
ACTIONS = {
    "renaming": Action.ASSOCIATION_CREATE,
    "merger": Action.ASSOCIATION_CREATE,
    "closing": Action.ASSOCIATION_CREATE,
    "drop": Action.ASSOCIATION_DROP,
}
"""Whose number of associations it is (R5); anything else is an order only."""
WITH_SCAN = frozenset({"creation", "appointment", "acting", "release", "renaming", "merger", "closing"})
CHOOSES_PERSON = {"creation": "leader", "appointment": "person", "acting": "person"}


def make_blueprint() -> Blueprint:
    """`/city/orders/CODE` and its acts."""
    pages = Blueprint("order_acts", __name__)
    pages.add_url_rule("/city/orders/<code>", view_func=association_orders, methods=["GET"])
    pages.add_url_rule("/city/orders/<code>/<act>", view_func=order_register, methods=["POST"])
    return pages


def association_orders(code: str) -> str:
    """The association's orders, with the form that `act` names or that its state asks for."""
    association = _found(code)
    return _page(association, Form({}), request.args.get("act") or _next_act(association))


def order_register(code: str, act: str) -> str | Response:
    """Register an order, drop a draft, give a group."""
    association, form = _found(code), Form()
    session, actor = session_for_request(), signed_in()
    require(session, actor, ACTIONS.get(act, Action.ORDER_REGISTER), today(), association)
    read = READERS.get(act)
    if read is None:
        raise NotFound
    if act in WITH_SCAN:
        fields.file_scan(form, association)
    if form.ticked("find"):
        return _page(association, form, act)
    return perform(
        read(form, association),
        form=form,
        page=lambda tried: _page(association, tried, act),
        done=_done(act),
        to=f"/city/orders/{association.code}",
    )


def _creation(form: Form, association: Association) -> Act:
    paper, place = fields.read_paper(form), fields.read_place(form)
    leader, since = fields.read_person(form, "leader"), form.day("leader_since")
    return lambda: order.register_creation_order(
        session_for_request(),
        signed_in(),
        association,
        paper,
        now(),
        course=place.course if place else None,
        group_id=place.group_id if place else None,
        leader=leader,
        leader_since=since,
    )


def _appointment(form: Form, association: Association) -> Act:
    paper, person = fields.read_paper(form), fields.read_person(form, "person", required=True)
    since, replaces = form.day("since") or paper.signed_on, _replaced(form, association)
    return lambda: order.register_appointment(
        session_for_request(),
        signed_in(),
        association,
        _there(person),
        paper,
        since,
        now(),
        replaces=replaces,
    )


def _acting(form: Form, association: Association) -> Act:
    paper, person = fields.read_paper(form), fields.read_person(form, "person", required=True)
    since, until = form.day("since") or paper.signed_on, form.day("until", required=True)
    replaces = _replaced(form, association)
    return lambda: order.register_acting(
        session_for_request(),
        signed_in(),
        association,
        _there(person),
        paper,
        since,
        _there(until),
        now(),
        replaces=replaces,
    )


def _release(form: Form, association: Association) -> Act:
    paper, last_day = fields.read_paper(form), form.day("last_day", required=True)
    ended = _replaced(form, association)
    if ended is None:
        form.faults["replaces"] = gettext("Выберите, чьи полномочия прекращаются.")
    return lambda: order.register_release(
        session_for_request(), signed_in(), _there(ended), paper, _there(last_day), now()
    )


def _renaming(form: Form, association: Association) -> Act:
    paper, grounds = fields.read_paper(form), fields.read_grounds(form)
    genitive, direction = form.text("genitive", required=True, longest=300), form.text("direction")
    return lambda: rename(
        session_for_request(), signed_in(), association, genitive, direction, paper, grounds, now()
    )


def _closing(form: Form, association: Association) -> Act:
    paper, grounds = fields.read_paper(form), fields.read_grounds(form)
    return lambda: association_end.close(
        session_for_request(), signed_in(), association, paper, grounds, now()
    )


def _merger(form: Form, association: Association) -> Act:
    paper, grounds = fields.read_paper(form), fields.read_grounds(form)
    code = form.text("into", required=True)
    into = find_association(session_for_request(), signed_in().centre_id, code) if code else association
    return lambda: association_end.merge(
        session_for_request(), signed_in(), association, into, paper, grounds, now()
    )


def _drop(form: Form, association: Association) -> Act:
    reason = form.text("reason", required=True)
    return lambda: association_end.drop(session_for_request(), signed_in(), association, reason, now())


def _group(form: Form, association: Association) -> Act:
    place = fields.read_place(form)
    if place is None:
        form.faults["place"] = gettext("Выберите курс и группу.")
    return lambda: links.link_group(
        session_for_request(), signed_in(), association, _there(place).course, _there(place).group_id, now()
    )


READERS: dict[str, Reader] = {
    "creation": _creation,
    "drop": _drop,
    "appointment": _appointment,
    "acting": _acting,
    "release": _release,
    "renaming": _renaming,
    "closing": _closing,
    "merger": _merger,
    "group": _group,
}


def _there(value: T | None) -> T:
    """A value without which the form has a fault, so that the act is never done."""
    if value is None:
        raise NotFound
    return value


def _replaced(form: Form, association: Association) -> Order | None:
    number = form.number("replaces")
    return order_list.find_order(session_for_request(), association, number) if number else None


def _next_act(association: Association) -> str:
    """What the state of the association asks for."""
    if association.state is AssociationState.DRAFT:
        return "creation"
    if association.state is AssociationState.ACTIVE and not _running(association):
        return "appointment"
    return ""


def _running(association: Association) -> list[Order]:
    return order_list.running_orders(session_for_request(), association, now())


def _done(act: str) -> str:
    done: dict[str, str] = {
        "creation": gettext("Объединение создано, приказ зарегистрирован. Члены ММО узнают об этом сегодня."),
        "drop": gettext("Проект закрыт. Тем, кто в нём собрался, сообщено."),
        "group": gettext("Группа выбрана. Состав перенесётся в Moodle в течение минуты."),
    }
    return done.get(act) or str(gettext("Приказ зарегистрирован."))


def _found(code: str) -> Association:
    return find_association(session_for_request(), signed_in().centre_id, code)


def _page(association: Association, form: Form, act: str) -> str:
    session, actor = session_for_request(), signed_in()
    require(session, actor, Action.ORDER_REGISTER, today(), association)
    every = {AssociationState.DRAFT: OF_DRAFT, AssociationState.ACTIVE: OF_ACTIVE}
    acts = every.get(association.state, ())
    opened = act if act in acts else ""
    person_field = CHOOSES_PERSON.get(opened)
    day: date = today()
    return render_template(
        "orders/association.html",
        form=form,
        association=association,
        acts=[(name, title) for name, title in act_words().items() if name in acts],
        act=opened,
        orders=order.orders_of(session, actor, association, now()),
        order_words=order_words(),
        running=_running(association),
        kind_of=OrderKind,
        count=count_members(session, association, day),
        minimum=running_settings(session, association.centre_id, day).min_members,
        initiators=initiators(session, actor),
        links=links.links_of(session, association),
        papers=takes_papers(association, day),
        places=fields.places() if opened in ("creation", "group") else [],
        people=fields.people_to_choose(form, person_field, association) if person_field else [],
        targets=_targets(association) if opened == "merger" else [],
        scan=fields.filed_scan(form),
        today=day,
    )


def _targets(association: Association) -> list[tuple[str, str]]:
    """Active associations that this one may be merged into."""
    cards = list_associations(session_for_request(), signed_in(), "", now())
    return [
        (card.association.code, card.association.genitive)
        for card in cards
        if card.association.state is AssociationState.ACTIVE and card.association.id != association.id
    ]
