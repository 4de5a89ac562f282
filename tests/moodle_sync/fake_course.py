"""A course in memory that obeys operations as Moodle would, and can be changed by hand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from moodle_sync.diff import diff
from moodle_sync.match import live_group_ids
from moodle_sync.memory import Remembered
from moodle_sync.plan import (
    AddMembers,
    AdoptGroup,
    AssignGrouping,
    CreateEvent,
    CreateGroup,
    CreateGrouping,
    DeleteEvent,
    DriftPolicy,
    Operation,
    Plan,
    RemoveMembers,
    RenameGroup,
    RenameGrouping,
    UpdateEvent,
)
from moodle_sync.remember import remember
from moodle_sync.state import (
    ActualCourse,
    ActualEvent,
    ActualGroup,
    ActualGrouping,
    DesiredCourse,
    DesiredEvent,
)
from moodle_sync.text import markers, plain_name

ACCOUNT = 99
COURSE = 2


@dataclass
class FakeCourse:
    groups: dict[int, ActualGroup] = field(default_factory=dict)
    enrolled: set[int] = field(default_factory=set)
    suspended: set[int] = field(default_factory=set)
    events: dict[int, ActualEvent] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)
    groupings: dict[int, ActualGrouping] = field(default_factory=dict)
    next_id: int = 100

    def copy(self) -> "FakeCourse":
        return FakeCourse(
            dict(self.groups),
            set(self.enrolled),
            set(self.suspended),
            dict(self.events),
            dict(self.places),
            dict(self.groupings),
            self.next_id,
        )

    def view(self, desired: DesiredCourse, remembered: Remembered) -> ActualCourse:
        """What the client would read: events of our groups, and those known by id."""
        actual = ActualCourse(
            COURSE,
            ACCOUNT,
            groups=dict(self.groups),
            enrolled=frozenset(self.enrolled),
            suspended=frozenset(self.suspended),
            groupings=tuple(self.groupings.values()),
        )
        live = live_group_ids(desired, remembered, actual)
        known = {event.event_id for group in desired.groups for event in group.events}
        known |= {event.event_id for event in remembered.events.values()}
        known |= {mark for mark in desired.removed_events if isinstance(mark, int)}
        listed = {
            key: event
            for key, event in self.events.items()
            if (event.kind == "group" and event.group_id in live) or key in known
        }
        return replace(actual, events=listed)

    def new_id(self) -> int:
        self.next_id += 1
        return self.next_id

    # By hand.

    def delete_group(self, group_id: int) -> None:
        del self.groups[group_id]
        for event_id in [key for key, event in self.events.items() if event.group_id == group_id]:
            del self.events[event_id]

    def unenrol(self, user: int) -> None:
        self.enrolled.discard(user)
        self.suspended.discard(user)
        for key, group in self.groups.items():
            self.groups[key] = replace(group, members=(group.members or frozenset()) - {user})

    # By us.

    def steps(self, operations: Sequence[Operation]) -> Iterator[Callable[[], None]]:
        """The smallest steps between which a worker can be killed."""
        for operation in operations:
            if isinstance(operation, CreateEvent) and operation.event.location:
                yield lambda operation=operation: self.do(operation)
                yield lambda operation=operation: self._place(operation)
            else:
                yield lambda operation=operation: self.do(operation)

    def do(self, operation: Operation) -> None:  # noqa: C901 - one line a kind
        match operation:
            case CreateGroup(idnumber, name):
                self._check_names(name, idnumber, None)
                group_id = self.new_id()
                self.groups[group_id] = ActualGroup(group_id, name, idnumber, frozenset())
            case AdoptGroup(idnumber, group_id, name):
                self._check_names(name, idnumber, group_id)
                self.groups[group_id] = replace(self.groups[group_id], name=name, idnumber=idnumber)
            case RenameGroup(_, group_id, name):
                self._check_names(name, "", group_id)
                self.groups[group_id] = replace(self.groups[group_id], name=name)
            case AddMembers(idnumber, group_id, users):
                assert set(users) <= self.enrolled, "Moodle refuses people who are not enrolled"
                self._members(self._group_id(idnumber, group_id), lambda members: members | set(users))
            case RemoveMembers(_, group_id, users):
                self._members(group_id, lambda members: members - set(users))
            case CreateEvent(idnumber, group_id, event):
                self._write(self.new_id(), self._group_id(idnumber, group_id), event)
            case UpdateEvent(idnumber, group_id, event_id, event):
                assert self.events[event_id].user_id == ACCOUNT
                self._write(event_id, self._group_id(idnumber, group_id), event)
                self.places[event_id] = event.location
            case DeleteEvent(event_id, _):
                assert self.events[event_id].user_id == ACCOUNT
                del self.events[event_id]
            case CreateGrouping(idnumber, name):
                grouping_id = self.new_id()
                self.groupings[grouping_id] = ActualGrouping(grouping_id, name, idnumber, frozenset())
            case RenameGrouping(grouping_id, name):
                self.groupings[grouping_id] = replace(self.groupings[grouping_id], name=name)
            case AssignGrouping(idnumber, group_id, grouping_id):
                if grouping_id is None:
                    grouping_id = max(self.groupings)
                inside = self.groupings[grouping_id].groups or frozenset()
                self.groupings[grouping_id] = replace(
                    self.groupings[grouping_id], groups=inside | {self._group_id(idnumber, group_id)}
                )

    def _place(self, operation: CreateEvent) -> None:
        self.places[max(self.events)] = operation.event.location

    def _check_names(self, name: str, idnumber: str, own: int | None) -> None:
        others = [group for key, group in self.groups.items() if key != own]
        assert not any(plain_name(other.name).casefold() == name.casefold() for other in others), "name taken"
        assert not idnumber or not any(other.idnumber == idnumber for other in others), "idnumber taken"

    def _group_id(self, idnumber: str, group_id: int | None) -> int:
        if group_id is not None:
            assert group_id in self.groups
            return group_id
        return next(key for key, group in self.groups.items() if group.idnumber == idnumber)

    def _members(self, group_id: int, change: Callable[[frozenset[int]], frozenset[int]]) -> None:
        group = self.groups[group_id]
        self.groups[group_id] = replace(group, members=frozenset(change(group.members or frozenset())))

    def _write(self, event_id: int, group_id: int, event: DesiredEvent) -> None:
        self.events[event_id] = ActualEvent(
            event_id,
            plain_name(event.name),
            event.markup,
            COURSE,
            group_id,
            ACCOUNT,
            "group",
            event.starts,
            event.duration_minutes * 60,
            markers(event.markup),
        )


def run_sync(
    course: FakeCourse,
    desired: DesiredCourse,
    remembered: Remembered,
    held: frozenset[str] = frozenset(),
    policy: DriftPolicy = DriftPolicy.ASK,
    kill_after: int | None = None,
) -> tuple[Plan, Remembered]:
    """Diff, apply, remember. Killed after so many steps nothing is remembered."""
    plan = diff(desired, course.view(desired, remembered), remembered, held=held, policy=policy)
    for done, step in enumerate(course.steps(plan.operations)):
        if done == kill_after:
            return plan, remembered
        step()
    after = course.view(desired, remembered)
    return plan, remember(desired, after, remembered, plan)
