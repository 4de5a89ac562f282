"""The technical side: the platform, Moodle's web services and their check."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.installation import installation
from mmo_lti.rules.action import Action
from mmo_lti.services import moodle_check
from mmo_lti.services.moodle_access import find_access, set_access
from mmo_lti.services.permission import require
from mmo_lti.services.registration import registrations_of
from mmo_lti.web.finding_steps import finding_steps
from mmo_lti.web.finding_words import MARKS, finding_sentence, level_words
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import centre, now, session_for_request, signed_in, today
from mmo_lti.web.sync_words import failure_sentence


def make_blueprint() -> Blueprint:
    """`/admin`."""
    pages = Blueprint("admin", __name__)
    pages.add_url_rule("/admin", view_func=admin, methods=["GET"])
    pages.add_url_rule("/admin/moodle", view_func=access_set, methods=["POST"])
    pages.add_url_rule("/admin/check", view_func=check, methods=["POST"])
    pages.add_url_rule("/admin/state", view_func=check_state, methods=["GET"])
    return pages


def admin() -> str:
    """How this Moodle is connected."""
    return _page(Form({}))


def access_set() -> Response:
    """Keep address and token of the web services; the token is never shown again."""
    form = Form()
    session, actor, config = session_for_request(), signed_in(), installation().config
    url, token = form.text("url", required=True), form.text("token")
    return perform(
        lambda: set_access(
            session, actor, url, token, now(), secret=config.secret, loopback_hosts=config.loopback_hosts
        ),
        form=form,
        page=_page,
        done=gettext("Сохранено. Подключение проверяется."),
        to="/admin",
    )


def check() -> Response:
    """«Проверить подключение»."""
    session, actor = session_for_request(), signed_in()
    return perform(
        lambda: moodle_check.want_check(session, actor, now()), form=Form(), page=_page, done="", to="/admin"
    )


def check_state() -> Response:
    """Whether the wanted check is done, for the page's script."""
    last = moodle_check.last_check(session_for_request(), signed_in(), now())
    return jsonify(finished=not last.waiting, percent=50, words=gettext("Проверяем подключение…"))


def _page(form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    require(session, actor, Action.PLATFORM_MANAGE, today())
    return render_template(
        "admin/page.html",
        form=form,
        registrations=registrations_of(session, actor),
        access=find_access(session, actor.centre_id),
        platform=centre().iss,
        last=moodle_check.last_check(session, actor, now()),
        marks_of=MARKS,
        finding_sentence=finding_sentence,
        finding_steps=finding_steps,
        failure_sentence=failure_sentence,
        level_words=level_words(),
    )
