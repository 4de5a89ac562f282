"""Operations → Moodle, many in one request. May be killed at any line: the next sync goes on from there."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from moodle_sync import needs
from moodle_sync.batch import Answer
from moodle_sync.client import MoodleClient
from moodle_sync.encoding import Call
from moodle_sync.errors import (
    BrokenAnswer,
    MoodleError,
    NotReached,
    ParameterRefused,
    PermissionMissing,
    PersonMissing,
    RecordMissing,
)
from moodle_sync.event_form import EventForm, FormSender
from moodle_sync.orders import assign_call, delete_call, event_call, members_call, name_call
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
from moodle_sync.state import DesiredEvent

# Members in one call: 400 variables, below any `max_input_vars` where the service lacks the batch.
MEMBERS_A_CALL = 200


@dataclass(frozen=True, slots=True)
class Failure:
    """An operation that was not done; of an operation on members, `users` are those it failed for."""

    operation: Operation
    error: MoodleError
    users: tuple[int, ...] = ()


@dataclass(slots=True)
class Applied:
    """What became of a plan.

    `interrupted` is the error at which the connection broke: then nobody knows what was done last, and
    only the next reading tells. `made_groups` are ids of new groups by idnumber.
    """

    failures: list[Failure] = field(default_factory=list)
    interrupted: MoodleError | None = None
    made_groups: dict[str, int] = field(default_factory=dict)
    made_events: dict[str, int] = field(default_factory=dict)
    form_shift: int | None = None


def apply(
    client: MoodleClient,
    course_id: int,
    account: int,
    operations: Sequence[Operation],
    *,
    form_shift: int | None = None,
) -> Applied:
    """Do what a plan says. Never raises `MoodleError`: what failed stands in the answer."""
    applying = _Applying(client, course_id, account, form_shift)
    applying.names([one for one in operations if isinstance(one, _NAMES)])
    applying.rest([one for one in operations if not isinstance(one, _NAMES)])
    applying.forms()
    return applying.applied


_NAMES = (AdoptGroup, RenameGroup, CreateGroup, CreateGrouping, RenameGrouping)


@dataclass(frozen=True, slots=True)
class _Job:
    """An operation, or a part of its members."""

    operation: Operation
    users: tuple[int, ...] = ()

    def halves(self) -> tuple["_Job", "_Job"]:
        middle = len(self.users) // 2
        return _Job(self.operation, self.users[:middle]), _Job(self.operation, self.users[middle:])


class _Applying:
    def __init__(self, client: MoodleClient, course_id: int, account: int, form_shift: int | None) -> None:
        self._client = client
        self._course_id = course_id
        self._account = account
        self._grouping_id: int | None = None
        self._forms: list[tuple[Operation, EventForm]] = []
        self.applied = Applied(form_shift=form_shift)

    def names(self, operations: Sequence[Operation]) -> None:
        """What makes or names groups and groupings, one call each: they fail one by one."""
        self._run([_Job(operation) for operation in operations])

    def rest(self, operations: Sequence[Operation]) -> None:
        """Members, events, grouping. Missing ids are filled in from what was made."""
        jobs: list[_Job] = []
        for operation in operations:
            if not self._reachable(operation):
                self._fail(_Job(operation), NotReached())
            elif isinstance(operation, AddMembers | RemoveMembers):
                users = operation.users
                starts = range(0, len(users), MEMBERS_A_CALL)
                jobs += [_Job(operation, users[start : start + MEMBERS_A_CALL]) for start in starts]
            elif isinstance(operation, UpdateEvent):
                self._form(operation, operation.event_id, operation.event)
            else:
                jobs.append(_Job(operation))
        self._run(jobs)

    def forms(self) -> None:
        """Changed events, and new ones whose place only the form can write."""
        operations = [operation for operation, _ in self._forms]
        if self.applied.interrupted is not None:
            for operation in operations:
                self._fail(_Job(operation), NotReached())
            return
        sender = FormSender(self._client, [form for _, form in self._forms], self.applied.form_shift)
        if self._forms:
            sender.run()
        self.applied.form_shift = sender.shift
        for position, error in sorted(sender.errors.items()):
            self._fail(_Job(operations[position]), error)
            if error.whole_site or error.unknown:
                self.applied.interrupted = error

    def _run(self, jobs: Sequence[_Job]) -> None:
        """Send jobs; one whose members are refused is halved until the person at fault stands alone."""
        waiting = deque(jobs)
        while waiting:
            if self.applied.interrupted is not None:
                for job in waiting:
                    self._fail(job, NotReached())
                return
            wave = list(waiting)
            waiting.clear()
            answers = self._client.batch([self._call(job) for job in wave])
            for job, answer in zip(wave, answers, strict=True):
                waiting.extend(self._settle(job, answer))

    def _settle(self, job: _Job, answer: Answer) -> Sequence[_Job]:
        """Take over one answer; returns the jobs that remain of it."""
        error = answer.error
        if error is None:
            try:
                self._take(job.operation, answer.value)
            except MoodleError as broken:
                self._fail(job, broken)
            return ()
        if isinstance(error, RecordMissing) and isinstance(job.operation, DeleteEvent):
            return ()
        if isinstance(error, PersonMissing | ParameterRefused) and len(job.users) > 1:
            return job.halves()
        if answer.sent and (error.whole_site or error.unknown):
            self.applied.interrupted = error
        self._fail(job, error if answer.sent else NotReached())
        return ()

    def _take(self, operation: Operation, value: Any) -> None:
        """Keep the ids that an answer brings."""
        if isinstance(operation, CreateGroup):
            self.applied.made_groups[operation.group] = _made_id(value, needs.CREATE_GROUPS)
        elif isinstance(operation, CreateGrouping):
            self._grouping_id = _made_id(value, needs.CREATE_GROUPINGS)
        elif isinstance(operation, CreateEvent):
            events = value.get("events") if isinstance(value, dict) else None
            if events == []:
                raise PermissionMissing(
                    needs.CREATE_EVENTS, missing_capabilities=needs.capabilities_of(needs.CREATE_EVENTS)
                )
            event_id = _made_id(events, needs.CREATE_EVENTS)
            self.applied.made_events[operation.event.uuid] = event_id
            if operation.event.location:
                self._form(operation, event_id, operation.event)

    def _form(self, operation: CreateEvent | UpdateEvent, event_id: int, event: DesiredEvent) -> None:
        group_id = self._group_id(operation.group, operation.group_id)
        form = EventForm(event_id, self._course_id, group_id, self._account, event)
        self._forms.append((operation, form))

    def _reachable(self, operation: Operation) -> bool:
        """Whether the group and the grouping that an operation needs exist."""
        if (
            isinstance(operation, AssignGrouping)
            and operation.grouping_id is None
            and self._grouping_id is None
        ):
            return False
        if isinstance(operation, AddMembers | CreateEvent | UpdateEvent | AssignGrouping):
            return operation.group_id is not None or operation.group in self.applied.made_groups
        return True

    def _group_id(self, group: str, group_id: int | None) -> int:
        return self.applied.made_groups[group] if group_id is None else group_id

    def _call(self, job: _Job) -> Call:
        operation = job.operation
        if isinstance(operation, _NAMES):
            return name_call(operation, self._course_id)
        if isinstance(operation, DeleteEvent):
            return delete_call(operation.event_id)
        group_id = self._group_id(operation.group, operation.group_id)
        if isinstance(operation, AssignGrouping):
            grouping_id = self._grouping_id if operation.grouping_id is None else operation.grouping_id
            return assign_call(group_id, grouping_id)
        if isinstance(operation, AddMembers | RemoveMembers):
            return members_call(operation, group_id, job.users)
        return event_call(operation.event, self._course_id, group_id)

    def _fail(self, job: _Job, error: MoodleError) -> None:
        self.applied.failures.append(Failure(job.operation, error, job.users))


def _made_id(value: Any, function: str) -> int:
    try:
        return int(value[0]["id"])
    except (IndexError, KeyError, TypeError, ValueError):
        raise BrokenAnswer(function) from None
