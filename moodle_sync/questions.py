"""The reading functions as calls, each asked for what we need and no more. Pure."""

from collections.abc import Iterable
from typing import Any

from moodle_sync import needs
from moodle_sync.encoding import Call


def enrolled(course_id: int) -> Call:
    """Ids of all enrolled: by far the dearest answer."""
    return Call(needs.ENROLLED, {"courseid": course_id} | _options(userfields="id"))


def suspended(course_id: int) -> Call:
    """Ids of those suspended in the course."""
    return Call(needs.ENROLLED, {"courseid": course_id} | _options(userfields="id", onlysuspended=1))


def groups(course_id: int) -> Call:
    """All groups of a course."""
    return Call(needs.COURSE_GROUPS, {"courseid": course_id})


def groupings(course_id: int) -> Call:
    """All groupings of a course."""
    return Call(needs.GROUPINGS, {"courseid": course_id})


def members(group_ids: Iterable[int]) -> Call:
    """Members of all these groups; one that is gone fails the whole call."""
    return Call(needs.GROUP_MEMBERS, {"groupids": sorted(group_ids)})


def groups_of(grouping_id: int) -> Call:
    """A grouping with its groups."""
    return Call(needs.GROUPING_GROUPS, {"groupingids": [grouping_id], "returngroups": True})


def events_of_groups(group_ids: Iterable[int], ending_after: int | None = None) -> Call:
    """Group events, of all times or only those that end after a moment (Unix time).

    They come whole only when asked by `groupids` alone, without user and site events.
    """
    options: dict[str, Any] = dict(_NO_OTHERS)
    if ending_after is not None:
        options["timestart"] = ending_after
    return Call(needs.EVENTS, {"events": {"groupids": sorted(group_ids)}, "options": options})


def events_by_id(event_ids: Iterable[int]) -> Call:
    """Unknown ids are left out silently; works where the list does not."""
    return Call(needs.EVENTS, {"events": {"eventids": sorted(event_ids)}, "options": _NO_OTHERS})


_NO_OTHERS = {"userevents": False, "siteevents": False}


def _options(**options: str | int) -> dict[str, Any]:
    return {"options": [{"name": name, "value": value} for name, value in options.items()]}
