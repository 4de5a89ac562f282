"""`mmo doctor`: examines how a centre is connected, step by step, and says what to mend."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import closing

import click
from flask_babel import force_locale

from mmo_lti.app import create_app
from mmo_lti.lti.connection_check import check_connection
from mmo_lti.models.moodle_check import MoodleCheck
from mmo_lti.services.notice_text import LANGUAGES
from mmo_lti.web.finding_steps import finding_steps
from mmo_lti.web.finding_words import finding_sentence
from tasks.check import findings_of
from tasks.cli_ground import centres_named
from tasks.outbox import JobFailed
from tasks.runtime import Runtime, make_runtime
from tasks.services import service_ground

SIGNS = {"ok": "+", "note": " ", "warning": "!", "failure": "x"}


@click.command()
@click.argument("centre", required=False)
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
def doctor(centre: str | None, language: str) -> None:
    """Examine the connection of CENTRE (issuer or number), or of all; exits with 1 where it is broken."""
    from mmo_lti.config import load_config  # noqa: PLC0415 - the environment of the call decides

    config = load_config()
    runtime = make_runtime(config)
    app = create_app(config)
    good = True
    with closing(runtime.database), closing(runtime.moodles), app.app_context(), force_locale(language):
        with runtime.database.read() as session:
            centres = [(one.id, one.iss) for one in centres_named(session, centre)]
        for centre_id, iss in centres:
            click.echo(iss)
            found = [*_by_lti(runtime, centre_id), *_by_web_services(runtime, centre_id)]
            for one in found:
                click.echo(f"{SIGNS[one.level]} {finding_sentence(one)}")
                if steps := finding_steps(one):
                    click.echo(f"    → {steps}")
                good = good and one.level != "failure"
    sys.exit(0 if good else 1)


def _by_lti(runtime: Runtime, centre_id: int) -> Iterable[MoodleCheck]:
    for step in check_connection(service_ground(runtime), centre_id):
        yield MoodleCheck(code=step.code, level=step.level, params=step.params)


def _by_web_services(runtime: Runtime, centre_id: int) -> Iterable[MoodleCheck]:
    try:
        findings = findings_of(runtime, centre_id)
    except JobFailed as failed:
        # Without web services the product works, with fewer features.
        level = "note" if failed.code == "moodle.no_access" else "failure"
        yield MoodleCheck(code=failed.code, level=level, params={})
        return
    for one in findings:
        params = {**one.params, "capabilities": ", ".join(one.capabilities), "function": one.function}
        yield MoodleCheck(code=one.code, level=one.level.value, params=params)
