"""What the service account can see of a course: one probe a capability.

Most missing capabilities give an empty list instead of an error, so each probe knows what emptiness means.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moodle_sync import needs, rows
from moodle_sync.batch import Answer
from moodle_sync.client import MoodleClient
from moodle_sync.encoding import Call
from moodle_sync.errors import EventNotListed, MoodleError, PermissionMissing


@dataclass(frozen=True, slots=True)
class Probe:
    """Outcome of one probe: an error, or a code with what is probably missing, or (neither) all is well."""

    check: str
    code: str = ""
    capabilities: tuple[str, ...] = ()
    error: MoodleError | None = None


def probe_course(client: MoodleClient, course_id: int) -> Iterator[Probe]:
    """Probe one course. A course that cannot be entered ends the list."""
    course = {"courseid": course_id}
    calls = {
        "course": Call(needs.COURSE_GROUPS, course),
        "courses": Call(needs.COURSES, {"field": "id", "value": course_id}),
        "roster": Call(needs.ENROLLED, course | _options(userfields="id")),
        "suspended": Call(needs.ENROLLED, course | _options(userfields="id", onlysuspended=1)),
        "active": Call(needs.ENROLLED, course | _options(userfields="id", onlyactive=1)),
        "groupings": Call(needs.GROUPINGS, course),
    }
    answers = dict(zip(calls, client.batch(list(calls.values()), essential=1), strict=True))
    if answers["course"].error is not None:
        yield Probe("course", error=answers["course"].error)
        return
    yield Probe("course")
    yield _visible(answers["courses"])
    enrolled = _ids(answers["roster"])
    account = int(client.site_info()["userid"])
    yield _roster(answers["roster"], enrolled, account)
    yield _review(answers["suspended"])
    if enrolled - {account}:
        yield _manual(answers["active"])
        yield _details(client, min(enrolled - {account}))
    yield Probe("groupings", error=answers["groupings"].error)
    yield _calendar(client, [group.group_id for group in rows.groups(answers["course"].value)])


def _visible(answer: Answer) -> Probe:
    if answer.error is None and not answer.value.get("courses"):
        return Probe("courses", "course_not_listed", (needs.HIDDEN_COURSES,))
    return Probe("courses", error=answer.error)


def _roster(answer: Answer, enrolled: frozenset[int], account: int) -> Probe:
    if answer.error is not None:
        return Probe("roster", error=answer.error)
    if not enrolled:
        return Probe("roster", "roster_empty", (needs.ALL_GROUPS, needs.VIEW_DETAILS))
    if enrolled == {account}:
        return Probe("roster", "roster_only_itself", (needs.VIEW_DETAILS,))
    return Probe("roster")


def _review(answer: Answer) -> Probe:
    if isinstance(answer.error, PermissionMissing):
        return Probe("suspended", "suspended_not_shown", (needs.ENROL_REVIEW,))
    return Probe("suspended", error=answer.error)


def _manual(answer: Answer) -> Probe:
    """Nobody is active although people are enrolled: the enrolment method is switched off."""
    if answer.error is None and not _ids(answer):
        return Probe("active", "manual_enrolment_off")
    return Probe("active", error=None if isinstance(answer.error, PermissionMissing) else answer.error)


def _details(client: MoodleClient, user_id: int) -> Probe:
    """Which fields of a person come."""
    [answer] = client.batch([Call(needs.PEOPLE, {"field": "id", "values": [user_id]})])
    if answer.error is not None:
        return Probe("people", error=answer.error)
    people = answer.value if isinstance(answer.value, list) else []
    if not people:
        return Probe("people", "people_not_shown", (needs.VIEW_DETAILS,))
    if "username" not in people[0]:
        return Probe("people", "people_without_fields", (needs.ALL_DETAILS,))
    if "email" not in people[0]:
        return Probe("people", "people_without_email", (needs.IDENTITY,))
    if "suspended" not in people[0]:
        return Probe("people", "suspension_hidden")
    return Probe("people")


def _calendar(client: MoodleClient, group_ids: list[int]) -> Probe:
    """Group events are listed for a role at system level only; a group is needed to see it."""
    if not group_ids:
        return Probe("calendar", "calendar_not_checked")
    options = {"userevents": False, "siteevents": False}
    [answer] = client.batch([Call(needs.EVENTS, {"events": {"groupids": group_ids}, "options": options})])
    if answer.error is None and not rows.events(answer.value)[1]:
        return Probe("calendar", EventNotListed.code, (needs.MANAGE_ENTRIES,))
    return Probe("calendar", error=answer.error)


def _ids(answer: Answer) -> frozenset[int]:
    return frozenset() if answer.error is not None else rows.user_ids(answer.value)


def _options(**options: str | int) -> dict[str, Any]:
    return {"options": [{"name": name, "value": value} for name, value in options.items()]}
