"""The page of an association: the year as a timeline, the five documents, joining and leaving."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Membership
from mmo_lti.rules.action import Action
from mmo_lti.rules.states import MembershipState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import membership
from mmo_lti.services.association import find_association
from mmo_lti.services.association_page import association_year
from mmo_lti.services.duty import duties_of
from mmo_lti.services.membership_decision import request_term
from mmo_lti.services.membership_move import OPEN, membership_of
from mmo_lti.services.permission import NotFound, may
from mmo_lti.services.setup_path import path_of
from mmo_lti.services.suspension import of_the_city
from mmo_lti.web.association_frame import association_pages, years_beside
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import now, session_for_request, signed_in, today


def make_blueprint() -> Blueprint:
    """The association and what a person does about the own membership."""
    pages = Blueprint("association", __name__)
    pages.app_context_processor(
        lambda: {"association_pages": association_pages, "years_beside": years_beside}
    )
    pages.add_url_rule("/a/<code>", view_func=association_page, methods=["GET"])
    pages.add_url_rule("/a/<code>/<year:year>", view_func=association_page, methods=["GET"])
    pages.add_url_rule("/a/<code>/membership", view_func=membership_change, methods=["POST"])
    return pages


def association_page(code: str, year: AcademicYear | None = None) -> str:
    """The association in the running or a named year."""
    return _page(_found(code), Form({}), year)


def membership_change(code: str) -> Response:
    """Join, take a request back, confirm or decline, leave: the person's own act (R3)."""
    form = Form()
    association = _found(code)
    chosen = form.text("act")
    acts = _acts(association)
    if chosen not in acts:
        raise NotFound
    act, done = acts[chosen]
    return perform(
        act, form=form, page=lambda tried: _page(association, tried), done=done, to=f"/a/{association.code}"
    )


def _acts(association: Association) -> dict[str, tuple[Callable[[], object], str]]:
    session, actor, moment = session_for_request(), signed_in(), now()

    def own() -> Membership:
        found = membership_of(session, association, actor.person_id or 0)
        if found is None:
            raise NotFound
        return found

    return {
        "join": (
            lambda: membership.request_to_join(session, actor, association, moment),
            gettext("Заявка подана. О решении придёт сообщение."),
        ),
        "withdraw": (
            lambda: membership.withdraw_request(session, actor, own(), moment),
            gettext("Заявка отозвана."),
        ),
        "confirm": (
            lambda: membership.accept(session, actor, own(), moment),
            gettext("Вы – член ММО. Здесь появятся план, заседания и протоколы."),
        ),
        "decline": (lambda: membership.decline(session, actor, own(), moment), gettext("Вы отказались.")),
        "leave": (
            lambda: membership.leave(session, actor, association, moment),
            gettext("Вы вышли из состава ММО."),
        ),
    }


def _found(code: str) -> Association:
    return find_association(session_for_request(), signed_in().centre_id, code)


def _page(association: Association, form: Form, year: AcademicYear | None = None) -> str:
    session, actor = session_for_request(), signed_in()
    year = year or AcademicYear.of(today())
    page = association_year(session, actor, association, year, now())
    mine = membership_of(session, association, actor.person_id or 0)
    waits = mine is not None and mine.state is MembershipState.REQUESTED
    return render_template(
        "association/page.html",
        form=form,
        page=page,
        association=association,
        path=path_of(session, association, page.card, page.rows, today()),
        duties=[duty for duty in duties_of(session, actor, today()) if duty.association_id == association.id],
        answer_by=request_term(session, mine) if mine is not None and waits else None,
        mine=mine,
        placed=mine is None or of_the_city(session, mine.person, today()),
        open=association.state in OPEN,
        directs=may(session, actor, Action.CITY_SEE, today()),
    )
