"""The sandbox put together: web services, the platform side of LTI, and pages, over one site."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from moodle_sync.sandbox import rest
from moodle_sync.sandbox.clock import Clock
from moodle_sync.sandbox.config import SandboxConfig
from moodle_sync.sandbox.lti import deep_linking, grades, launch, memberships, registration, tokens
from moodle_sync.sandbox.lti.keys import PlatformKeys
from moodle_sync.sandbox.lti.platform import Platform, attach_platform
from moodle_sync.sandbox.model import Site
from moodle_sync.sandbox.pages import calendar, course, groups, session, tools
from moodle_sync.sandbox.rest import broken, server
from moodle_sync.sandbox.rest.time_zone import zone_of
from moodle_sync.sandbox.site_of import attach, config_of, moodle_of
from moodle_sync.sandbox.state import Moodle
from moodle_sync.sandbox.store import keep, restore

_MODULES = (server, registration, launch, tokens, memberships, grades, deep_linking)
_PAGES = (session, course, calendar, groups, tools)
_APACHE_404 = (
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n'
    "<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n"
    "<p>The requested URL was not found on this server.</p>\n<hr>\n"
    "<address>Apache Server at {host} Port {port}</address>\n</body></html>\n"
)


def empty_moodle(config: SandboxConfig) -> Moodle:
    """Return a site without people and courses, with the settings' clock and time zone."""
    site = Site(name=config.sitename, timezone=config.timezone)
    return Moodle(Clock(config.clock_file, config.wall_clock), site)


def create_sandbox(config: SandboxConfig, moodle: Moodle | None = None) -> Flask:
    """Return the application of a sandbox Moodle.

    With `config.data_dir` the site is kept there: what is found there wins over `moodle`.
    """
    app = Flask(
        __name__, template_folder="pages/templates", static_folder="pages/static", static_url_path="/static"
    )
    app.jinja_env.globals["sesskey"] = session.sesskey
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    moodle = moodle or empty_moodle(config)
    keys, secret = PlatformKeys(), token_hex(32)
    if config.data_dir is not None:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        restore(moodle, config.data_dir / "state.json")
        keep(moodle, config.data_dir / "state.json")
        keys, secret = (
            PlatformKeys(config.data_dir / "keys.json"),
            _kept_secret(config.data_dir / "session.key"),
        )
    app.config.update(
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME="MoodleSession",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.base_url.startswith("https:"),
        MAX_FORM_MEMORY_SIZE=None,
    )
    attach(app, moodle, config)
    attach_platform(app, Platform(keys))
    for module in (*_MODULES, *_PAGES):
        app.register_blueprint(module.blueprint)
    app.before_request(_right_address)
    app.context_processor(_for_templates)
    app.register_error_handler(HTTPException, _error_page)
    app.add_template_filter(_local_time, "local_time")
    return app


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(token_hex(32))
    return path.read_text()


def _right_address() -> Response | None:
    """Send whoever comes under another name or without TLS to the site's own address, as Moodle does."""
    config, site = config_of(current_app), moodle_of(current_app).site
    own = urlsplit(config.base_url)
    if own.scheme == "https" and request.scheme == "http" and not site.sslproxy:
        return broken.redirect_page(config.base_url) if site.strict_host else None
    if site.strict_host and request.host != own.netloc:
        return broken.redirect_page(f"{config.base_url}{request.path}")
    return None


def _for_templates() -> dict[str, object]:
    user = session.current_user()
    moodle = moodle_of(current_app)
    return {
        "site": moodle.site,
        "user": user,
        "admin": session.is_admin(user),
        "admins": moodle.admins,
    }


def _error_page(error: HTTPException) -> Response | HTTPException:
    if error.response is not None:
        return error
    if error.code == 404 and request.url_rule is None:
        own = urlsplit(config_of(current_app).base_url)
        port = own.port or (443 if own.scheme == "https" else 80)
        page = _APACHE_404.format(host=own.hostname, port=port)
        return Response(page, 404, content_type="text/html; charset=iso-8859-1")
    return Response(render_template("error.html", message=error.description), error.code)


def _local_time(moment: int) -> str:
    user = session.current_user()
    zone = zone_of(moodle_of(current_app), user) if user else None
    return datetime.fromtimestamp(moment, zone).strftime("%d.%m.%Y, %H:%M")


__all__ = ["create_sandbox", "empty_moodle", "rest"]
