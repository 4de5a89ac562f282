"""What a Moodle remembers: one small class a table, named as Moodle names them."""

from __future__ import annotations

from dataclasses import dataclass, field

SYSTEM = "system"


def category_context(category_id: int) -> str:
    """Return the place of a role that is held in a course category."""
    return f"category:{category_id}"


def course_context(course_id: int) -> str:
    """Return the place of a role that is held in a course."""
    return f"course:{course_id}"


@dataclass(slots=True)
class User:
    """An account. `timezone` «99» means the server's."""

    id: int
    username: str
    firstname: str
    lastname: str
    email: str = ""
    idnumber: str = ""
    institution: str = ""
    department: str = ""
    city: str = ""
    country: str = ""
    lang: str = "ru"
    timezone: str = "99"
    auth: str = "manual"
    suspended: bool = False
    deleted: bool = False
    confirmed: bool = True
    must_change_password: bool = False
    policy_agreed: bool = False
    contacts_only: bool = False
    contacts: list[int] = field(default_factory=list)
    blocked: list[int] = field(default_factory=list)
    preferences: dict[str, str] = field(default_factory=dict)

    @property
    def fullname(self) -> str:
        """The name as Moodle shows it."""
        return f"{self.firstname} {self.lastname}"

    @property
    def sort_key(self) -> tuple[str, str, int]:
        """Moodle's own order of people: last name, first name, id (its collation knows no ё)."""
        plain = (self.lastname + "\0" + self.firstname).casefold().replace("ё", "е")
        last, first = plain.split("\0", 1)
        return last, first, self.id


@dataclass(slots=True)
class Category:
    """A course category."""

    id: int
    name: str


@dataclass(slots=True)
class Course:
    """A course. `manual_enrolment` is the state of its enrolment method: enabled, disabled or deleted."""

    id: int
    shortname: str
    fullname: str
    category_id: int
    idnumber: str = ""
    summary: str = ""
    summaryformat: int = 1
    visible: bool = True
    groupmode: int = 0
    sortorder: int = 0
    startdate: int = 0
    manual_enrolment: str = "enabled"
    sections: list[str] = field(default_factory=lambda: ["General"])


@dataclass(slots=True)
class Enrolment:
    """A manual enrolment of one person in one course."""

    user_id: int
    role_id: int
    suspended: bool = False
    timestart: int = 0
    timeend: int = 0

    def active(self, now: int) -> bool:
        """Say whether it lets the person in at this moment."""
        started = self.timestart <= now
        ended = 0 < self.timeend <= now
        return not self.suspended and started and not ended


@dataclass(slots=True)
class Group:
    """A group of a course."""

    id: int
    courseid: int
    name: str
    idnumber: str = ""
    description: str = ""
    descriptionformat: int = 1
    visibility: int = 0
    participation: bool = True


@dataclass(slots=True)
class Grouping:
    """A set of groups of a course."""

    id: int
    courseid: int
    name: str
    idnumber: str = ""
    description: str = ""
    descriptionformat: int = 1
    group_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Event:
    """A calendar event. `repeatid` is the id of the first event of its series, 0: no series."""

    id: int
    name: str
    timestart: int
    userid: int
    eventtype: str = "user"
    description: str = ""
    format: int = 1
    courseid: int = 0
    categoryid: int = 0
    groupid: int = 0
    repeatid: int = 0
    modulename: str = ""
    timeduration: int = 0
    visible: int = 1
    sequence: int = 1
    location: str = ""
    timemodified: int = 0
    timesort: int = 0


@dataclass(slots=True)
class Message:
    """A personal message as the receiver sees it."""

    id: int
    conversation_id: int
    user_from: int
    user_to: int
    html: str
    timecreated: int


@dataclass(slots=True)
class Role:
    """A role: its capabilities hold in the place where it is assigned and everywhere inside."""

    id: int
    shortname: str
    name: str
    capabilities: set[str] = field(default_factory=set)
    may_assign: set[int] = field(default_factory=set)


@dataclass(slots=True)
class RoleAssignment:
    """Who holds which role where (`SYSTEM`, `category_context`, `course_context`)."""

    user_id: int
    role_id: int
    context: str


@dataclass(slots=True)
class Token:
    """A web-service token. `ip` restricts the caller's address; `valid_until` 0: for ever."""

    token: str
    user_id: int
    valid_until: int = 0
    ip: str = ""


@dataclass(slots=True)
class AuthorisedUser:
    """An entry of «authorised users» of the service.

    A real Moodle 4.5 reads `valid_until` the wrong way round: a date to come refuses, a past one admits.
    """

    user_id: int
    valid_until: int = 0
    ip: str = ""


@dataclass(slots=True)
class Service:
    """The external service: which functions, and who may use it. `functions` None: all the sandbox has."""

    enabled: bool = True
    functions: set[str] | None = None
    required_capability: str = ""
    restricted: bool = False
    authorised: dict[int, AuthorisedUser] = field(default_factory=dict)


@dataclass(slots=True)
class Site:
    """Switches of the site administration."""

    name: str = "Moodle города"
    shortname: str = "moodle"
    timezone: str = "Europe/Moscow"
    forced_timezone: str = ""
    web_services: bool = True
    rest_protocol: bool = True
    messaging: bool = True
    has_policy: bool = False
    maintenance: bool = False
    maintenance_by_cli: bool = False
    maintenance_begins: bool = False
    upgrade_pending: bool = False
    upgrade_running: bool = False
    disabled_auth: list[str] = field(default_factory=list)
    hidden_user_fields: list[str] = field(default_factory=list)
    sslproxy: bool = False
    strict_host: bool = False
    max_input_vars: int = 5000
    post_max_size: int = 8 * 1024 * 1024
