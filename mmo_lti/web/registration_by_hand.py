"""`/lti/register/SECRET/by-hand`: a platform typed by hand, approved by the operator's one-time address.

Nobody is signed in yet: the first launch follows from what is typed here.
"""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from mmo_lti.lti.browser import check_origin
from mmo_lti.lti.connection_check import key_set
from mmo_lti.lti.page import answering
from mmo_lti.lti.registration_views import MAX_BODY, check_invitation, reserved, store
from mmo_lti.lti.side import lti_side
from mmo_lti.lti.vocabulary import SCOPES
from mmo_lti.rules.errors import RuleError
from mmo_lti.services.registration import PlatformFacts, check_typed_platform
from mmo_lti.web.form import Form
from mmo_lti.web.moodle_form import moodle_form, told_by_moodle
from mmo_lti.web.sentences import sentences

USUAL = {
    "authorization_endpoint": "/mod/lti/auth.php",
    "token_endpoint": "/mod/lti/token.php",
    "jwks_uri": "/mod/lti/certs.php",
}
"""Where Moodle has its services: filled in where nothing is typed."""


def make_blueprint() -> Blueprint:
    """The page and its form."""
    pages = Blueprint("by_hand", __name__)
    pages.add_url_rule("/lti/register/<secret>/by-hand", view_func=register_by_hand, methods=["GET", "POST"])
    return pages


@answering("register")
def register_by_hand(secret: str) -> BaseResponse:
    """What to type into Moodle, and a form for what Moodle then shows; a refusal leaves the address good."""
    side = lti_side()
    request.max_content_length = MAX_BODY
    if request.method == "POST":
        check_origin(side, request)
    check_invitation(side, secret)
    if request.method == "GET":
        return make_response(_page(Form({})))
    form = Form()
    facts = _facts(form)
    if not form.faults:
        _check(form, facts)
    if form.faults or form.refusals:
        return make_response(_page(form), 422)
    with reserved(side, secret):
        code = store(side, secret, facts)
    return make_response(render_template("lti/registered.html", facts=facts, code=code, by_hand=True))


def _facts(form: Form) -> PlatformFacts:
    iss = form.text("iss", required=True).rstrip("/")
    address = {name: form.text(name) or iss + path for name, path in USUAL.items()}
    return PlatformFacts(
        iss=iss,
        client_id=form.text("client_id", required=True),
        deployment_id=form.text("deployment_id", required=True),
        scopes=SCOPES,
        **address,
    )


def _check(form: Form, facts: PlatformFacts) -> None:
    """Say what is wrong at its field: an impossible value, or a Moodle that shows no keys there."""
    side = lti_side()
    try:
        check_typed_platform(facts, side.installation.config.loopback_hosts)
    except RuleError as refused:
        told = sentences(refused)
        wrong = gettext("Так быть не может: скопируйте значение из Moodle.")
        form.faults[str(refused.params["field"])] = told[0] if "normal" in refused.params else wrong
        form.refusals.extend(told)
        return
    step = key_set(side.outgoing, facts.jwks_uri)
    if step.level == "failure":
        field = "jwks_uri" if form.text("jwks_uri") else "iss"
        form.faults[field] = gettext(
            "По этому адресу нет открытых ключей Moodle: %(address)s", address=facts.jwks_uri
        )


def _page(form: Form) -> str:
    return render_template(
        "lti/by_hand.html",
        form=form,
        sections=moodle_form(lti_side().public_url),
        told=told_by_moodle(),
        usual=USUAL,
    )
