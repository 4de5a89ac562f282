"""Who does something: the plain value that every service function takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A signed-in person, or a job of the clock (`person_id` empty), within one centre.

    Rights never come from here alone: `services.permission` derives them from offices, orders, memberships.
    `site_administrator` and `course_staff` are what the platform said at the launch.
    """

    centre_id: int
    person_id: int | None
    account_id: int | None = None
    course_id: int | None = None
    site_administrator: bool = False
    course_staff: bool = False


def clock_actor(centre_id: int) -> Actor:
    """The actor of background jobs."""
    return Actor(centre_id=centre_id, person_id=None)
