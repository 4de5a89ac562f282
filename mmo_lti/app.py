"""The web application, put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Flask
from flask_babel import Babel
from flask_bootstrap import Bootstrap5

import mmo_lti.models.registry  # noqa: F401 - every mapped class is needed
from mmo_lti.config import Config, load_config
from mmo_lti.installation import Installation
from mmo_lti.lti import views as lti
from mmo_lti.lti.outgoing import guarded_session
from mmo_lti.lti.session_path import SessionPath
from mmo_lti.models.database import Database
from mmo_lti.queue import CeleryQueue
from mmo_lti.web import arrival, associations, frame, me, security
from mmo_lti.web import request as web_request

ROOT = Path(__file__).resolve().parent.parent

BLUEPRINTS: list[Callable[[], Blueprint]] = [
    lti.make_blueprint,
    arrival.make_blueprint,
    frame.make_blueprint,
    associations.make_blueprint,
    me.make_blueprint,
]
"""One a noun; each factory makes a fresh blueprint."""


def create_app(config: Config | None = None) -> Flask:
    """Make the application; without `config` the environment decides."""
    config = config or load_config()
    app = Flask(__name__, template_folder=str(ROOT / "templates" / "web"))
    app.config.update(
        SECRET_KEY=config.secret,
        MAX_CONTENT_LENGTH=config.max_upload_bytes + 1024 * 1024,
        BOOTSTRAP_SERVE_LOCAL=True,
        BABEL_DEFAULT_LOCALE="ru",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).parent / "translations"),
        **_flash_cookie(config.secure),
    )
    app.extensions["mmo"] = Installation(
        config=config,
        database=Database(config.database_url, CeleryQueue(config)),
        http=guarded_session(config.loopback_hosts),
    )
    Bootstrap5(app)
    Babel(app)
    security.attach(app)
    web_request.attach(app)
    arrival.attach(app)
    for make_blueprint in BLUEPRINTS:
        app.register_blueprint(make_blueprint())
    app.wsgi_app = SessionPath(app.wsgi_app)  # type: ignore[method-assign]
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
