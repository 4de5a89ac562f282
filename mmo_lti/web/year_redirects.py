"""Addresses without a year, as deep links name them: they always lead to the running one.

A link that was embedded once must not open last year's plan for ever.
"""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.association import find_association
from mmo_lti.web.request import session_for_request, signed_in, today

PAGES = ("plan", "meetings", "report")


def make_blueprint() -> Blueprint:
    """`/a/CODE/plan` and the other pages of a year."""
    pages = Blueprint("year_redirects", __name__)
    names = ",".join(PAGES)
    pages.add_url_rule(f"/a/<code>/<any({names}):page>", view_func=to_running_year, methods=["GET"])
    return pages


def to_running_year(code: str, page: str) -> Response:
    """The same page of the running year; an association of another centre is no such page."""
    association = find_association(session_for_request(), signed_in().centre_id, code)
    return redirect(f"/a/{association.code}/{AcademicYear.of(today()).slug}/{page}", 302)
