"""A person as the web services tell it: what the account may not see is left out."""

from __future__ import annotations

from typing import Any

from moodle_sync.sandbox.model import Course, User
from moodle_sync.sandbox.rest.functions import Caller

_PICTURE = "/theme/image.php/boost/core/1795492047/u/"
# Empty ones of these are left out, as Moodle leaves them out; an empty department is told.
_OMITTED_IF_EMPTY = ("institution", "idnumber", "city", "country", "email")
_DETAILS = ("username", "department", "institution", "idnumber", "auth", "confirmed", "lang", "theme")
_DETAILS_TOO = ("mailformat", "trackforums")
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


def user_row(caller: Caller, person: User, course: Course | None, fields: set[str] | None) -> dict[str, Any]:
    """Return one person; `fields` None: everything that the account may see."""
    everything = _everything(caller, person)
    hidden = _hidden(caller, person, course)
    if course is not None:
        hidden |= {"suspended", "auth", "confirmed", "preferences"}
    names = _ORDER if fields is None else [name for name in _ORDER if name in fields or name == "fullname"]
    names = [name for name in names if name == "id" or name not in hidden]
    row = {"id": person.id, **{name: everything[name] for name in names}}
    return {name: value for name, value in row.items() if value != "" or name not in _OMITTED_IF_EMPTY}


def _everything(caller: Caller, person: User) -> dict[str, Any]:
    stored = {name: getattr(person, name) for name in User.__dataclass_fields__ if name in _ORDER}
    return stored | {
        "fullname": person.fullname,
        "firstaccess": 0,
        "lastaccess": 0,
        "theme": "",
        "mailformat": 1,
        "trackforums": 0,
        "profileimageurlsmall": f"{caller.base_url}{_PICTURE}f2",
        "profileimageurl": f"{caller.base_url}{_PICTURE}f1",
        "preferences": [{"name": name, "value": value} for name, value in person.preferences.items()],
    }


def _hidden(caller: Caller, person: User, course: Course | None) -> set[str]:
    hidden: set[str] = set()
    own = person.id == caller.user.id
    if not own:
        hidden.add("preferences")
    if not own and not caller.may("moodle/user:viewalldetails", course):
        hidden |= {*_DETAILS, *_DETAILS_TOO}
    if not own and not caller.may("moodle/site:viewuseridentity", course):
        hidden.add("email")
    return hidden
