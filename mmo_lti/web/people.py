"""The directory of people: found by name, to be read."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from mmo_lti.services.people_list import PAGE, people_page
from mmo_lti.web.office_words import office_words
from mmo_lti.web.request import now, session_for_request, signed_in


def make_blueprint() -> Blueprint:
    """`/city/people`."""
    pages = Blueprint("people", __name__)
    pages.add_url_rule("/city/people", view_func=people, methods=["GET"])
    return pages


def people() -> str:
    """A page of people, by name."""
    search = request.args.get("search", "")
    start = request.args.get("from", "0")
    offset = int(start) if start.isdecimal() and len(start) < 9 else 0
    entries, more = people_page(session_for_request(), signed_in(), search, now(), offset=offset)
    return render_template(
        "people/page.html",
        entries=entries,
        search=search,
        offset=offset,
        following=offset + PAGE if more else None,
        previous=max(0, offset - PAGE) if offset else None,
        office_words=office_words(),
    )
