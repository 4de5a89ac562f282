"""A person as the web services tell it: what the account may not see is left out."""

from __future__ import annotations

from typing import Any

from moodle_sync.sandbox.errors import invalid_response
from moodle_sync.sandbox.html import without_tags
from moodle_sync.sandbox.model import Course, User
from moodle_sync.sandbox.rest.functions import Caller

_PICTURE = "/theme/image.php/boost/core/1795492047/u/"
# Empty ones of these are left out, as Moodle leaves them out; an empty department is told.
_OMITTED_IF_EMPTY = ("institution", "idnumber", "city", "country", "email")
_DETAILS = {"username", "department", "institution", "idnumber", "auth", "confirmed", "lang", "theme"}
_DETAILS_TOO = {"mailformat", "trackforums"}
_NEVER_IN_A_LIST = {"suspended", "auth", "confirmed", "preferences"}
_ORDER = [
    "id",
    "username",
    "firstname",
    "lastname",
    "fullname",
    "email",
    "department",
    "institution",
    "idnumber",
    "firstaccess",
    "lastaccess",
    "auth",
    "suspended",
    "confirmed",
    "lang",
    "theme",
    "timezone",
    "mailformat",
    "trackforums",
    "city",
    "country",
    "profileimageurlsmall",
    "profileimageurl",
    "preferences",
]


class UserRows:
    """Tells people of a course (None: of the site); `fields` None: everything that the account may see.

    `listed`: as the list of a course tells them, without some fields of a profile. What is hidden is the same
    for all but the account itself, and so is found out once.
    """

    def __init__(
        self,
        caller: Caller,
        course: Course | None = None,
        fields: set[str] | None = None,
        *,
        listed: bool = False,
    ) -> None:
        self._caller = caller
        asked = [name for name in _ORDER if fields is None or name in fields or name in {"id", "fullname"}]
        outside = _NEVER_IN_A_LIST if listed else set()
        hidden = outside | _hidden(caller, course)
        self._own = [name for name in asked if name not in outside]
        self._others = [name for name in asked if name not in hidden]

    def row(self, person: User) -> dict[str, Any]:
        """Return one person; a name that holds a tag withholds all the others (`invalidresponse`)."""
        if without_tags(person.fullname) != person.fullname:
            raise invalid_response()
        names = self._own if person.id == self._caller.user.id else self._others
        row = {name: self._value(person, name) for name in names}
        return {name: value for name, value in row.items() if value != "" or name not in _OMITTED_IF_EMPTY}

    def _value(self, person: User, name: str) -> Any:
        if name == "preferences":
            return [{"name": key, "value": value} for key, value in person.preferences.items()]
        if name in {"firstaccess", "lastaccess", "trackforums"}:
            return 0
        if name == "mailformat":
            return 1
        if name == "theme":
            return ""
        if name.startswith("profileimage"):
            return f"{self._caller.base_url}{_PICTURE}{'f2' if name.endswith('small') else 'f1'}"
        return getattr(person, name)


def _hidden(caller: Caller, course: Course | None) -> set[str]:
    hidden = {"preferences"}
    sees_hidden = "moodle/user:viewhiddendetails" if course is None else "moodle/course:viewhiddenuserfields"
    if not caller.may(sees_hidden, course):
        hidden |= set(caller.moodle.site.hidden_user_fields)
    if not caller.may("moodle/user:viewalldetails", course):
        hidden |= _DETAILS | _DETAILS_TOO
    if not caller.may("moodle/site:viewuseridentity", course):
        hidden.add("email")
    return hidden
