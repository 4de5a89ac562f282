"""All associations of the city: find one, see who leads it, ask to join."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.services import membership
from mmo_lti.services.association import find_association
from mmo_lti.services.association_list import list_associations
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import now, session_for_request, signed_in


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
        done=gettext("Заявка подана. О решении вы узнаете из сообщения в Moodle."),
        to=f"/a/{association.code}",
    )


def _page(form: Form) -> str:
    search = request.args.get("search", "")
    cards = list_associations(session_for_request(), signed_in(), search, now())
    return render_template("associations/list.html", cards=cards, search=search, form=form)
