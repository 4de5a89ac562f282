"""The log of launches: one JSON object a line, by which an administrator finds what a person reports.

Never a token, a cookie, a name or an e-mail (rules of the conformance list).
"""

from __future__ import annotations

import json
import logging
import re
import secrets

from mmo_lti.lti.refusal import Outcome, Refused

PACKAGE = logging.getLogger("mmo_lti")
LOGGER = logging.getLogger("mmo_lti.lti")
LOGGER.setLevel(logging.INFO)
"""A code that a person reads out is in the log, also where the process otherwise tells warnings only."""
FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"
MAX_VALUE = 200
KNOWN = ("iss", "client_id", "deployment_id", "kid", "error")

_REF_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_ERROR = re.compile("[a-z_]{1,40}")
_INFO = frozenset({"stale", "denied", "cookies"})


def be_heard() -> None:
    """Write to the error output where nobody set a log up: a bare WSGI server does not."""
    if not PACKAGE.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(FORM))
        PACKAGE.addHandler(handler)


def fresh_ref() -> str:
    """A short code that a person can read out on the telephone."""
    return "".join(_REF_ALPHABET[byte % 32] for byte in secrets.token_bytes(8))


def write(level: int, event: str, reason: str, **facts: str | int | float) -> None:
    """One line. Values are cut; control characters come out escaped by JSON."""
    line: dict[str, str | int | float] = {"event": event, "reason": reason}
    line.update({name: _cut(value) for name, value in facts.items() if value not in ("", None)})
    if LOGGER.isEnabledFor(level):
        # Made here: the logger would look through the stack for the caller, whom the line does not name.
        text = json.dumps(line, ensure_ascii=True)
        LOGGER.handle(LOGGER.makeRecord(LOGGER.name, level, __file__, 0, text, (), None))


def refused(event: str, refusal: Refused, ref: str, milliseconds: float) -> None:
    """The line of a refused request."""
    facts = {name: str(value) for name, value in refusal.known.items() if name in KNOWN}
    if facts.get("error"):
        facts["error"] = _error(facts["error"])
    write(_level(refusal), event, refusal.reason, ref=ref, ms=round(milliseconds, 1), **facts)


def _level(refusal: Refused) -> int:
    if refusal.outcome in (Outcome.LATER,):
        return logging.ERROR
    if refusal.reason.split(".", 1)[0] in _INFO and refusal.reason != "stale.replay":
        return logging.INFO
    return logging.WARNING


def _error(text: str) -> str:
    """An error code as the standards form them; of anything else, a token or a name, the length."""
    return text if _ERROR.fullmatch(text) else f"{len(text)} characters"


def _cut(value: str | int | float) -> str | int | float:
    return value[:MAX_VALUE] if isinstance(value, str) else value
