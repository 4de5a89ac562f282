"""What a diff decides: operations, findings of drift, and refusals, each a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from moodle_sync.state import DesiredEvent


class DriftPolicy(StrEnum):
    """What to do about a change made by hand in Moodle: wait for an answer, or undo it.

    *Put back* restores what was removed or changed; it never removes anyone, and asks about a reset course.
    """

    ASK = "ask"
    PUT_BACK = "put_back"


class DriftKind(StrEnum):
    """What somebody did by hand in Moodle."""

    MEMBER_ADDED = "member_added"
    MEMBER_REMOVED = "member_removed"
    OUTSIDER_ADDED = "outsider_added"
    GROUP_RENAMED = "group_renamed"
    GROUP_DELETED = "group_deleted"
    IDNUMBER_CHANGED = "idnumber_changed"
    IDNUMBER_TAKEN = "idnumber_taken"
    EVENT_CHANGED = "event_changed"
    EVENT_DELETED = "event_deleted"


@dataclass(frozen=True, slots=True)
class Drift:
    """One finding. `restored` says that this sync undoes it.

    `subject` is a user id, a group id or the uuid of a meeting. `key` stays the same while the finding
    does: pass it in `held` as long as the question is open or was answered with «ignore».
    """

    kind: DriftKind
    group: str
    subject: int | str
    restored: bool = False
    params: Mapping[str, str | int | bool] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """Stable key of the finding."""
        return drift_key(self.kind, self.group, self.subject)


def drift_key(kind: DriftKind, group: str, subject: int | str = "") -> str:
    """Key of a finding; what is about the group itself or its name needs no subject."""
    if kind in _ABOUT_GROUP:
        return f"{kind}:{group}"
    return f"{kind}:{group}:{subject}"


_ABOUT_GROUP = frozenset(
    {
        DriftKind.GROUP_RENAMED,
        DriftKind.GROUP_DELETED,
        DriftKind.IDNUMBER_CHANGED,
        DriftKind.IDNUMBER_TAKEN,
    }
)


class RefusalCode(StrEnum):
    """Why something was not done; a person must act first."""

    ROSTER_EMPTY = "roster_empty"
    ROSTER_SHRANK = "roster_shrank"
    GROUPS_SHRANK = "groups_shrank"
    MEMBERS_SHRANK = "members_shrank"
    EVENTS_SHRANK = "events_shrank"
    COURSE_HIDDEN = "course_hidden"
    COURSE_MISSING = "course_missing"
    IDNUMBER_TAKEN = "idnumber_taken"
    GROUP_NAME_TAKEN = "group_name_taken"
    GROUP_OF_ANOTHER = "group_of_another"
    GROUPING_NAME_TAKEN = "grouping_name_taken"
    CALENDAR_NOT_LISTED = "calendar_not_listed"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something left undone, of one association (`group`) or of the whole course."""

    code: RefusalCode
    group: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    missing_capabilities: tuple[str, ...] = ()


# Operations. `group` is the idnumber of the association; `group_id` is None while its group is to be made.


@dataclass(frozen=True, slots=True)
class CreateGroup:
    """Make the group of an association."""

    group: str
    name: str


@dataclass(frozen=True, slots=True)
class AdoptGroup:
    """Write our idnumber on a group that exists; its name stays."""

    group: str
    group_id: int
    name: str


@dataclass(frozen=True, slots=True)
class RenameGroup:
    """Give a group its official name."""

    group: str
    group_id: int
    name: str


@dataclass(frozen=True, slots=True)
class AddMembers:
    """Put people who can enter the course into a group."""

    group: str
    group_id: int | None
    users: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RemoveMembers:
    """Take people out of a group."""

    group: str
    group_id: int
    users: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CreateEvent:
    """Put a meeting into the calendar."""

    group: str
    group_id: int | None
    event: DesiredEvent


@dataclass(frozen=True, slots=True)
class UpdateEvent:
    """Change an event in place, or move it into its group."""

    group: str
    group_id: int | None
    event_id: int
    event: DesiredEvent


@dataclass(frozen=True, slots=True)
class DeleteEvent:
    """Delete an event of ours; `uuid` is empty when only the Moodle id is known."""

    event_id: int
    uuid: str = ""


@dataclass(frozen=True, slots=True)
class CreateGrouping:
    """Make the grouping of all associations."""

    idnumber: str
    name: str


@dataclass(frozen=True, slots=True)
class RenameGrouping:
    """Give the grouping its name."""

    grouping_id: int
    name: str


@dataclass(frozen=True, slots=True)
class AssignGrouping:
    """Put a group into the grouping; both ids may be None while they are to be made."""

    group: str
    group_id: int | None
    grouping_id: int | None


Operation = (
    CreateGroup
    | AdoptGroup
    | RenameGroup
    | AddMembers
    | RemoveMembers
    | CreateEvent
    | UpdateEvent
    | DeleteEvent
    | CreateGrouping
    | RenameGrouping
    | AssignGrouping
)


def written_keys(operation: Operation) -> tuple[str, ...]:
    """Keys of findings about what an operation writes."""
    if isinstance(operation, CreateEvent | UpdateEvent):
        kinds = (DriftKind.EVENT_CHANGED, DriftKind.EVENT_DELETED)
        return tuple(drift_key(kind, operation.group, operation.event.uuid) for kind in kinds)
    if isinstance(operation, AddMembers):
        return tuple(drift_key(DriftKind.MEMBER_REMOVED, operation.group, user) for user in operation.users)
    if isinstance(operation, RenameGroup):
        return (drift_key(DriftKind.GROUP_RENAMED, operation.group),)
    if isinstance(operation, AdoptGroup):
        return (drift_key(DriftKind.IDNUMBER_CHANGED, operation.group),)
    return ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do (`operations`, in an order that works), what was found, what was refused.

    `without_access`: members who cannot enter the course, by idnumber. `by_hand`: keys of changes made in
    Moodle that stay for now. `idle`: associations whose group is left as it is.
    """

    operations: tuple[Operation, ...] = ()
    drift: tuple[Drift, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    without_access: Mapping[str, frozenset[int]] = field(default_factory=dict)
    by_hand: frozenset[str] = frozenset()
    idle: frozenset[str] = frozenset()


class Verdict(StrEnum):
    """What to do about one fact that we own."""

    SAME = "same"
    WRITE = "write"
    ASK = "ask"
    RESTORE = "restore"
    HELD = "held"


def judge(
    *,
    same: bool,
    we_changed: bool,
    they_changed: bool,
    by_hand: bool,
    held: bool,
    policy: DriftPolicy,
) -> Verdict:
    """Who changed a fact since the last sync, and what follows.

    `same`: Moodle shows what we want. `we_changed`: we want something else than last time; that is an answer
    to any open question. `they_changed`: Moodle shows something else than last time. `by_hand`:
    what it showed last time was a change made there. What is neither is Moodle's own way of keeping what
    we wrote.
    """
    if same:
        return Verdict.SAME
    if we_changed:
        return Verdict.WRITE
    if they_changed:
        return Verdict.RESTORE if policy is DriftPolicy.PUT_BACK else Verdict.ASK
    if by_hand:
        return Verdict.HELD if held else Verdict.WRITE
    return Verdict.SAME
