"""The slow sweep makes of every recorded answer about people what is true of them."""

from datetime import UTC, datetime

import pytest

from mmo_lti.models.person import AccountStanding
from moodle_sync.client import MoodleClient
from moodle_sync.errors import PermissionMissing
from moodle_sync.needs import SITE_INFO
from moodle_sync.people import read_people
from tasks.people import account_read
from tests.contract.recorded import load, replaying

URL = "https://moodle.example"
OPEN, SUSPENDED, DELETED = AccountStanding.OPEN, AccountStanding.SUSPENDED, AccountStanding.DELETED


def client_of(name: str) -> MoodleClient:
    session, _ = replaying(URL, load(name))
    client = MoodleClient(URL, "TOKEN", session=session, now=lambda: datetime(2026, 11, 24, tzinfo=UTC))
    client.learn({"userid": 34, "functions": [{"name": SITE_INFO}]})
    return client


def test_a_suspended_and_a_deleted_user_are_told_apart_and_unknown_ids_are_absent() -> None:
    asked = [3, 41, 42, 43, 999999]
    found = {
        one: account_read(person)
        for one, person in read_people(client_of("users_by_id_states"), asked).items()
    }
    assert {one: read.standing for one, read in found.items()} == {
        3: OPEN,
        41: SUSPENDED,
        42: DELETED,
        43: OPEN,
    }
    assert (found[42].person.name.shown, found[42].person.email) == ("", "")
    assert found[3].person.name.shown == "Анна Ивановна Иванова"


@pytest.mark.parametrize("name", ["users_by_id_no_viewalldetails", "users_by_id_no_viewuseridentity"])
def test_whoever_may_see_less_still_learns_who_is_suspended(name: str) -> None:
    people = read_people(client_of(name), [1])
    assert people
    assert all(account_read(person).standing is not None for person in people.values())


def test_who_may_see_nobody_is_told_which_right_is_missing() -> None:
    with pytest.raises(PermissionMissing) as caught:
        read_people(client_of("users_by_id_no_viewdetails"), [3, 4])
    assert caught.value.missing_capabilities == ("moodle/user:viewdetails",)
