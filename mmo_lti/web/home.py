"""The home page: what I owe, by when, what next."""

from __future__ import annotations

from flask import Blueprint, render_template

from mmo_lti.rules.action import Action
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.association_list import own_associations
from mmo_lti.services.association_page import association_year, next_meeting
from mmo_lti.services.check_in import running
from mmo_lti.services.city import city_overview
from mmo_lti.services.duty import duties_of
from mmo_lti.services.permission import may
from mmo_lti.web.request import now, session_for_request, signed_in, today


def make_blueprint() -> Blueprint:
    """The home page."""
    pages = Blueprint("home", __name__)
    pages.add_url_rule("/", view_func=home, methods=["GET"])
    return pages


def home() -> str:
    """A meeting that runs, duties by urgency, the city's line for its officers, the own associations."""
    session, actor = session_for_request(), signed_in()
    cards = own_associations(session, actor, now())
    year = AcademicYear.of(today())
    coming = {
        card.association.id: next_meeting(
            association_year(session, actor, card.association, year, now()), now()
        )
        for card in cards
    }
    sees_city = may(session, actor, Action.CITY_SEE, today())
    return render_template(
        "home/page.html",
        cards=cards,
        coming=coming,
        duties=duties_of(session, actor, today()),
        running=running(session, actor, now()),
        city=city_overview(session, actor, year.start, today()) if sees_city else None,
    )
