"""Answers of the reading functions → values of `state`. Each raises `BrokenAnswer` for another shape."""

from collections.abc import Callable
from typing import Any, TypeVar

from moodle_sync import needs
from moodle_sync.batch import Answer
from moodle_sync.errors import BrokenAnswer, RecordMissing
from moodle_sync.state import ActualEvent, ActualGroup, ActualGrouping
from moodle_sync.text import markers

T = TypeVar("T")


def user_ids(value: Any) -> frozenset[int]:
    """Ids of enrolled users."""
    return frozenset(_each(value, needs.ENROLLED, lambda row: int(row["id"])))


def groups(value: Any) -> list[ActualGroup]:
    """Groups of a course, their members unknown."""
    return _each(
        value,
        needs.COURSE_GROUPS,
        lambda row: ActualGroup(int(row["id"]), str(row["name"]), str(row["idnumber"] or "")),
    )


def groupings(value: Any) -> list[ActualGrouping]:
    """Groupings of a course, their groups unknown."""
    return _each(
        value,
        needs.GROUPINGS,
        lambda row: ActualGrouping(int(row["id"]), str(row["name"]), str(row["idnumber"] or "")),
    )


def members(answer: Answer) -> dict[int, frozenset[int]]:
    """Members by group; nothing when one of the groups is gone, for then the whole call fails."""
    if isinstance(answer.error, RecordMissing):
        return {}
    return dict(
        _each(
            answer.get(),
            needs.GROUP_MEMBERS,
            lambda row: (int(row["groupid"]), frozenset(int(user) for user in row["userids"])),
        )
    )


def grouping_groups(answer: Answer) -> frozenset[int] | None:
    """Group ids in the grouping; None when it is gone."""
    if isinstance(answer.error, RecordMissing):
        return None
    inside = _each(
        answer.get(),
        needs.GROUPING_GROUPS,
        lambda row: [int(group["id"]) for group in row.get("groups") or ()],
    )
    return frozenset(group_id for ids in inside for group_id in ids)


def events(value: Any) -> tuple[dict[int, ActualEvent], bool]:
    """Events by id, and whether the calendar listed them for us: warnings say for which groups not."""
    if not isinstance(value, dict):
        raise BrokenAnswer(needs.EVENTS)
    codes = _each(value.get("warnings") or [], needs.EVENTS, lambda row: row.get("warningcode"))
    listed = _each(value.get("events"), needs.EVENTS, _event)
    return {event.event_id: event for event in listed}, "nopermissions" not in codes


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


def _each(value: Any, function: str, read: Callable[[dict[str, Any]], T]) -> list[T]:
    if not isinstance(value, list):
        raise BrokenAnswer(function)
    try:
        return [read(row) for row in value]
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise BrokenAnswer(function) from None
