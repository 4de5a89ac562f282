"""Refusals of the LTI side: what the browser is told and what the log keeps."""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """How a request ends when it is refused: HTTP status and the name of its message."""

    BROKEN = (400, "broken")
    ANONYMOUS = (400, "anonymous")
    TOO_LARGE = (413, "broken")
    WRONG_TYPE = (415, "broken")
    UNTRUSTED = (401, "untrusted")
    STALE = (401, "stale")
    UNKNOWN = (403, "unknown_platform")
    DENIED = (403, "no_access")
    TAKEN = (409, "taken")
    UNCONNECTED = (403, "unconnected_course")
    COOKIES = (401, "cookies")
    LATER = (503, "later")
    BUSY = (429, "later")

    @property
    def status(self) -> int:
        """HTTP status."""
        return self.value[0]

    @property
    def message(self) -> str:
        """Key of the sentence the person reads."""
        return self.value[1]


class Refused(Exception):
    """A request is refused. `reason` (`untrusted.kid_missing`) goes to the log, never to the page."""

    def __init__(self, outcome: Outcome, reason: str, **known: str) -> None:
        """`known` are facts for the log: `iss`, `client_id`, `deployment_id`, `kid`."""
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.known = known


def broken(reason: str, **known: str) -> Refused:
    """The link is damaged."""
    return Refused(Outcome.BROKEN, f"malformed.{reason}", **known)


def untrusted(reason: str, **known: str) -> Refused:
    """It could not be confirmed that the platform sent this."""
    return Refused(Outcome.UNTRUSTED, f"untrusted.{reason}", **known)


def stale(reason: str, **known: str) -> Refused:
    """The launch expired or was used already."""
    return Refused(Outcome.STALE, f"stale.{reason}", **known)


def unknown(reason: str, **known: str) -> Refused:
    """The platform or deployment is not connected."""
    return Refused(Outcome.UNKNOWN, f"unknown.{reason}", **known)


def denied(reason: str, **known: str) -> Refused:
    """The person's role does not open this."""
    return Refused(Outcome.DENIED, f"denied.{reason}", **known)


def later(reason: str, **known: str) -> Refused:
    """The platform does not answer."""
    return Refused(Outcome.LATER, f"platform.{reason}", **known)
