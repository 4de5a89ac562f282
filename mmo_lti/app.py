"""The web application, put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Flask
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from werkzeug.middleware.proxy_fix import ProxyFix

import mmo_lti.models.registry  # noqa: F401 - every mapped class is needed
from mmo_lti.config import Config, load_config
from mmo_lti.files.store import Store
from mmo_lti.installation import Installation
from mmo_lti.lti import log
from mmo_lti.lti import views as lti
from mmo_lti.lti.outgoing import guarded_session
from mmo_lti.lti.session_path import SessionPath
from mmo_lti.models.database import Database
from mmo_lti.queue import CeleryQueue
from mmo_lti.web import (
    admin,
    arrival,
    association,
    associations,
    check_in,
    city,
    courses,
    days_off,
    files,
    frame,
    go,
    home,
    inbox,
    journal,
    me,
    meetings,
    members,
    offices,
    order_acts,
    order_draft,
    orders,
    organisations,
    papers,
    people,
    plan,
    platforms,
    problem,
    protocols,
    registration_by_hand,
    report,
    security,
    settings,
    sync,
    sync_answers,
    year_redirects,
)
from mmo_lti.web import request as web_request
from mmo_lti.web.door import Door
from mmo_lti.web.flash_session import FlashSession
from mmo_lti.web.language import page_locale
from mmo_lti.web.tool import Tool
from mmo_lti.web.year import YearConverter

ROOT = Path(__file__).resolve().parent.parent

BLUEPRINTS: list[Callable[[], Blueprint]] = [
    lti.make_blueprint,
    arrival.make_blueprint,
    frame.make_blueprint,
    associations.make_blueprint,
    home.make_blueprint,
    me.make_blueprint,
    association.make_blueprint,
    members.make_blueprint,
    plan.make_blueprint,
    meetings.make_blueprint,
    check_in.make_blueprint,
    protocols.make_blueprint,
    report.make_blueprint,
    files.make_blueprint,
    city.make_blueprint,
    inbox.make_blueprint,
    orders.make_blueprint,
    order_acts.make_blueprint,
    order_draft.make_blueprint,
    papers.make_blueprint,
    organisations.make_blueprint,
    people.make_blueprint,
    settings.make_blueprint,
    offices.make_blueprint,
    courses.make_blueprint,
    days_off.make_blueprint,
    sync.make_blueprint,
    sync_answers.make_blueprint,
    admin.make_blueprint,
    platforms.make_blueprint,
    registration_by_hand.make_blueprint,
    journal.make_blueprint,
    go.make_blueprint,
    year_redirects.make_blueprint,
]
"""One a noun; each factory makes a fresh blueprint."""

LONGEST_TEXTS = 8 * 1024 * 1024
"""Bytes of a form without files: nine sections of a report, six bytes for each Cyrillic letter."""


def create_app(config: Config | None = None) -> Flask:
    """Make the application; without `config` the environment decides."""
    config = config or load_config()
    log.be_heard()
    app = Tool(__name__, template_folder=str(ROOT / "templates" / "web"))
    app.public_url = config.public_url
    app.config.update(
        SECRET_KEY=config.secret,
        MAX_FORM_MEMORY_SIZE=LONGEST_TEXTS,
        MAX_CONTENT_LENGTH=config.max_upload_bytes + 1024 * 1024,
        BOOTSTRAP_SERVE_LOCAL=True,
        BABEL_DEFAULT_LOCALE="ru",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).parent / "translations"),
        **_flash_cookie(config.secure),
    )
    app.extensions["mmo"] = Installation(
        config=config,
        database=Database(config.database_url, CeleryQueue(config)),
        store=Store(config.archive),
        http=guarded_session(config.loopback_hosts),
    )
    app.session_interface = FlashSession(app)
    Bootstrap5(app)
    Babel(app, locale_selector=page_locale)
    app.url_map.converters["year"] = YearConverter
    security.attach(app)
    web_request.attach(app)
    arrival.attach(app)
    go.attach(app)
    problem.attach(app)
    for make_blueprint in BLUEPRINTS:
        app.register_blueprint(make_blueprint())
    app.wsgi_app = Door(app)  # type: ignore[method-assign]
    app.wsgi_app = security.StandingHeaders(app)  # type: ignore[method-assign]
    app.wsgi_app = SessionPath(app.wsgi_app)  # type: ignore[method-assign]
    if config.proxies:
        # The address of the browser only: the tool's own one comes from the settings, never from a header.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=0)  # type: ignore[method-assign]
    return app


def _flash_cookie(secure: bool) -> dict[str, object]:
    """Flask's own cookie carries flashed messages only; it must reach us inside a frame like the others."""
    return {
        "SESSION_COOKIE_NAME": "__Host-mmo_flash" if secure else "mmo_flash",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_SAMESITE": "None" if secure else "Lax",
        "SESSION_COOKIE_PARTITIONED": secure,
    }
