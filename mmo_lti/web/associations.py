"""All associations of the city: find one, see who leads it, ask to join."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.rules.action import Action
from mmo_lti.services import membership
from mmo_lti.services.association import find_association
from mmo_lti.services.association_list import list_associations
from mmo_lti.services.permission import may
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import now, session_for_request, signed_in, today


def make_blueprint() -> Blueprint:
    """The list, and the request to join from it."""
    pages = Blueprint("associations", __name__)
    pages.add_url_rule("/associations", view_func=associations_list, methods=["GET"])
    pages.add_url_rule("/associations", view_func=associations_join, methods=["POST"])
    return pages


def associations_list() -> str:
    """The list, narrowed by words of a name or subject."""
    return _page(Form({}))


def associations_join() -> Response:
    """Ask to join the association `code`."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, form.text("code"))
    return perform(
        lambda: membership.request_to_join(session, actor, association, now()),
        form=form,
        page=_page,
        done=gettext("Заявка подана. О решении придёт сообщение."),
        to=f"/a/{association.code}",
    )


def _page(form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    search = request.args.get("search", "")
    return render_template(
        "associations/list.html",
        cards=list_associations(session, actor, search, now()),
        search=search,
        form=form,
        # Coordinator and director come here to look somebody up; their own request is made on a card.
        asks=not may(session, actor, Action.CITY_SEE, today()),
    )
