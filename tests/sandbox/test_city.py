"""The sample city has the size of a city, the edge cases of its list, and is the same each time."""

from __future__ import annotations

from collections import Counter
from time import perf_counter

import pytest

from moodle_sync.sandbox.city import City, build_city
from moodle_sync.sandbox.city_people import sample
from moodle_sync.sandbox.html import without_tags
from moodle_sync.sandbox.store import as_json


@pytest.fixture(scope="module")
def city() -> City:
    return build_city(seed=1)


def test_the_counts_of_the_city(city: City) -> None:
    assert city.counts() == {
        "associations": 40,
        "teachers": 4800,
        "organisations": 116,
        "memberships": 3544,
        "members": 3068,
        "members of two or more": 413,
        "smallest association": 8,
        "largest association": 340,
        "events": 600,
        "meetings": 160,
        "enrolled": 4802,
        "groups": 40,
        "pupils": 28,
    }


def test_the_same_seed_makes_the_same_city_and_another_one_another(city: City) -> None:
    assert as_json(build_city(seed=1).moodle) == as_json(city.moodle)
    assert build_city(seed=2).counts() != city.counts()


def test_it_is_built_within_three_seconds() -> None:
    begun = perf_counter()
    build_city()
    assert perf_counter() - begun < 3


def test_edge_associations_have_the_size_of_the_list(city: City) -> None:
    sizes = {association.genitive: len(association.member_ids) for association in city.associations}
    for edge in sample()["edge_associations"]:
        if edge["members"]:
            assert sizes[edge["genitive"]] == edge["members"]
        else:
            assert city.draft == edge["genitive"]
            assert edge["genitive"] not in sizes


def test_edge_people_are_members_of_an_association_under_their_difficult_names(city: City) -> None:
    members = {user_id for association in city.associations for user_id in association.member_ids}
    names = {(city.moodle.users[user].lastname, city.moodle.users[user].firstname) for user in members}
    for edge in sample()["edge_people"]:
        first = f"{edge['first']} {edge['patronymic']}" if edge["patronymic"] else edge["first"]
        assert (without_tags(edge["last"]), without_tags(first)) in names


def test_namesakes_work_in_different_schools(city: City) -> None:
    namesakes = [
        user
        for user in city.moodle.users.values()
        if user.fullname == "Анна Ивановна Иванова" and not user.deleted
    ]
    assert {"МБОУ «Средняя школа № 4»", "МБОУ «Средняя школа № 5»"} <= {
        user.institution for user in namesakes
    }


def test_accounts_tell_apart_everybody(city: City) -> None:
    teachers = [city.moodle.users[user_id] for user_id in city.teacher_ids]
    for field in ("username", "email", "idnumber"):
        assert len({getattr(teacher, field) for teacher in teachers}) == 4800
    assert all(teacher.institution and teacher.department for teacher in teachers)
    assert all(teacher.email.endswith("@school.example") for teacher in teachers)


def test_old_groups_have_no_idnumber_and_their_leader_is_a_member(city: City) -> None:
    for association in city.associations:
        group = city.moodle.groups[association.group_id]
        assert group.idnumber == ""
        assert group.name == association.name
        assert association.leader_id in association.member_ids
        assert set(association.member_ids) == city.moodle.members[group.id]


def test_each_association_plans_fifteen_events_on_working_days(city: City) -> None:
    assert set(Counter(event.association for event in city.events).values()) == {15}
    for event in city.events:
        assert event.start.weekday() < 5
        assert 14 <= event.start.hour <= 16
        assert (event.start.year, event.start.month) >= (2026, 9)
        assert (event.start.year, event.start.month) <= (2027, 5)


def test_the_class_course_has_pupils_and_no_group(city: City) -> None:
    roster = city.moodle.enrolments[city.class_course_id]
    assert len(roster) == 29
    assert city.moodle.groups_of(city.class_course_id) == []
    assert not set(roster) & set(city.teacher_ids[:1])


def test_the_manager_looks_in_without_being_enrolled(city: City) -> None:
    assert city.manager_id not in city.moodle.enrolments[city.course_id]
