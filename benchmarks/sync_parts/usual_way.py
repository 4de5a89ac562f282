"""What most integrations do: read every roster with all fields, write one by one, make the calendar anew."""

from collections.abc import Mapping
from typing import Any

from moodle_sync import needs
from moodle_sync.client import MoodleClient
from moodle_sync.state import DesiredCourse, DesiredEvent, DesiredGroup

CREATE, DELETE = needs.CREATE_EVENTS, needs.DELETE_EVENTS


class UsualWay:
    """Mirrors members and events of the groups of a course, which exist already.

    It uses our client, so it has the pooled connection and the counters. With `lists` the events of a group
    are deleted by one call and made by one call, which is kinder than most are; without, event by event.
    """

    def __init__(
        self, client: MoodleClient, course_id: int, group_ids: Mapping[str, int], *, lists: bool
    ) -> None:
        self._client = client
        self._course_id = course_id
        self._group_ids = group_ids
        self._lists = lists
        self._event_ids: dict[str, list[int]] = {}

    def sync(self, desired: DesiredCourse) -> None:
        """Bring members and events to what is desired."""
        for group in desired.groups:
            self._members(group, self._group_ids[group.idnumber])
            self._events(group, self._group_ids[group.idnumber])

    def _members(self, group: DesiredGroup, group_id: int) -> None:
        options = [{"name": "groupid", "value": group_id}]
        people = self._client.call(needs.ENROLLED, courseid=self._course_id, options=options)
        present = {int(person["id"]) for person in people}
        for user_id in sorted(group.inside - present):
            self._write(needs.ADD_MEMBERS, group_id, user_id)
        for user_id in sorted(present - group.inside):
            self._write(needs.REMOVE_MEMBERS, group_id, user_id)

    def _write(self, function: str, group_id: int, user_id: int) -> None:
        self._client.call(function, members=[{"groupid": group_id, "userid": user_id}])

    def _events(self, group: DesiredGroup, group_id: int) -> None:
        old = [{"eventid": event_id, "repeat": 0} for event_id in self._event_ids.get(group.idnumber, ())]
        for some in self._chunks(old):
            self._client.call(DELETE, events=some)
        new = [_row(event, self._course_id, group_id) for event in group.events]
        made: list[int] = []
        for some in self._chunks(new):
            made += [int(row["id"]) for row in self._client.call(CREATE, events=some)["events"]]
        self._event_ids[group.idnumber] = made

    def _chunks(self, rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        if self._lists:
            return [rows] if rows else []
        return [[row] for row in rows]


def _row(event: DesiredEvent, course_id: int, group_id: int) -> dict[str, Any]:
    return {
        "name": event.name,
        "description": event.description_html,
        "format": 1,
        "courseid": course_id,
        "groupid": group_id,
        "eventtype": "group",
        "timestart": event.starts,
        "timeduration": event.duration_minutes * 60,
    }
