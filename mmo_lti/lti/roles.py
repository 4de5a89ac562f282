"""Role claims: exact comparison with the vocabulary, look-alikes give nothing (LTI core A.2)."""

from __future__ import annotations

from collections.abc import Iterable

from mmo_lti.services.launch import LaunchRoles

VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"
_MEMBERSHIP = VOCABULARY + "membership"
_DEPRECATED = "urn:lti:role:ims/lis/"

SITE_ADMINISTRATOR = VOCABULARY + "system/person#Administrator"
STAFF = frozenset({"Instructor", "ContentDeveloper", "Administrator", "Manager"})
LEARNERS = frozenset({"Learner"})


def read_roles(roles: Iterable[str]) -> LaunchRoles:
    """What the roles say about the person in the course and on the site; unknown ones are no error."""
    learner = staff = administrator = False
    for role in roles:
        name = _course_role(role)
        learner = learner or name in LEARNERS
        staff = staff or name in STAFF
        administrator = administrator or role == SITE_ADMINISTRATOR
    return LaunchRoles(learner=learner, course_staff=staff, site_administrator=administrator)


def _course_role(role: str) -> str:
    """The principal role of a full, deprecated or short name; a sub-role counts as its principal one."""
    if role.startswith(_MEMBERSHIP + "#"):
        return role.removeprefix(_MEMBERSHIP + "#")
    if role.startswith(_MEMBERSHIP + "/"):
        principal, separator, name = role.removeprefix(_MEMBERSHIP + "/").partition("#")
        return principal if separator and name.isalpha() else ""
    if role.startswith(_DEPRECATED):
        principal, separator, name = role.removeprefix(_DEPRECATED).partition("/")
        return principal if not separator or name.isalpha() else ""
    return role
