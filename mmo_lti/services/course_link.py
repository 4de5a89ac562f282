"""By which activity of a course people come back: one that learners are known to reach.

A teacher opens hidden activities, too; a launch by a learner shows that learners can open the activity.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mmo_lti.services.launch import Launch

KEPT = timedelta(days=1)
"""So long an activity by which a learner came stays the way back, whatever others are opened meanwhile: the
text of every event in Moodle's calendar carries it."""


def way_after(launch: Launch, reached_at: datetime | None, now: datetime) -> dict[str, Any]:
    """What a launch says of its course's way back; `reached_at`: when a learner last came by the known one.

    Whoever else comes is believed only as long as no learner ever came.
    """
    if launch.resource_link is None:
        return {}
    came_by = launch.resource_link.id
    if not launch.roles.only_learner:
        return {"resource_link_id": came_by} if reached_at is None else {}
    if reached_at is not None and now - reached_at < KEPT:
        return {}
    return {"resource_link_id": came_by, "link_reached_at": now}
