"""What a course should look like, and what it looks like: plain frozen data.

Ids of users, groups, events and courses are Moodle's; `idnumber` is the stable id of an association,
`uuid` that of a meeting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from moodle_sync.text import digest, marked, plain_name, text_digest


class CourseStatus(StrEnum):
    """Whether the course can be worked with."""

    OPEN = "open"
    HIDDEN = "hidden"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class DesiredEvent:
    """A meeting that was called. Times are whole minutes: Moodle cuts the rest.

    `cancelled`: the event stays as long as it is desired, but is not made anew.
    """

    uuid: str
    name: str
    description_html: str
    location: str
    starts_at: datetime
    duration_minutes: int
    event_id: int | None = None
    cancelled: bool = False

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.starts_at.second or self.starts_at.microsecond:
            raise ValueError("event_time_not_whole_minutes")
        if self.duration_minutes < 0 or not plain_name(self.name):
            raise ValueError("event_invalid")

    @property
    def starts(self) -> int:
        """Unix time, seconds."""
        return int(self.starts_at.timestamp())

    @property
    def wanted(self) -> str:
        """Digest of all that we want, its place included: tells whether we changed our mind."""
        fields = (plain_name(self.name), self.starts, self.duration_minutes, self.location, self.markup)
        return digest(repr(fields))

    @property
    def markup(self) -> str:
        """The description with our marker in it."""
        return marked(self.description_html, self.uuid, self.name)


@dataclass(frozen=True, slots=True)
class DesiredGroup:
    """An association: `inside` belong in its group, `outside` do not, everybody else is left alone."""

    idnumber: str
    name: str
    group_id: int | None = None
    inside: frozenset[int] = frozenset()
    outside: frozenset[int] = frozenset()
    events: tuple[DesiredEvent, ...] = ()

    def __post_init__(self) -> None:
        if self.inside & self.outside:
            raise ValueError("group_inside_and_outside")
        if not self.idnumber or not plain_name(self.name):
            raise ValueError("group_invalid")


@dataclass(frozen=True, slots=True)
class DesiredCourse:
    """All associations of a course. `removed_events`: events to be deleted, by Moodle id or by uuid.

    `barred`: people known to be suspended or deleted at site level, which no answer about the course tells:
    they are without access, like those suspended in the course.
    """

    course_id: int
    groups: tuple[DesiredGroup, ...] = ()
    grouping_idnumber: str = ""
    grouping_name: str = ""
    removed_events: tuple[int | str, ...] = ()
    barred: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        idnumbers = [group.idnumber for group in self.groups]
        uuids = [event.uuid for group in self.groups for event in group.events]
        if len(set(idnumbers)) != len(idnumbers) or len(set(uuids)) != len(uuids):
            raise ValueError("course_repeats_ids")


@dataclass(frozen=True, slots=True)
class ActualEvent:
    """An event as Moodle lists it (never with its location)."""

    event_id: int
    name: str
    description: str
    course_id: int
    group_id: int
    user_id: int
    kind: str
    starts: int
    seconds: int
    markers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ActualGroup:
    """A group of the course; `members` is None when it was not asked for."""

    group_id: int
    name: str
    idnumber: str
    members: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class ActualGrouping:
    """A grouping of the course; `groups` is None when it was not asked for."""

    grouping_id: int
    name: str
    idnumber: str
    groups: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class ActualCourse:
    """What Moodle answered about a course.

    `enrolled` are all but the service account (`saw_itself`: it came too), `suspended` are without access: in
    the course, or barred from the site. Where `roster_read` is False, the enrolled are those in our groups
    and those who were enrolled last time, which is all that is needed while nobody is missing from a group.
    `events_listed` is False when the calendar does not list group events for us; events known by id are there
    all the same.
    """

    course_id: int
    account: int
    status: CourseStatus = CourseStatus.OPEN
    groups: Mapping[int, ActualGroup] = field(default_factory=dict)
    enrolled: frozenset[int] = frozenset()
    suspended: frozenset[int] = frozenset()
    saw_itself: bool = False
    roster_read: bool = True
    events: Mapping[int, ActualEvent] = field(default_factory=dict)
    events_listed: bool = True
    groupings: tuple[ActualGrouping, ...] = ()

    @property
    def active(self) -> frozenset[int]:
        """Those who can enter the course."""
        return self.enrolled - self.suspended

    def holder_of(self, idnumber: str) -> ActualGroup | None:
        """The group with this idnumber; Moodle keeps it unique in a course."""
        return next((group for group in self.groups.values() if group.idnumber == idnumber), None)


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as a reader sees it in Moodle. `at_home`: a group event of the right group."""

    name: str
    starts: int
    minutes: int
    text: str
    at_home: bool = True
    marker: bool = True

    @property
    def face(self) -> str:
        """Digest of what a reader sees; the marker is ours alone."""
        return digest(repr((self.name, self.starts, self.minutes, self.text, self.at_home)))

    @classmethod
    def of(cls, event: ActualEvent, uuid: str, group_id: int | None) -> "Seen":
        """What Moodle shows; `group_id` is the group the event belongs in."""
        return cls(
            name=plain_name(event.name),
            starts=event.starts,
            minutes=event.seconds // 60,
            text=text_digest(event.description),
            at_home=event.kind == "group" and event.group_id == group_id,
            marker=uuid in event.markers,
        )

    @classmethod
    def expected(cls, event: DesiredEvent) -> "Seen":
        """What Moodle should show."""
        return cls(
            name=plain_name(event.name),
            starts=event.starts,
            minutes=event.duration_minutes,
            text=text_digest(event.markup),
        )
