"""Is the Moodle side set up right? Each check ends in a code and parameters; the sentences live elsewhere.

Reads only, except for one test message when a recipient is named.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from moodle_sync import needs, probes
from moodle_sync.client import MoodleClient
from moodle_sync.errors import (
    AccessRefused,
    MoodleError,
    PasswordExpired,
    PolicyNotAccepted,
    ProfileIncomplete,
    TokenInvalid,
)
from moodle_sync.messages import RECIPIENT_REFUSED, SendState, send


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check; grant `capabilities`, add `function` to the service."""

    check: str
    level: Level
    code: str
    params: dict[str, str | int] = field(default_factory=dict, hash=False)
    capabilities: tuple[str, ...] = ()
    function: str = ""


# LTI tokens live 60 seconds; half of it is lost already at this distance.
CLOCK_SECONDS = 30
# More than the largest request the sync sends.
PROBE_CHARACTERS = 400_000
# What the account must do in a browser first; site info answers as if all were well.
_NOT_READY = (PolicyNotAccepted.code, PasswordExpired.code, ProfileIncomplete.code)


def examine(
    client: MoodleClient,
    url: str,
    *,
    now: Callable[[], datetime],
    course_id: int | None = None,
    message_to: int | None = None,
    message_text: str = "MMO",
) -> list[Finding]:
    """All checks, most basic first. A connection that breaks ends the list: nothing further can be told.

    `course_id`: a connected course, for the capabilities. `message_to`: Moodle user id of somebody who agreed
    to get `message_text` as a test and shares no course with the service account.
    """
    findings: list[Finding] = []
    try:
        info = client.site_info(fresh=True)
    except MoodleError as error:
        return [_connection(client, error, course_id)]
    findings.append(
        Finding("connection", Level.OK, "connection_ok", {"release": str(info.get("release", ""))})
    )
    findings += _address(url, str(info.get("siteurl", "")))
    findings += _clock(client, now())
    findings += _account(info)
    findings += _functions(info)
    findings += _size(client)
    if course_id is None:
        findings.append(Finding("course", Level.NOTE, "course_not_chosen"))
    else:
        findings += [_probed(one) for one in probes.probe_course(client, course_id)]
    findings += _time_zone(client, int(info["userid"]))
    findings += _messages(client, info, message_to, message_text)
    return _causes(findings)


def failure(check: str, error: MoodleError) -> Finding:
    """The finding of a check that ended in an error."""
    return Finding(
        check, Level.FAILURE, error.code, dict(error.params), error.missing_capabilities, error.function
    )


def _causes(findings: list[Finding]) -> list[Finding]:
    """Each cause once: without what only follows from a missing function or from an account not ready."""
    missing = {one.function for one in findings if one.check == "functions" and one.function}
    account: set[str] = set()
    causes: list[Finding] = []
    for one in findings:
        follows = one.code == AccessRefused.code and one.function in missing
        if not follows and one.code not in account:
            causes.append(one)
        if one.code in _NOT_READY:
            account.add(one.code)
    return causes


def _connection(client: MoodleClient, error: MoodleError, course_id: int | None) -> Finding:
    """Why site info was refused. `accessexception` has many causes; two of them can be told apart.

    The first call with an expired token deletes it, so a second call says that there is none. And if
    another function answers, only site info is missing from the service.
    """
    if not isinstance(error, AccessRefused):
        return failure("connection", error)
    try:
        if course_id is None:
            client.site_info(fresh=True)
        else:
            client.call(needs.COURSE_GROUPS, courseid=course_id)
    except TokenInvalid:
        return Finding("connection", Level.FAILURE, "token_expired")
    except MoodleError:
        return failure("connection", error)
    return Finding("connection", Level.FAILURE, "function_missing", function=needs.SITE_INFO)


