"""Deep linking: course staff choose what to embed, the answer goes back through the browser (DL 2.0)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, g, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from mmo_lti.lti import tool_keys
from mmo_lti.lti.deep_link import Pick, choices_of, content_items, response_claims
from mmo_lti.lti.page import answering
from mmo_lti.lti.refusal import denied, stale
from mmo_lti.lti.session_path import keep_links
from mmo_lti.lti.side import LtiSide, lti_side
from mmo_lti.lti.signed_in import SignedIn, signed_in
from mmo_lti.services.deep_link import pending_request, take_request


def add_to(pages: Blueprint) -> None:
    """Add the addresses to the blueprint."""
    pages.add_url_rule("/lti/deep-link", view_func=deep_link_choose, methods=["GET"])
    pages.add_url_rule("/lti/deep-link", view_func=deep_link_answer, methods=["POST"])


@answering("deep_link")
def deep_link_choose() -> BaseResponse:
    """The list of what can be embedded: names of associations and their pages, nothing else."""
    side = lti_side()
    with side.installation.database.read() as session:
        here = _staff(side, session)
        asked = pending_request(here.web_session)
        if asked is None:
            raise stale("deep_link")
        choices = choices_of(session, here.web_session.centre_id)
    page = render_template(
        "lti/deep_link.html", choices=choices, multiple=asked.accept_multiple, csrf=here.csrf
    )
    return keep_links(make_response(page), here.web_session.handle)


@answering("deep_link")
def deep_link_answer() -> BaseResponse:
    """Sign what was chosen and let the browser post it to the platform; the request is spent by it."""
    side = lti_side()
    installation = side.installation
    with installation.database.write() as session:
        here = _staff(side, session)
        asked = take_request(session, here.web_session)
        if asked is None:
            raise stale("deep_link")
        picks = [] if "cancel" in request.form else _picked(session, here)
        items = content_items(picks[: None if asked.accept_multiple else 1], asked, side.public_url)
        now = installation.now(session)
        tool_keys.ensure_key(session, installation.config.secret, now)
        claims = response_claims(here.web_session.deployment, asked, items, now)
        token = tool_keys.sign(session, installation.config.secret, claims, now)
    target = urlsplit(asked.return_url)
    g.form_action = f"{target.scheme}://{target.netloc}"
    return make_response(render_template("lti/deep_link_return.html", action=asked.return_url, token=token))


def _staff(side: LtiSide, session: Session) -> SignedIn:
    """The session of this request, if the platform calls its person course staff."""
    here = signed_in(side, session, side.installation.now(session))
    if not here.web_session.course_staff:
        raise denied("deep_link")
    return here


def _picked(session: Session, here: SignedIn) -> list[Pick]:
    """What the form names, out of what is offered and nothing else."""
    wanted = request.form.getlist("page")
    offered = {pick.page: pick for pick in choices_of(session, here.web_session.centre_id)}
    return [offered[page] for page in dict.fromkeys(wanted) if page in offered]
