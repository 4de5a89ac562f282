"""What a verified launch says, as plain values: the only form in which claims travel inland."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class LaunchRoles(NamedTuple):
    """What the platform says the person is. None of it makes a coordinator or a leader."""

    learner: bool = False
    course_staff: bool = False
    site_administrator: bool = False

    @property
    def only_learner(self) -> bool:
        """Whether the person sees in the course what every learner sees, and nothing more."""
        return self.learner and not self.course_staff and not self.site_administrator


class LaunchName(NamedTuple):
    """Name parts as the platform shares them; any of them may be empty."""

    given: str = ""
    family: str = ""
    full: str = ""

    @property
    def shown(self) -> str:
        """The whole name, put together where the platform sends parts only."""
        return self.full or " ".join(part for part in (self.given, self.family) if part)


class CourseContext(NamedTuple):
    """The course of the launch; in Moodle `id` is the course id of the web services."""

    id: str
    title: str = ""


class ResourceLink(NamedTuple):
    """The activity of the launch; in Moodle `id` stands in its address `mod/lti/view.php?l=`."""

    id: str
    title: str = ""


class OfferedServices(NamedTuple):
    """Addresses of the platform's services for this course; an empty one is not offered."""

    memberships_url: str = ""
    lineitems_url: str = ""
    lineitem_url: str = ""
    grade_scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeepLinkRequest:
    """What the platform accepts as an answer to a deep linking request (deep linking 4.4.1)."""

    return_url: str
    accept_types: tuple[str, ...]
    accept_multiple: bool = False
    accept_lineitem: bool = False
    data: str | None = None


class Launch(NamedTuple):
    """One verified launch; what the platform did not send is empty."""

    iss: str
    client_id: str
    deployment_id: str
    sub: str
    target_link_uri: str
    roles: LaunchRoles = LaunchRoles()
    name: LaunchName = LaunchName()
    email: str = ""
    locale: str = ""
    course: CourseContext | None = None
    resource_link: ResourceLink | None = None
    group_ids: tuple[int, ...] = ()
    sourcedid: str = ""
    page: str = ""
    """The page that a deep link named; a wish, never a right."""
    return_url: str = ""
    services: OfferedServices = OfferedServices()
    deep_link: DeepLinkRequest | None = None
    skew: int = 0
    """Seconds by which our clock was ahead of the platform's at the launch, the way between them included."""
