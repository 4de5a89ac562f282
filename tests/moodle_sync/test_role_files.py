"""The role files for Moodle's own import hold what is needed, no more, and with them everything works."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from moodle_sync import needs
from moodle_sync.doctor import Level, examine
from moodle_sync.people import read_people
from moodle_sync.sandbox import by_hand
from moodle_sync.sandbox.model import SYSTEM, Role, category_context
from moodle_sync.sandbox.roles import USER
from tests.moodle_sync.conftest import NOW, URL, A, B, City, association, meeting

DOCS = Path(__file__).parents[2] / "docs"
EVERYTHING = {capability for need in needs.NEEDS for capability in need.capabilities} | {needs.REST_USE}
SITE_ALONE = {needs.MANAGE_ENTRIES, needs.MESSAGE_ANY, needs.SEND_MESSAGE, needs.REST_USE}
ORDER = [
    "shortname", "name", "description", "archetype", "contextlevels",
    "allowassign", "allowoverride", "allowswitch", "allowview", "permissions",
]  # fmt: skip


def role_of(name: str) -> ElementTree.Element:
    return ElementTree.parse(DOCS / f"{name}.xml").getroot()


def allowed(name: str) -> list[str]:
    return [str(item.text) for item in role_of(name).findall("permissions/allow")]


def give(city: City, name: str, place: str) -> None:
    role_id = max(city.moodle.roles) + 1
    city.moodle.roles[role_id] = Role(role_id, name, name, set(allowed(name)))
    city.moodle.assign_role(city.site.service_id, role_id, place)


def one_role(city: City) -> None:
    """The short way: one role for the whole site."""
    give(city, "moodle-role", SYSTEM)


def two_roles(city: City) -> None:
    """The narrow way: the site shows nobody, the category of the courses shows its own people."""
    give(city, "moodle-role-system", SYSTEM)
    give(city, "moodle-role", category_context(2))


@pytest.fixture(params=[one_role, two_roles])
def prepared(city: City, request: pytest.FixtureRequest) -> City:
    give_roles: Callable[[City], None] = request.param
    city.moodle.assignments[city.site.service_id].clear()
    city.moodle.roles[USER].capabilities.clear()
    give_roles(city)
    return city


@pytest.mark.parametrize(
    ("name", "capabilities"), [("moodle-role", EVERYTHING), ("moodle-role-system", SITE_ALONE)]
)
def test_a_role_file_allows_exactly_what_is_needed(name: str, capabilities: set[str]) -> None:
    assert sorted(allowed(name)) == sorted(capabilities)


@pytest.mark.parametrize("name", ["moodle-role", "moodle-role-system"])
def test_a_role_file_has_the_shape_that_moodle_checks(name: str) -> None:
    """Moodle refuses a file whose parts stand in another order."""
    assert [part.tag for part in role_of(name)] == ORDER
    assert {part.tag for part in role_of(name).findall("permissions/*")} == {"allow"}


def test_the_page_for_administrators_lists_the_functions_that_are_used() -> None:
    page = (DOCS / "moodle-setup.md").read_text()
    listed = re.findall(r"^((?:core|tool)_\w+)$", page, re.M)
    assert sorted(listed) == sorted(need.function for need in needs.NEEDS)


def test_the_page_for_administrators_names_the_capabilities_of_the_files_and_no_others() -> None:
    page = (DOCS / "moodle-setup.md").read_text()
    assert set(re.findall(r"`((?:moodle|webservice)/[\w/]+:\w+)`", page)) == EVERYTHING


def test_with_the_roles_of_the_files_a_sync_does_everything(prepared: City) -> None:
    first = prepared.sync(association(A, B, events=(meeting(),)))
    assert first.done
    assert (first.refusals, first.without_access) == ((), {})
    changed = prepared.sync(association(A, outside=(B,), events=(meeting(days=1),)))
    assert changed.done
    assert prepared.members(first.group_ids["mmo-chem"]) == {A}
    steady = prepared.sync(association(A, outside=(B,), events=(meeting(days=1),)))
    assert (steady.operations, steady.drift) == ((), ())


def test_with_the_roles_of_the_files_the_doctor_finds_nothing(prepared: City) -> None:
    stranger = prepared.moodle.add_user("stranger", "Пётр", "Посторонний", 500, email="p@school.example").id
    found = examine(
        prepared.client, URL, now=lambda: NOW, course_id=prepared.site.course_id, message_to=stranger
    )
    assert [one.code for one in found if one.level in (Level.WARNING, Level.FAILURE)] == []


def test_the_narrow_way_shows_the_people_of_the_category_alone(city: City) -> None:
    stranger = city.moodle.add_user("stranger", "Пётр", "Посторонний", 500, email="p@school.example").id
    by_hand.suspend_account(city.moodle, A)
    city.moodle.assignments[city.site.service_id].clear()
    two_roles(city)
    people = read_people(city.client, [A, B, stranger])
    assert set(people) == {A, B}
    assert people[A].suspended
    assert people[B].email
    by_hand.delete_account(city.moodle, B)
    assert set(read_people(city.client, [A, B])) == {A}
