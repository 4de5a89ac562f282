"""People by Moodle user id: names for new ids, and the one field that shows a suspension at site level."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from moodle_sync.client import MoodleClient
from moodle_sync.encoding import Call
from moodle_sync.errors import BrokenAnswer, PermissionMissing
from moodle_sync.needs import PEOPLE, VIEW_DETAILS

# 200 people take Moodle about 700 ms, a request of five such calls stays far from any time limit.
PEOPLE_A_CALL = 200
CALLS_A_REQUEST = 5


@dataclass(frozen=True, slots=True)
class Person:
    """A person as Moodle shows them to us.

    `deleted`: still answered by id, with a mangled username and a hash for an e-mail; no names then. An
    account whose role is held in a category sees the people of its courses alone: to it a deleted person is
    absent.
    Without `moodle/user:viewalldetails` `idnumber`, `institution` and `department` are empty, without
    `moodle/site:viewuseridentity` `email`. `suspended` is None on a site that hides the field.
    """

    user_id: int
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    idnumber: str = ""
    institution: str = ""
    department: str = ""
    suspended: bool | None = False
    confirmed: bool = True
    deleted: bool = False


def read_people(client: MoodleClient, user_ids: Iterable[int]) -> dict[int, Person]:
    """People by id; unknown ids are absent. Raises `MoodleError`.

    An answer without a single one of the people asked for means a missing capability, not missing people:
    `PermissionMissing`.
    """
    wanted = sorted(set(user_ids))
    chunks = [wanted[start : start + PEOPLE_A_CALL] for start in range(0, len(wanted), PEOPLE_A_CALL)]
    calls = [Call(PEOPLE, {"field": "id", "values": chunk}) for chunk in chunks]
    people: dict[int, Person] = {}
    for answer in client.batch(calls, most=CALLS_A_REQUEST):
        rows = answer.get()
        if not isinstance(rows, list):
            raise BrokenAnswer(PEOPLE)
        people |= {person.user_id: person for person in map(_person, rows)}
    if len(wanted) > 1 and not people:
        raise PermissionMissing(PEOPLE, missing_capabilities=(VIEW_DETAILS,))
    return people


def _person(row: Any) -> Person:
    try:
        user_id = int(row["id"])
        email = str(row.get("email") or "")
        if email and "@" not in email:
            return Person(user_id, deleted=True)
        return Person(
            user_id=user_id,
            first_name=str(row.get("firstname") or ""),
            last_name=str(row.get("lastname") or ""),
            email=email,
            idnumber=str(row.get("idnumber") or ""),
            institution=str(row.get("institution") or ""),
            department=str(row.get("department") or ""),
            suspended=bool(row["suspended"]) if "suspended" in row else None,
            confirmed=bool(row.get("confirmed", True)),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BrokenAnswer(PEOPLE) from None
