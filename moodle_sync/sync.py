"""One sync of one course: read, guard, diff, apply, read back, remember.

May be run at any moment, any number of times, after any crash, and ends in the same state. The caller sees
to it that no two run for one course at once, and stores `remembered` and the findings in one transaction.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from moodle_sync import guard
from moodle_sync.agreed import agreed
from moodle_sync.apply import Applied, Failure, apply
from moodle_sync.baseline import baseline
from moodle_sync.client import MoodleClient
from moodle_sync.diff import diff
from moodle_sync.errors import MoodleError, NotKept, ParameterRefused, PersonMissing
from moodle_sync.memory import Remembered
from moodle_sync.needs import HIDDEN_COURSES, VIEW
from moodle_sync.plan import (
    AddMembers,
    CreateEvent,
    Drift,
    DriftPolicy,
    Operation,
    Plan,
    Refusal,
    RefusalCode,
    RemoveMembers,
    RenameGroup,
    UpdateEvent,
    written_keys,
)
from moodle_sync.read import read_course
from moodle_sync.read_back import ReadBack
from moodle_sync.remember import remember
from moodle_sync.state import ActualCourse, CourseStatus, DesiredCourse
from moodle_sync.undoing import Tell, Undoing

LOOK_BACK = timedelta(days=62)
"""How far before the earliest meeting, and before now, the frequent sync looks for events.

A year of meetings is no dearer after ten: what is over stays in the calendar and is read no more.
"""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a sync did and found.

    `refusal` (the whole course) and `interrupted` leave `remembered` as it was: nothing is believed.
    `refusals` concern single associations or the calendar. `agreed`: keys of `held` whose change by hand was
    found undone, so that nobody need be asked about it. `group_ids` by idnumber, `event_ids` by uuid.
    `requests` and `ms` are what the sync cost.
    """

    remembered: Remembered
    status: CourseStatus = CourseStatus.OPEN
    drift: tuple[Drift, ...] = ()
    without_access: Mapping[str, frozenset[int]] = field(default_factory=dict)
    group_ids: Mapping[str, int] = field(default_factory=dict)
    event_ids: Mapping[str, int] = field(default_factory=dict)
    operations: tuple[Operation, ...] = ()
    failures: tuple[Failure, ...] = ()
    refusal: Refusal | None = None
    refusals: tuple[Refusal, ...] = ()
    agreed: frozenset[str] = frozenset()
    interrupted: MoodleError | None = None
    requests: int = 0
    ms: float = 0.0
    at: datetime | None = None

    @property
    def written(self) -> frozenset[str]:
        """Keys of findings about what this sync wrote; a question that stood about it is over."""
        failed = [failure.operation for failure in self.failures]
        return frozenset(key for one in self.operations if one not in failed for key in written_keys(one))

    @property
    def done(self) -> bool:
        """Whether Moodle is now as wanted, but for open questions."""
        return self.refusal is None and self.interrupted is None and not self.failures


def sync_course(
    client: MoodleClient,
    desired: DesiredCourse,
    remembered: Remembered,
    *,
    now: datetime,
    held: Collection[str] = (),
    policy: DriftPolicy = DriftPolicy.ASK,
    shrink_max: float = guard.SHRINK_MAX,
    confirmed: Mapping[str, int] | None = None,
    whole_roster: bool = True,
    before_undoing: Tell | None = None,
) -> SyncResult:
    """Bring a course to its desired state.

    `whole_roster=False` is for the sync that runs every few minutes: the enrolled are read only when somebody
    is gone from a group, or a new member turns out not to be enrolled. It finds the same, except that
    somebody enrolled again is noticed only by the next sync that reads the whole roster, and a shrinking of
    the roster outside our groups likewise. It lists no events that were over long ago.
    `held`: keys (`Drift.key`) of questions that are open or were answered with «ignore». `confirmed`: see
    `guard.check`; pass it once. `before_undoing` keeps the findings that this sync is about to undo; they are
    not in the answer then. Raises `MoodleError` when Moodle could not even be read; then nothing was
    written.
    """
    requests, ms = client.requests, client.ms
    held = frozenset(held)
    undoing = Undoing(remembered, before_undoing)
    ending_after = None if whole_roster else _look_back(desired, now)
    actual = read_course(
        client, desired, remembered, whole_roster=whole_roster, held=held, ending_after=ending_after
    )
    result = _sync(
        client, desired, remembered, actual, held, policy, shrink_max, confirmed, undoing, ending_after
    )
    if not actual.roster_read and _somebody_refused(result):
        result = _again(result, client, desired, remembered, held, policy, shrink_max, confirmed, undoing)
    return replace(
        result,
        drift=undoing.untold(result.drift),
        at=now,
        requests=client.requests - requests,
        ms=client.ms - ms,
    )


