"""What a Moodle remembers of external tools: the tools, their activities, their columns of the gradebook."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Tool:
    """An external tool type (LTI 1.3). `state`: pending until the administrator activates it.

    `share_name`, `share_email`: «never», «always» or «delegate» (the activity says).
    """

    id: int
    client_id: str
    name: str
    target_link_uri: str
    initiate_login_uri: str
    redirect_uris: list[str]
    jwks_uri: str
    state: str = "active"
    description: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    scopes: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    deep_linking_uri: str = ""
    share_name: str = "delegate"
    share_email: str = "delegate"
    launch_container: int = 3


@dataclass(slots=True)
class Activity:
    """An activity «External tool» in a course: `id` is the instance, `cmid` the course module."""

    id: int
    cmid: int
    courseid: int
    tool_id: int
    name: str
    section: int = 0
    intro: str = ""
    visible: bool = True
    target_link_uri: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    send_name: bool = True
    send_email: bool = True
    accept_grades: bool = True
    icon: str = ""


@dataclass(slots=True)
class Score:
    """A mark of one person for one line item."""

    user_id: int
    given: float | None
    maximum: float
    timestamp: str
    activity_progress: str
    grading_progress: str
    comment: str = ""


@dataclass(slots=True)
class LineItem:
    """A column of the gradebook that belongs to a tool."""

    id: int
    courseid: int
    tool_id: int
    label: str
    maximum: float
    activity_id: int = 0
    resource_id: str = ""
    tag: str = ""
    scores: dict[int, Score] = field(default_factory=dict)

    def shown(self, score: Score) -> float:
        """Return a mark on the scale of the gradebook, within its best; without a number it counts as 0."""
        return min((score.given or 0) * self.maximum / (score.maximum or self.maximum), self.maximum)
