"""Operations → Moodle, many in one request. May be killed at any line: the next sync goes on from there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from moodle_sync import needs
from moodle_sync.batch import Answer
from moodle_sync.client import MoodleClient
from moodle_sync.encoding import Call
from moodle_sync.errors import (
    BrokenAnswer,
    EventTimeNotKept,
    MoodleError,
    NotReached,
    ParameterRefused,
    PermissionMissing,
    PersonMissing,
    RecordMissing,
)
from moodle_sync.event_form import EventForm, start_kept
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
    only the next reading tells. `made_groups` are ids of new groups by idnumber. `read` answers what was
    asked after the last write; None when it was not asked.
    """

    failures: list[Failure] = field(default_factory=list)
    interrupted: MoodleError | None = None
    made_groups: dict[str, int] = field(default_factory=dict)
    made_events: dict[str, int] = field(default_factory=dict)
    made_grouping: int | None = None
    form_shift: int | None = None
    read: Sequence[Answer] | None = None


def apply(
    client: MoodleClient,
    course_id: int,
    account: int,
    operations: Sequence[Operation],
    *,
    form_shift: int | None = None,
    then: Callable[[Applied], Sequence[Call]] | None = None,
) -> Applied:
    """Do what a plan says. Never raises `MoodleError`: what failed stands in the answer.

    `then` gives calls that read back what was written; they go in the last request of the writes.
    """
    applying = _Applying(client, course_id, account, form_shift, then)
    names = [one for one in operations if isinstance(one, _NAMES)]
    rest = [one for one in operations if not isinstance(one, _NAMES)]
    # One call each: they fail one by one.
    applying.run([_Job(operation) for operation in names], reads=not rest)
    if rest:
        applying.run(applying.jobs(rest), reads=True)
    return applying.applied


_NAMES = (AdoptGroup, RenameGroup, CreateGroup, CreateGrouping, RenameGrouping)


@dataclass(frozen=True, slots=True)
class _Job:
    """An operation, or a part of its members, or the form of an event.

    The form's time is moved by `shift` seconds; `again`: it is sent with the difference that the first answer
    told.
    """

    operation: Operation
    users: tuple[int, ...] = ()
    form: EventForm | None = None
    shift: int = 0
    again: bool = False

    def halves(self) -> tuple["_Job", "_Job"]:
        middle = len(self.users) // 2
        return _Job(self.operation, self.users[:middle]), _Job(self.operation, self.users[middle:])

    @property
    def needs_form(self) -> bool:
        """Whether a form follows: only it can write the place of a new event."""
        made = self.operation if self.form is None else None
        return isinstance(made, CreateEvent) and bool(made.event.location)