def _sync(
    client: MoodleClient,
    desired: DesiredCourse,
    remembered: Remembered,
    actual: ActualCourse,
    held: frozenset[str],
    policy: DriftPolicy,
    shrink_max: float,
    confirmed: Mapping[str, int] | None,
    undoing: Undoing,
    ending_after: int | None = None,
) -> SyncResult:
    refusal = _closed(actual) or guard.check(
        desired, actual, remembered, shrink_max=shrink_max, confirmed=confirmed
    )
    if refusal is not None:
        return SyncResult(remembered, status=actual.status, refusal=refusal)
    plan = diff(desired, actual, remembered, held=held, policy=policy)
    over = agreed(held, desired, actual, remembered, plan)
    if not plan.operations:
        return replace(_result(remember(desired, actual, remembered, plan), plan, ()), agreed=over)
    undoing.announce(plan)
    back = ReadBack(desired, actual, plan.operations, ending_after)
    applied = apply(
        client,
        desired.course_id,
        actual.account,
        plan.operations,
        form_shift=remembered.form_shift,
        then=back.calls,
    )
    if applied.interrupted is not None:
        return _interrupted(remembered, plan, applied)
    try:
        after = back.course(applied.read or ()) or read_course(
            client, desired, remembered, since=actual, made_groups=applied.made_groups
        )
    except MoodleError as error:
        applied.interrupted = error
        return _interrupted(remembered, plan, applied)
    return replace(_settle(desired, actual, after, remembered, plan, applied, held, policy), agreed=over)


def _look_back(desired: DesiredCourse, now: datetime) -> int:
    starts = (event.starts_at for group in desired.groups for event in group.events)
    return int((min([now, *starts]) - LOOK_BACK).timestamp())


def _somebody_refused(result: SyncResult) -> bool:
    """Whether Moodle refused members: mostly people not enrolled, which it does not say."""
    return result.interrupted is None and any(
        isinstance(failure.operation, AddMembers)
        and isinstance(failure.error, ParameterRefused | PersonMissing)
        for failure in result.failures
    )


def _again(
    first: SyncResult,
    client: MoodleClient,
    desired: DesiredCourse,
    remembered: Remembered,
    held: frozenset[str],
    policy: DriftPolicy,
    shrink_max: float,
    confirmed: Mapping[str, int] | None,
    undoing: Undoing,
) -> SyncResult:
    """Once more with the roster, as after a crash: what was done is found done."""
    try:
        actual = read_course(client, desired, remembered, held=held)
    except MoodleError as error:
        return SyncResult(remembered, operations=first.operations, failures=first.failures, interrupted=error)
    second = _sync(client, desired, remembered, actual, held, policy, shrink_max, confirmed, undoing)
    restored = tuple(finding for finding in first.drift if finding.restored)
    return replace(
        second,
        operations=first.operations + second.operations,
        drift=tuple(dict.fromkeys(restored + second.drift)),
    )


def _settle(
    desired: DesiredCourse,
    first: ActualCourse,
    after: ActualCourse,
    before: Remembered,
    plan: Plan,
    applied: Applied,
    held: frozenset[str],
    policy: DriftPolicy,
) -> SyncResult:
    """Compare what was read back with what was wanted, and keep what the next sync needs."""
    failures = list(applied.failures)
    memory = _memory(desired, after, before, plan, failures, applied.form_shift)
    asked = held | plan.by_hand | {finding.key for finding in plan.drift if not finding.restored}
    left = diff(desired, after, memory, held=asked, policy=policy).operations
    failed = {_about(failure.operation) for failure in failures}
    not_kept = [
        Failure(operation, NotKept(), _users(operation))
        for operation in left
        if _about(operation) not in failed
    ]
    failures += not_kept
    seen = baseline(first, after, plan.operations)
    memory = _memory(desired, seen, before, plan, failures, applied.form_shift)
    return _result(memory, plan, tuple(failures))


def _memory(
    desired: DesiredCourse,
    seen: ActualCourse,
    before: Remembered,
    plan: Plan,
    failures: Collection[Failure],
    form_shift: int | None,
) -> Remembered:
    operations = [failure.operation for failure in failures]
    return remember(
        desired,
        seen,
        before,
        plan,
        failed_events=[one.event.uuid for one in operations if isinstance(one, CreateEvent | UpdateEvent)],
        failed_renames=[one.group for one in operations if isinstance(one, RenameGroup)],
        form_shift=form_shift,
    )


def _result(memory: Remembered, plan: Plan, failures: tuple[Failure, ...]) -> SyncResult:
    return SyncResult(
        memory,
        drift=plan.drift,
        without_access=plan.without_access,
        group_ids={key: one.group_id for key, one in memory.groups.items() if one.group_id is not None},
        event_ids={key: one.event_id for key, one in memory.events.items() if one.event_id is not None},
        operations=plan.operations,
        failures=failures,
        refusals=plan.refusals,
    )


def _interrupted(remembered: Remembered, plan: Plan, applied: Applied) -> SyncResult:
    """Nothing is remembered and no question asked: the next sync finds the same again."""
    return SyncResult(
        remembered,
        operations=plan.operations,
        failures=tuple(applied.failures),
        interrupted=applied.interrupted,
    )


def _closed(actual: ActualCourse) -> Refusal | None:
    if actual.status is CourseStatus.HIDDEN:
        return Refusal(RefusalCode.COURSE_HIDDEN, missing_capabilities=(HIDDEN_COURSES, VIEW))
    if actual.status is CourseStatus.MISSING:
        return Refusal(RefusalCode.COURSE_MISSING)
    return None


def _about(operation: Operation) -> tuple[str, str]:
    """What an operation is about, whatever it does to it."""
    if isinstance(operation, CreateEvent | UpdateEvent):
        return "event", operation.event.uuid
    if isinstance(operation, AddMembers | RemoveMembers):
        return "members", operation.group
    return type(operation).__name__, getattr(operation, "group", "")


def _users(operation: Operation) -> tuple[int, ...]:
    return operation.users if isinstance(operation, AddMembers | RemoveMembers) else ()
