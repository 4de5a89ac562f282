"""Orders: what needs one, the book of all, new associations and those that are older than the tool."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.rules.action import Action
from mmo_lti.services import order_list
from mmo_lti.services.adoption import Appointment, ChosenGroup, adopt
from mmo_lti.services.association import create_draft
from mmo_lti.services.order_paper import Grounds, initiators
from mmo_lti.services.permission import require
from mmo_lti.web import order_form as fields
from mmo_lti.web.form import Form, perform
from mmo_lti.web.order_words import order_words
from mmo_lti.web.request import now, session_for_request, signed_in, today


def make_blueprint() -> Blueprint:
    """`/city/orders`; the acts on one association are in `order_acts`."""
    pages = Blueprint("orders", __name__)
    pages.add_url_rule("/city/orders", view_func=orders, methods=["GET"])
    pages.add_url_rule("/city/orders/new", view_func=draft_form, methods=["GET"])
    pages.add_url_rule("/city/orders/new", view_func=draft_create, methods=["POST"])
    pages.add_url_rule("/city/orders/adopt", view_func=adoption_form, methods=["GET"])
    pages.add_url_rule("/city/orders/adopt", view_func=adoption_make, methods=["POST"])
    return pages


def orders() -> str:
    """What an order is due for, all associations, the newest orders."""
    session, actor = session_for_request(), signed_in()
    return render_template(
        "orders/list.html",
        overview=order_list.orders_overview(session, actor, now()),
        book=order_list.order_book(session, actor, now()),
        order_words=order_words(),
    )


def draft_form() -> str:
    """The form of a new association."""
    return _draft_page(Form({}))


def draft_create() -> Response:
    """Open a draft that gathers its members."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    genitive, grounds = form.text("genitive", required=True, longest=300), fields.read_grounds(form)
    return perform(
        lambda: create_draft(session, actor, genitive, form.text("direction"), grounds, now()),
        form=form,
        page=_draft_page,
        done=gettext("Проект объединения открыт. Теперь он набирает членов: пригласите педагогов."),
        to=lambda association: f"/a/{association.code}/members",
    )


def adoption_form() -> str:
    """The form of an association that exists already."""
    return _adoption_page(Form({}))


def adoption_make() -> str | Response:
    """Register an association with its original orders, its leader and its group."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    require(session, actor, Action.ASSOCIATION_ADOPT, today())
    fields.file_scan(form, None)
    if form.ticked("find"):
        return _adoption_page(form)
    genitive = form.text("genitive", required=True, longest=300)
    order, place = fields.read_paper(form), fields.read_place(form)
    grounds = Grounds(form.text("initiator"), form.text("ground"))
    started = form.day("started_using")
    appointment = _appointment(form)
    return perform(
        lambda: adopt(
            session,
            actor,
            genitive,
            form.text("direction"),
            order,
            now(),
            appointment=appointment,
            group=ChosenGroup(place.course, place.group_id) if place else None,
            started_using=started,
            grounds=grounds,
        ),
        form=form,
        page=_adoption_page,
        done=gettext("Объединение принято на учёт. Участие подтверждают сами педагоги."),
        to=lambda association: f"/city/orders/{association.code}",
    )


def _appointment(form: Form) -> Appointment | None:
    """The leader's original order: the paper of creation where nothing else is typed."""
    person = fields.read_person(form, "leader")
    if person is None:
        if form.text("leader_search"):
            form.faults["leader"] = gettext("Нажмите «Найти» и выберите руководителя из списка.")
        return None
    own = form.text("leader_number") or form.text("leader_signed_on")
    paper = fields.read_paper(form, "leader_" if own else "")
    return Appointment(person, paper, form.day("leader_since") or paper.signed_on)


def _draft_page(form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    require(session, actor, Action.ASSOCIATION_CREATE, today())
    return render_template("orders/new.html", form=form, initiators=initiators(session, actor))


def _adoption_page(form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    require(session, actor, Action.ASSOCIATION_ADOPT, today())
    day: date = today()
    return render_template(
        "orders/adopt.html",
        form=form,
        initiators=initiators(session, actor),
        places=fields.places(),
        people=fields.people_to_choose(form, "leader", None),
        scan=fields.filed_scan(form),
        today=day,
    )
