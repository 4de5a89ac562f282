"""Reads back what a plan wrote, and no more.

A batch runs in order, so the reading goes in the same request as the writes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from moodle_sync import questions, rows
from moodle_sync.apply import Applied
from moodle_sync.batch import Answer
from moodle_sync.encoding import Call
from moodle_sync.plan import (
    AddMembers,
    AdoptGroup,
    AssignGrouping,
    CreateEvent,
    CreateGroup,
    CreateGrouping,
    DeleteEvent,
    Operation,
    RemoveMembers,
    RenameGroup,
    RenameGrouping,
    UpdateEvent,
)
from moodle_sync.state import ActualCourse, ActualEvent, ActualGroup, ActualGrouping, DesiredCourse


class ReadBack:
    """What is to be read again of a course after some operations.

    All else stays as it was read before them: what is changed by hand in the meantime, the next sync finds.
    """

    def __init__(
        self,
        desired: DesiredCourse,
        before: ActualCourse,
        operations: Sequence[Operation],
        ending_after: int | None = None,
    ) -> None:
        """`ending_after`: see `questions.events_of_groups`."""
        self._desired = desired
        self._before = before
        self._operations = operations
        self._ending_after = ending_after
        self._asked: tuple[str, ...] = ()
        self._changed: frozenset[int] = frozenset()

    def calls(self, applied: Applied) -> list[Call]:
        """The calls that read it; call this once all groups and groupings are made."""
        course_id = self._desired.course_id
        calls: dict[str, Call] = {}
        if self._has(AdoptGroup, RenameGroup, CreateGroup):
            calls["groups"] = questions.groups(course_id)
        if self._has(CreateGrouping, RenameGrouping):
            calls["groupings"] = questions.groupings(course_id)
        listed = self._groups_of(applied, CreateEvent)
        if listed:
            calls["events"] = questions.events_of_groups(listed, self._ending_after)
        if self._event_ids():
            calls["events by id"] = questions.events_by_id(self._event_ids())
        # Ids that may be gone come last.
        self._changed = self._groups_of(applied, AddMembers, RemoveMembers)
        self._changed |= frozenset(applied.made_groups.values())
        if self._changed:
            calls["members"] = questions.members(self._changed)
        grouping_id = self._grouping_id(applied)
        if grouping_id is not None:
            calls["grouping"] = questions.groups_of(grouping_id)
        self._asked = tuple(calls)
        return list(calls.values())

    def course(self, answers: Sequence[Answer]) -> ActualCourse | None:
        """The course as it is now; None when any call failed or left a group out: then it must be read whole.

        Raises `BrokenAnswer`.
        """
        if any(answer.error is not None for answer in answers):
            return None
        got = dict(zip(self._asked, answers, strict=True))
        if "members" in got and self._changed - rows.members(got["members"]).keys():
            return None
        events, listed = self._events(got)
        return replace(
            self._before,
            groups=self._groups(got),
            events=events,
            events_listed=self._before.events_listed and listed,
            groupings=self._groupings(got),
        )

    def _groups(self, got: Mapping[str, Answer]) -> dict[int, ActualGroup]:
        before = self._before.groups
        groups = dict(before)
        if "groups" in got:
            groups = {one.group_id: one for one in rows.groups(got["groups"].get())}
        members = {key: group.members for key, group in before.items()}
        if "members" in got:
            members |= rows.members(got["members"])
        return {key: replace(group, members=members.get(key)) for key, group in groups.items()}

    def _events(self, got: Mapping[str, Answer]) -> tuple[dict[int, ActualEvent], bool]:
        written = self._event_ids()
        events = {key: event for key, event in self._before.events.items() if key not in written}
        listed = True
        if "events" in got:
            found, listed = rows.events(got["events"].get())
            events |= {key: event for key, event in found.items() if key not in written}
        if "events by id" in got:
            events |= rows.events(got["events by id"].get())[0]
        return events, listed

    def _groupings(self, got: Mapping[str, Answer]) -> tuple[ActualGrouping, ...]:
        before = {one.grouping_id: one.groups for one in self._before.groupings}
        ours = self._desired.grouping_idnumber
        found = rows.groupings(got["groupings"].get()) if "groupings" in got else self._before.groupings
        inside = rows.grouping_groups(got["grouping"]) if "grouping" in got else None
        return tuple(
            replace(
                one,
                groups=inside if inside is not None and one.idnumber == ours else before.get(one.grouping_id),
            )
            for one in found
        )

    def _has(self, *kinds: type[Operation]) -> bool:
        return any(isinstance(operation, kinds) for operation in self._operations)

    def _groups_of(
        self, applied: Applied, *kinds: type[AddMembers | RemoveMembers | CreateEvent]
    ) -> frozenset[int]:
        """Ids of the groups that operations of these kinds are about, as far as they exist."""
        ids: set[int | None] = set()
        for one in self._operations:
            if isinstance(one, AddMembers | RemoveMembers | CreateEvent) and isinstance(one, kinds):
                ids.add(applied.made_groups.get(one.group) if one.group_id is None else one.group_id)
        return frozenset(group_id for group_id in ids if group_id is not None)

    def _event_ids(self) -> frozenset[int]:
        written = (one for one in self._operations if isinstance(one, UpdateEvent | DeleteEvent))
        return frozenset(one.event_id for one in written)

    def _grouping_id(self, applied: Applied) -> int | None:
        if applied.made_grouping is not None:
            return applied.made_grouping
        known = (one.grouping_id for one in self._operations if isinstance(one, AssignGrouping))
        return next(known, None)
