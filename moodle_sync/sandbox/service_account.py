"""Accounts for web services: what they may do, and where."""

from __future__ import annotations

from collections.abc import Iterable

from moodle_sync.sandbox.model import SYSTEM, Role, Token, User
from moodle_sync.sandbox.roles import SERVICE_CAPABILITIES, STUDENT
from moodle_sync.sandbox.state import Moodle


def add_service_account(
    moodle: Moodle,
    username: str,
    token: str,
    capabilities: Iterable[str] = SERVICE_CAPABILITIES,
    context: str = SYSTEM,
    system_capabilities: Iterable[str] = ("webservice/rest:use",),
) -> User:
    """Create an account with a token and a role of its own in a place.

    `context` is `SYSTEM`, `category_context(id)` or `course_context(id)`. `system_capabilities` are held in
    the system whatever the place: without the right to use web services no call comes through.
    """
    user = moodle.add_user(username, "Служба", username, email=f"{username}@school.example", lang="en")
    for place, held in ((context, capabilities), (SYSTEM, system_capabilities)):
        role_id = max(moodle.roles) + 1
        moodle.roles[role_id] = Role(role_id, f"{username}-{role_id}", username, set(held), {STUDENT})
        moodle.assign_role(user.id, role_id, place)
    moodle.tokens[token] = Token(token, user.id)
    return user
