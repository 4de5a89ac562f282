"""How Moodle tells its roles to a tool: three kinds of people are left of nine roles."""

from __future__ import annotations

from moodle_sync.sandbox.lti import names
from moodle_sync.sandbox.model import Course, User
from moodle_sync.sandbox.rights import may
from moodle_sync.sandbox.state import Moodle


def teaches(moodle: Moodle, user: User, course: Course) -> bool:
    """Say whether a tool sees somebody as Instructor in a course."""
    return may(moodle, user.id, "mod/lti:manage", course)


def launch_roles(moodle: Moodle, user: User, course: Course) -> list[str]:
    """Return the roles claim of a launch."""
    if user.id in moodle.admins:
        return [names.INSTITUTION_ADMINISTRATOR, names.INSTRUCTOR, names.SYSTEM_ADMINISTRATOR]
    return [names.INSTRUCTOR if teaches(moodle, user, course) else names.LEARNER]


def short_role(moodle: Moodle, user: User, course: Course) -> str:
    """Return the role as `$Membership.role` and the list of members tell it."""
    if user.id in moodle.admins:
        return "Instructor,urn:lti:sysrole:ims/lis/Administrator,urn:lti:instrole:ims/lis/Administrator"
    return "Instructor" if teaches(moodle, user, course) else "Learner"
