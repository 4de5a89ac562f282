"""Accounts: `core_user_get_users…`."""

from __future__ import annotations

import re
from typing import Any

from moodle_sync.sandbox.errors import MoodleError, invalid_parameter, plain
from moodle_sync.sandbox.model import User
from moodle_sync.sandbox.rest.functions import Caller, Parameters, function
from moodle_sync.sandbox.rest.parameters import Many, Single, Value, check
from moodle_sync.sandbox.rest.user_row import UserRows

_BY_FIELD = {"id", "idnumber", "username", "email"}
_LIKE = {"lastname", "firstname", "email"}
_EXACT = {"id", "idnumber", "username", "auth"}
_LOOK = "moodle/user:viewdetails"


def _rows(caller: Caller, people: list[User]) -> list[dict[str, Any]]:
    """People as the site shows them, else as a course does in which the account may look at them."""
    caller.must_be_fit()
    everywhere = caller.may(_LOOK)
    of_site, of_course = UserRows(caller), {}
    if not everywhere:
        courses = [course for course in caller.moodle.courses.values() if caller.may(_LOOK, course)]
        of_course = {course.id: UserRows(caller, course) for course in courses}
    answer = []
    for person in people:
        told = of_site if everywhere or person.id == caller.user.id else _told(caller, of_course, person)
        if told is not None:
            answer.append(told.row(person))
    return answer


def _told(caller: Caller, of_course: dict[int, UserRows], person: User) -> UserRows | None:
    """Return how the last course tells somebody who is active in it; None if none of the courses does."""
    moodle, now = caller.moodle, caller.moodle.now()
    held = [i for i in of_course if not person.deleted and person.id in moodle.enrolments[i]]
    active = [i for i in held if moodle.enrolments[i][person.id].active(now)]
    return of_course[active[-1]] if active else None


@function("core_user_get_users_by_field", field=Value("text"), values=Many(Value("text")))
def get_users_by_field(caller: Caller, given: Parameters) -> object:
    """People by id, idnumber, username or e-mail; a deleted one is found by id alone."""
    field, values = given["field"], given["values"]
    if field not in _BY_FIELD:
        message = "Coding error detected, it must be fixed by a programmer: invalid field parameter"
        raise MoodleError("core\\exception\\coding_exception", "codingerror", message, "debug")
    if field == "id":
        wanted = dict.fromkeys(check(Value("int"), value) for value in values)
        return _rows(caller, [caller.moodle.users[key] for key in wanted if key in caller.moodle.users])
    if field == "username":
        for value in values:
            check(Value("username"), value)
    keys = {value.casefold() if field == "email" else value for value in values if value}
    living = (person for person in caller.moodle.users.values() if not person.deleted)
    found = [person for person in living if _key(person, field) in keys]
    rows = _rows(caller, sorted(found, key=lambda person: person.id))
    return [row for row in rows if row.get(field)]


def _key(person: User, field: str) -> str:
    value = str(getattr(person, field))
    return value.casefold() if field == "email" else value


@function("core_user_get_users", criteria=Many(Single({"key": Value("text"), "value": Value("text")})))
def get_users(caller: Caller, given: Parameters) -> object:
    """People who meet all criteria; an unknown key is passed over with a warning, so that everybody comes."""
    tests: dict[str, re.Pattern[str] | str] = {}
    warnings = []
    for row in given["criteria"]:
        key, value = row["key"], row["value"]
        if key in tests:
            raise plain("keyalreadyset")
        if key in _LIKE:
            tests[key] = _like(value)
        elif key in _EXACT:
            tests[key] = value
        else:
            warnings.append(_unknown_key(key))
    if not given["criteria"]:
        raise invalid_parameter()
    people = [
        person for person in caller.moodle.users.values() if not person.deleted and _meets(person, tests)
    ]
    return {"users": _rows(caller, people), "warnings": warnings}


def _meets(person: User, tests: dict[str, re.Pattern[str] | str]) -> bool:
    for key, test in tests.items():
        value = str(getattr(person, key))
        if value != test if isinstance(test, str) else not test.fullmatch(value):
            return False
    return True


def _like(pattern: str) -> re.Pattern[str]:
    parts = {"%": ".*", "_": "."}
    return re.compile(
        "".join(parts.get(letter, re.escape(letter)) for letter in pattern), re.IGNORECASE | re.DOTALL
    )


def _unknown_key(key: str) -> dict[str, str]:
    message = f"The search key '{key}' is not supported, look at the web service documentation"
    return {"item": key, "warningcode": "invalidfieldparameter", "message": message}
