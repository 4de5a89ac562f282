"""What waits for the centre: one paper after the other, with its preview and the decision beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mmo_lti.lti.own_address import is_local_path
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.report import Report
from mmo_lti.services import inbox as inboxes
from mmo_lti.services import plan as plans
from mmo_lti.services import protocol as protocols
from mmo_lti.services import report as reports
from mmo_lti.services.actor import Actor
from mmo_lti.services.inbox import Paper
from mmo_lti.services.permission import NotFound
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import now, session_for_request, signed_in, today

Decide = Callable[[Session, Actor, Any, str, datetime], object]
KINDS: dict[str, type[Plan | Protocol | Report]] = {"plans": Plan, "protocols": Protocol, "reports": Report}

DECISIONS: dict[tuple[str, str], Decide] = {
    ("plans", "agree"): lambda session, actor, paper, _words, at: plans.agree(session, actor, paper, at),
    ("plans", "return"): plans.return_plan,
    ("protocols", "accept"): lambda session, actor, paper, _words, at: protocols.accept(
        session, actor, paper, at
    ),
    ("protocols", "return"): protocols.return_protocol,
    ("protocols", "void"): protocols.void,
    ("reports", "accept"): lambda session, actor, paper, _words, at: reports.accept(
        session, actor, paper, at
    ),
    ("reports", "return"): reports.return_report,
}


def make_blueprint() -> Blueprint:
    """`/city/inbox` and the decisions that may be sent from a paper's own page too."""
    pages = Blueprint("inbox", __name__)
    pages.app_context_processor(lambda: {"may_decide": may_decide})
    pages.add_url_rule("/city/inbox", view_func=inbox, methods=["GET"])
    one = "/city/inbox/<any(plans, protocols, reports):kind>/<int:number>"
    pages.add_url_rule(one + "/<any(agree, accept, return, void):act>", view_func=decide, methods=["POST"])
    return pages


def inbox() -> str:
    """The inbox, opened at the paper that `show` names or at the one that waits longest."""
    return _page(Form({}), request.args.get("show", ""))


def decide(kind: str, number: int, act: str) -> Response:
    """Agree, accept, return with words, void."""
    decision = DECISIONS.get((kind, act))
    if decision is None:
        raise NotFound
    form = Form()
    session, actor = session_for_request(), signed_in()
    paper = inboxes.find_paper(session, actor, KINDS[kind], number)
    words, back = form.text("words", longest=4000), form.text("next")
    return perform(
        lambda: decision(session, actor, paper, words, now()),
        form=form,
        page=lambda tried: _page(tried, f"{kind}-{number}"),
        done=_done(kind, act),
        to=back if back and is_local_path(back) else "/city/inbox",
    )


def may_decide(paper: Paper) -> bool:
    """For templates: whether this person may accept or return the paper now."""
    return inboxes.may_decide(session_for_request(), signed_in(), paper, now())


def _done(kind: str, act: str) -> str:
    done: dict[tuple[str, str], str] = {
        ("plans", "agree"): gettext("План согласован, руководитель узнает об этом сегодня."),
        ("plans", "return"): gettext("План возвращён с замечаниями."),
        ("protocols", "accept"): gettext("Протокол принят."),
        ("protocols", "return"): gettext("Протокол возвращён с замечаниями."),
        ("protocols", "void"): gettext("Протокол аннулирован, номер за ним сохранён."),
        ("reports", "accept"): gettext("Отчёт принят."),
        ("reports", "return"): gettext("Отчёт возвращён с замечаниями."),
    }
    return done[kind, act]


def _page(form: Form, show: str) -> str:
    found = inboxes.inbox(session_for_request(), signed_in(), now())
    first = next((one for one in found.every if one.decides), None)
    return render_template(
        "inbox/page.html", form=form, inbox=found, shown=found.find(show) or first, today=today()
    )
