"""Answers of the reading functions → values of `state`. Raises `BrokenAnswer` for another shape."""

from collections.abc import Iterable
from typing import Any

from moodle_sync import needs
from moodle_sync.batch import Answer
from moodle_sync.errors import BrokenAnswer, RecordMissing
from moodle_sync.state import ActualEvent, ActualGroup, ActualGrouping
from moodle_sync.text import markers


def user_ids(value: Any) -> frozenset[int]:
    """Ids of enrolled users."""
    return frozenset(int(row["id"]) for row in _rows(value, needs.ENROLLED))


def groups(value: Any) -> Iterable[ActualGroup]:
    """Groups of a course, their members unknown."""
    for row in _rows(value, needs.COURSE_GROUPS):
        yield ActualGroup(int(row["id"]), str(row["name"]), str(row["idnumber"] or ""))


def groupings(value: Any) -> Iterable[ActualGrouping]:
    """Groupings of a course, their groups unknown."""
    for row in _rows(value, needs.GROUPINGS):
        yield ActualGrouping(int(row["id"]), str(row["name"]), str(row["idnumber"] or ""))


def members(answer: Answer) -> dict[int, frozenset[int]]:
    """Members by group; nothing when one of the groups is gone, for then the whole call fails."""
    if isinstance(answer.error, RecordMissing):
        return {}
    return member_lists(answer.get())


def member_lists(value: Any) -> dict[int, frozenset[int]]:
    """User ids by group id."""
    rows = _rows(value, needs.GROUP_MEMBERS)
    return {int(row["groupid"]): frozenset(int(user) for user in row["userids"]) for row in rows}


def grouping_groups(answer: Answer) -> frozenset[int] | None:
    """Group ids in the grouping; None when it is gone."""
    if isinstance(answer.error, RecordMissing):
        return None
    rows = _rows(answer.get(), needs.GROUPING_GROUPS)
    return frozenset(int(group["id"]) for row in rows for group in row.get("groups") or ())


def events(value: Any) -> tuple[dict[int, ActualEvent], bool]:
    """Events by id, and whether the calendar listed them for us: warnings say for which groups not."""
    if not isinstance(value, dict):
        raise BrokenAnswer(needs.EVENTS)
    listed = not any(warning.get("warningcode") == "nopermissions" for warning in value.get("warnings") or ())
    return {event.event_id: event for event in map(_event, _rows(value.get("events"), needs.EVENTS))}, listed


def _event(row: dict[str, Any]) -> ActualEvent:
    """One event; empty fields come as null, 0, "" or "0"."""
    description = str(row["description"] or "")
    return ActualEvent(
        event_id=int(row["id"]),
        name=str(row["name"]),
        description=description,
        course_id=int(row["courseid"] or 0),
        group_id=int(row["groupid"] or 0),
        user_id=int(row["userid"] or 0),
        kind=str(row["eventtype"]),
        starts=int(row["timestart"]),
        seconds=int(row["timeduration"]),
        markers=markers(description),
    )


def _rows(value: Any, function: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise BrokenAnswer(function)
    return value