class _Applying:
    def __init__(
        self,
        client: MoodleClient,
        course_id: int,
        account: int,
        form_shift: int | None,
        then: Callable[[Applied], Sequence[Call]] | None,
    ) -> None:
        self._client = client
        self._course_id = course_id
        self._account = account
        self._then = then
        self._tried_a_form = False
        self._corrected = False
        self.applied = Applied(form_shift=form_shift)

    def jobs(self, operations: Sequence[Operation]) -> list[_Job]:
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
                jobs.append(self._form(operation, operation.event_id, operation.event))
            else:
                jobs.append(_Job(operation))
        return jobs

    def run(self, jobs: Sequence[_Job], *, reads: bool) -> None:
        """Send jobs; one whose members are refused is halved until the person at fault stands alone.

        With `reads`, what `then` asks goes along with the jobs that are likely to be the last, and once more
        alone if others turned up.
        """
        waiting = list(jobs)
        reading = self._then if reads else None
        while waiting or (reading is not None and self.applied.read is None):
            if self.applied.interrupted is not None:
                for job in waiting:
                    self._fail(job, NotReached())
                return
            wave, waiting = self._wave(waiting)
            last = not waiting and not any(job.needs_form for job in wave)
            questions = reading(self.applied) if reading is not None and last else None
            answers = self._client.batch([*map(self._call, wave), *(questions or ())])
            for job, answer in zip(wave, answers, strict=False):
                waiting.extend(self._settle(job, answer))
            if questions is not None and not waiting:
                self.applied.read = answers[len(wave) :]

    def _wave(self, waiting: Sequence[_Job]) -> tuple[list[_Job], list[_Job]]:
        """What goes now and what later: while the time zone is not known, one form goes ahead."""
        forms = [job for job in waiting if job.form is not None]
        held = forms[1:] if self.applied.form_shift is None and not self._tried_a_form else []
        self._tried_a_form = self._tried_a_form or bool(forms)
        used = self.applied.form_shift or 0
        wave = [
            job if job.form is None or job.again else replace(job, shift=used)
            for job in waiting
            if job not in held
        ]
        return wave, held

    def _settle(self, job: _Job, answer: Answer) -> Sequence[_Job]:
        """Take over one answer; returns the jobs that remain of it."""
        error = answer.error
        if error is None:
            try:
                return self._take(job, answer)
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

    def _take(self, job: _Job, answer: Answer) -> Sequence[_Job]:
        """Keep the ids that an answer brings; returns the form that must follow."""
        operation = job.operation
        if job.form is not None:
            return self._kept(job, job.form, start_kept(answer))
        if isinstance(operation, CreateGroup):
            self.applied.made_groups[operation.group] = _made_id(answer.value, needs.CREATE_GROUPS)
        elif isinstance(operation, CreateGrouping):
            self.applied.made_grouping = _made_id(answer.value, needs.CREATE_GROUPINGS)
        elif isinstance(operation, CreateEvent):
            event_id = _made_event_id(answer.value)
            self.applied.made_events[operation.event.uuid] = event_id
            if operation.event.location:
                return (self._form(operation, event_id, operation.event),)
        return ()

    def _kept(self, job: _Job, form: EventForm, start: int) -> Sequence[_Job]:
        """Compare the time that a form wrote; a wrong one tells the time zone, and is sent once more."""
        late = start - form.event.starts
        if not late:
            if self.applied.form_shift is None:
                self.applied.form_shift = job.shift
            return ()
        if job.again:
            raise EventTimeNotKept(needs.EVENT_FORM)
        again = replace(job, shift=job.shift - late, again=True)
        if not self._corrected:
            self._corrected = True
            self.applied.form_shift = again.shift
        return (again,)

    def _form(self, operation: CreateEvent | UpdateEvent, event_id: int, event: DesiredEvent) -> _Job:
        group_id = self._group_id(operation.group, operation.group_id)
        return _Job(operation, form=EventForm(event_id, self._course_id, group_id, self._account, event))

    def _reachable(self, operation: Operation) -> bool:
        """Whether the group and the grouping that an operation needs exist."""
        if (
            isinstance(operation, AssignGrouping)
            and operation.grouping_id is None
            and self.applied.made_grouping is None
        ):
            return False
        if isinstance(operation, AddMembers | CreateEvent | UpdateEvent | AssignGrouping):
            return operation.group_id is not None or operation.group in self.applied.made_groups
        return True

    def _group_id(self, group: str, group_id: int | None) -> int:
        return self.applied.made_groups[group] if group_id is None else group_id

    def _call(self, job: _Job) -> Call:
        operation = job.operation
        if job.form is not None:
            return job.form.call(job.shift)
        if isinstance(operation, _NAMES):
            return name_call(operation, self._course_id)
        if isinstance(operation, DeleteEvent):
            return delete_call(operation.event_id)
        group_id = self._group_id(operation.group, operation.group_id)
        if isinstance(operation, AssignGrouping):
            made = self.applied.made_grouping
            grouping_id = made if operation.grouping_id is None else operation.grouping_id
            return assign_call(group_id, grouping_id)
        if isinstance(operation, AddMembers | RemoveMembers):
            return members_call(operation, group_id, job.users)
        return event_call(operation.event, self._course_id, group_id)

    def _fail(self, job: _Job, error: MoodleError) -> None:
        self.applied.failures.append(Failure(job.operation, error, job.users))


def _made_event_id(value: Any) -> int:
    events = value.get("events") if isinstance(value, dict) else None
    if events == []:
        raise PermissionMissing(
            needs.CREATE_EVENTS, missing_capabilities=needs.capabilities_of(needs.CREATE_EVENTS)
        )
    return _made_id(events, needs.CREATE_EVENTS)


def _made_id(value: Any, function: str) -> int:
    try:
        return int(value[0]["id"])
    except (IndexError, KeyError, TypeError, ValueError):
        raise BrokenAnswer(function) from None
