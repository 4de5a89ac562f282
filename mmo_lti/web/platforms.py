"""`/admin/platforms/new`: registering by hand, every value that Moodle asks for, and which step is wrong."""

from __future__ import annotations

from flask import Blueprint, render_template

from mmo_lti.installation import installation
from mmo_lti.lti.connection_check import check_connection
from mmo_lti.lti.platform_service import ServiceGround
from mmo_lti.models.moodle_check import MoodleCheck
from mmo_lti.rules.action import Action
from mmo_lti.services.permission import require
from mmo_lti.services.registration import registrations_of
from mmo_lti.web.finding_steps import finding_steps
from mmo_lti.web.finding_words import MARKS, finding_sentence, level_words
from mmo_lti.web.moodle_form import moodle_form, told_by_moodle
from mmo_lti.web.request import centre, session_for_request, signed_in, today


def make_blueprint() -> Blueprint:
    """The page and its check."""
    pages = Blueprint("platforms", __name__)
    pages.add_url_rule("/admin/platforms/new", view_func=platform_new, methods=["GET"])
    pages.add_url_rule("/admin/platforms/check", view_func=platform_check, methods=["POST"])
    return pages


def platform_new() -> str:
    """What an administrator types into Moodle, and what Moodle then shows for the operator."""
    require(session_for_request(), signed_in(), Action.PLATFORM_MANAGE, today())
    return _page([])


def platform_check() -> str:
    """Ask the platform step by step."""
    session, actor = session_for_request(), signed_in()
    require(session, actor, Action.DOCTOR_RUN, today())
    session.rollback()  # no transaction is open while the platform answers
    steps = check_connection(ServiceGround.of(installation()), actor.centre_id)
    return _page([MoodleCheck(code=one.code, level=one.level, params=one.params) for one in steps])


def _page(steps: list[MoodleCheck]) -> str:
    session, actor = session_for_request(), signed_in()
    return render_template(
        "admin/platform_new.html",
        sections=moodle_form(installation().config.public_url),
        told=told_by_moodle(),
        registrations=registrations_of(session, actor),
        iss=centre().iss,
        steps=sorted(steps, key=lambda one: one.severity),
        marks_of=MARKS,
        finding_sentence=finding_sentence,
        finding_steps=finding_steps,
        level_words=level_words(),
    )
