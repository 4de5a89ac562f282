"""People by id, and the one field in which a suspension at site level shows."""

import pytest

from moodle_sync.errors import PermissionMissing
from moodle_sync.people import Person, read_people
from moodle_sync.sandbox import by_hand
from moodle_sync.sandbox.roles import SERVICE
from tests.moodle_sync.conftest import A, B, C, City


def test_names_and_what_belongs_to_them(city: City) -> None:
    assert read_people(city.client, [A])[A] == Person(
        user_id=A,
        first_name="Анна Ивановна",
        last_name="Иванова",
        email="teacher01@school.example",
        idnumber="TN-01001",
        institution="МБОУ СОШ № 1",
    )


def test_a_suspension_at_site_level_shows_in_one_field_only(city: City) -> None:
    by_hand.suspend_account(city.moodle, A)
    assert A in city.members(city.site.group_ids[0])
    assert city.moodle.enrolled(city.site.course_id, A)
    assert read_people(city.client, [A, B])[A].suspended


def test_an_e_mail_without_an_at_is_a_deleted_user(city: City) -> None:
    by_hand.delete_account(city.moodle, A)
    assert read_people(city.client, [A, B])[A] == Person(user_id=A, deleted=True)


def test_ids_nobody_has_are_absent(city: City) -> None:
    assert set(read_people(city.client, [A, 999_999])) == {A}
    assert read_people(city.client, []) == {}


def test_nobody_at_all_means_a_missing_capability(city: City) -> None:
    city.moodle.roles[SERVICE].capabilities.discard("moodle/user:viewdetails")
    with pytest.raises(PermissionMissing) as caught:
        read_people(city.client, [A, B, C])
    assert caught.value.missing_capabilities == ("moodle/user:viewdetails",)


def test_many_people_are_few_requests(city: City) -> None:
    people = read_people(city.client, range(1, 1000))
    assert set(city.site.teacher_ids) <= set(people)
    assert city.client.requests == 1


def test_very_many_people_are_not_asked_for_in_one_endless_request(city: City) -> None:
    read_people(city.client, range(1, 4801))
    assert city.client.requests == 5