def _address(url: str, site_url: str) -> Iterator[Finding]:
    """The address in use against the one that Moodle calls its own."""
    ours, theirs = urlsplit(url), urlsplit(site_url)
    if ours.scheme == "http" and theirs.scheme == "https":
        yield Finding("address", Level.WARNING, "address_http_behind_proxy", {"address": site_url})
    elif ours.hostname != theirs.hostname or ours.path.rstrip("/") != theirs.path.rstrip("/"):
        yield Finding("address", Level.WARNING, "address_differs", {"address": site_url})
    elif ours.scheme == "http":
        yield Finding("address", Level.WARNING, "address_plain_http")
    else:
        yield Finding("address", Level.OK, "address_ok")


def _clock(client: MoodleClient, now: datetime) -> Iterator[Finding]:
    if client.clock is None:
        yield Finding("clock", Level.NOTE, "clock_not_told")
        return
    seconds = round((client.clock - now).total_seconds())
    if abs(seconds) > CLOCK_SECONDS:
        yield Finding("clock", Level.FAILURE, "clock_differs", {"seconds": seconds})
    else:
        yield Finding("clock", Level.OK, "clock_ok")


def _account(info: dict[str, Any]) -> Iterator[Finding]:
    if info.get("userissiteadmin"):
        yield Finding("account", Level.WARNING, "account_is_administrator")
    else:
        yield Finding("account", Level.OK, "account_ok")


def _functions(info: dict[str, Any]) -> Iterator[Finding]:
    present = {str(item.get("name")) for item in info.get("functions") or ()}
    missing = [need for need in needs.NEEDS if need.function not in present]
    for need in missing:
        if need.required:
            yield Finding("functions", Level.FAILURE, "function_missing", function=need.function)
        else:
            yield Finding("functions", Level.WARNING, "batch_missing", function=need.function)
    if not missing:
        yield Finding("functions", Level.OK, "functions_ok")


def _size(client: MoodleClient) -> Iterator[Finding]:
    """Whether the web server takes a request as large as ours become."""
    try:
        client.call(needs.PEOPLE, field="idnumber", values=["x" * PROBE_CHARACTERS])
    except MoodleError as error:
        if error.code in _NOT_READY:
            yield failure("account", error)
            return
        if error.whole_site or error.code == "moodle_request_too_big":
            yield failure("request_size", error)
            return
    yield Finding("request_size", Level.OK, "request_size_ok")


def _probed(probe: probes.Probe) -> Finding:
    if probe.error is not None:
        return failure(probe.check, probe.error)
    if probe.code:
        level = Level.FAILURE if probe.capabilities else Level.WARNING
        return Finding(probe.check, level, probe.code, capabilities=probe.capabilities)
    return Finding(probe.check, Level.OK, f"{probe.check}_ok")


def _time_zone(client: MoodleClient, account: int) -> Iterator[Finding]:
    """The account's own zone: our requests ask for UTC, so it matters only where Moodle does not listen."""
    try:
        rows = client.call(needs.PEOPLE, field="id", values=[account])
    except MoodleError as error:
        yield failure("time_zone", error)
        return
    zone = str(rows[0].get("timezone", "")) if isinstance(rows, list) and rows else ""
    if zone in ("", "99"):
        yield Finding("time_zone", Level.OK, "time_zone_of_server")
    else:
        yield Finding("time_zone", Level.NOTE, "time_zone_of_account", {"zone": zone})


def _messages(
    client: MoodleClient, info: dict[str, Any], message_to: int | None, text: str
) -> Iterator[Finding]:
    features = {str(item.get("name")): item.get("value") for item in info.get("advancedfeatures") or ()}
    if features.get("messaging") == 0:
        yield Finding("messages", Level.FAILURE, "moodle_messaging_off")
        return
    if message_to is None:
        yield Finding("messages", Level.NOTE, "message_right_not_checked", capabilities=(needs.MESSAGE_ANY,))
        return
    [outcome] = send(client, [(message_to, text)])
    if outcome.state is SendState.SENT:
        yield Finding("messages", Level.OK, "messages_ok")
    elif outcome.reason == RECIPIENT_REFUSED:
        yield Finding("messages", Level.FAILURE, outcome.reason, capabilities=(needs.MESSAGE_ANY,))
    else:
        yield Finding("messages", Level.FAILURE, outcome.reason, capabilities=(needs.SEND_MESSAGE,))
