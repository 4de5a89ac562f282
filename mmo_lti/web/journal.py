"""The journal: who did what when, and whether nobody changed it afterwards."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from mmo_lti.services.association import find_association
from mmo_lti.services.association_list import list_associations
from mmo_lti.services.journal_list import check_chain, journal_page
from mmo_lti.web.journal_words import JournalWords
from mmo_lti.web.request import now, session_for_request, signed_in


def make_blueprint() -> Blueprint:
    """`/city/journal`."""
    pages = Blueprint("journal", __name__)
    pages.add_url_rule("/city/journal", view_func=journal, methods=["GET"])
    return pages


def journal() -> str:
    """Newest entries, of one association where `association` names it; `check` walks the chain."""
    session, actor = session_for_request(), signed_in()
    code, before = request.args.get("association", ""), request.args.get("before", "")
    association = find_association(session, actor.centre_id, code) if code else None
    page = journal_page(
        session,
        actor,
        now(),
        association=association,
        before=int(before) if before.isdecimal() and len(before) < 18 else None,
    )
    return render_template(
        "journal/page.html",
        page=page,
        association=association,
        chain=check_chain(session, actor, now()) if request.args.get("check") else None,
        cards=list_associations(session, actor, "", now(), ended=True),
        words=JournalWords(),
    )
