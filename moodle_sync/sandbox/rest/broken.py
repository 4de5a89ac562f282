"""Answers of a Moodle that is closed, falling over or unreachable."""

from __future__ import annotations

from time import sleep

from flask import Response, request

from moodle_sync.sandbox.config import SandboxConfig
from moodle_sync.sandbox.errors import MoodleError, invalid_token, no_access, plain
from moodle_sync.sandbox.faults import FaultKind
from moodle_sync.sandbox.rest.php_json import php_json
from moodle_sync.sandbox.state import Moodle

# Says to a client in the same process (`wire.py`) that the network failed; a served sandbox lets it wait.
WIRE_HEADER = "X-Sandbox-Wire"
IN_PROCESS = "sandbox.in_process"
_HTML = "text/html; charset=utf-8"
_DATABASE = (
    "<p>Error: Database connection failed</p>\r\n<p>It is possible that the database is overloaded or"
    " otherwise not running properly.</p>\r\n<p>The site administrator should also check that the database"
    " details have been correctly specified in config.php</p>"
)
_DATAROOT = (
    "Fatal error: $CFG->dataroot is not configured properly, directory does not exist or is not accessible!"
    " Exiting.\n"
)


def page(title: str, body: str = "") -> str:
    """Return the bare page of a Moodle that cannot show a better one."""
    return (
        '<!DOCTYPE html>\r\n<html  lang="en" xml:lang="en">\r\n    <head>\r\n        '
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\r\n'
        f"                <title>{title}</title>\r\n    </head>\r\n<body>{body}</body></html>\n"
    )


def redirect_page(location: str) -> Response:
    """Return a redirect with a page around it, as Moodle sends it."""
    body = f'<p>This page should automatically redirect. <a href="{location}">Continue</a></p>'
    return Response(page("Redirect", body), 303, {"Location": location}, content_type=_HTML)


def maintenance_page() -> Response:
    """Return the page of a maintenance that was begun on the command line."""
    title = "The site is undergoing maintenance and is currently not available"
    return Response(page(title, title), 503, {"Retry-After": "300"}, content_type=_HTML)


def closed(moodle: Moodle) -> Response | None:
    """Return what comes before any function is looked at, if switches of the site say so."""
    site = moodle.site
    if site.maintenance_by_cli:
        return maintenance_page()
    if site.maintenance_begins:
        return redirect_page(f"{request.host_url}")
    if not site.web_services or not site.rest_protocol:
        return Response("", 403, content_type=_HTML)
    return None


def before(fault: FaultKind | None, config: SandboxConfig) -> Response | None:  # noqa: PLR0911 - one line a kind
    """Return the answer of a call that fails with nothing done."""
    if fault in {FaultKind.TIMEOUT_BEFORE, FaultKind.REFUSED}:
        return _wire(fault, config)
    if fault is FaultKind.ERROR_BEFORE:
        return Response("", 500, content_type="text/html; charset=UTF-8")
    if fault is FaultKind.DATAROOT_MISSING:
        return Response(_DATAROOT, 500, content_type="text/html; charset=UTF-8")
    if fault is FaultKind.MAINTENANCE_PAGE:
        return maintenance_page()
    if fault is FaultKind.HTML_PAGE:
        return Response(page("Home | moodle"), content_type=_HTML)
    if fault is FaultKind.EMPTY:
        return Response("", content_type="application/json")
    if fault is FaultKind.REDIRECT:
        return redirect_page(f"{config.base_url}/")
    if fault is FaultKind.WEB_SERVICES_OFF:
        return Response("", 403, content_type=_HTML)
    error = _errors().get(fault) if fault else None
    return None if error is None else Response(php_json(error.as_answer()), content_type="application/json")


def _errors() -> dict[FaultKind, MoodleError]:
    maintenance = "The site is undergoing maintenance and is currently not available"
    return {
        FaultKind.MAINTENANCE: plain("sitemaintenance", maintenance),
        FaultKind.UPGRADE: plain("upgraderunning", "Site is being upgraded, please retry later."),
        FaultKind.DATABASE_DOWN: MoodleError("dml_connection_exception", "dbconnectionfailed", _DATABASE),
        FaultKind.INVALID_TOKEN: invalid_token(),
        FaultKind.ACCESS: no_access(),
    }


def after(fault: FaultKind | None, answer: Response, config: SandboxConfig) -> Response:
    """Return the answer of a call that was carried out: as it is, cut, replaced by an error, or lost."""
    if fault is FaultKind.TIMEOUT_AFTER:
        return _wire(fault, config)
    if fault is FaultKind.ERROR_AFTER:
        return Response("", 500, content_type="text/html; charset=UTF-8")
    if fault is FaultKind.TRUNCATED:
        text = answer.get_data(as_text=True)
        return Response(text[: max(1, len(text) // 2)], content_type=answer.content_type)
    return answer


def _wire(fault: FaultKind, config: SandboxConfig) -> Response:
    if not request.environ.get(IN_PROCESS) and fault is not FaultKind.REFUSED:
        sleep(config.hang_seconds)
    return Response("", 504, {WIRE_HEADER: fault.name})
