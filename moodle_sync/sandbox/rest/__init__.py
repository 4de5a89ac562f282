"""The web services: one file a family of functions, registered by being imported."""

from moodle_sync.sandbox.rest import (
    activities,
    batch,
    calendar,
    calendar_form,
    courses,
    enrolment,
    groupings,
    groups,
    messages,
    site,
    users,
)

__all__ = [
    "activities",
    "batch",
    "calendar",
    "calendar_form",
    "courses",
    "enrolment",
    "groupings",
    "groups",
    "messages",
    "site",
    "users",
]
