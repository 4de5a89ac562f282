"""Names: what the database takes for the same, what is refused, and what Moodle cannot tell."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import World

REFUSED = "invalidparameter"


def group(name: str) -> dict[str, Any]:
    return {"courseid": 2, "name": name, "description": ""}


@pytest.mark.parametrize("name", ["учета", "УЧЁТА", "учёта ", "учёта\u0301"])
def test_names_are_compared_without_case_accents_and_spaces_at_the_end(world: World, name: str) -> None:
    for one, many in (("group", "groups"), ("grouping", "groupings")):
        create = f"core_group_create_{many}"
        assert world.call(create, **{many: [group("учёта")]})[0]["name"] == "учёта", one
        assert world.call(create, **{many: [group(name)]})["errorcode"] == REFUSED


@pytest.mark.parametrize("name", ["район и раион", "учё та", "уч-та"])
def test_other_names_are_other_names(world: World, name: str) -> None:
    world.call("core_group_create_groups", groups=[group("учёта"), group("раион и район")])
    assert world.call("core_group_create_groups", groups=[group(name)])[0]["id"]


@pytest.mark.parametrize(
    ("name", "kept"), [("a <b>x</b>", False), ("a <5", False), ("a < 5 > 4 & «б»", True)]
)
def test_a_tag_in_a_name_is_refused(world: World, name: str, kept: bool) -> None:
    answer = world.call("core_group_create_groups", groups=[group(name)])
    assert isinstance(answer, list) is kept
    event = {"name": name, "courseid": 2, "eventtype": "course"}
    answer = world.call("core_calendar_create_calendar_events", events=[event])
    assert ("errorcode" not in answer) is kept


def test_one_account_with_a_tag_in_its_name_withholds_all(world: World) -> None:
    world.site.moodle.users[4].lastname = "<b>x</b>"
    calls: list[tuple[str, dict[str, Any]]] = [
        (
            "core_enrol_get_enrolled_users",
            {"courseid": 2, "options": [{"name": "userfields", "value": "id"}]},
        ),
        ("core_user_get_users_by_field", {"field": "id", "values": [3, 4]}),
    ]
    for function, given in calls:
        assert world.call(function, **given)["errorcode"] == "invalidresponse"
    assert world.call("core_group_get_group_members", groupids=[1])[0]["userids"]


def test_the_list_of_people_needs_a_right_to_see_them(world: World) -> None:
    capabilities = world.site.moodle.roles[9].capabilities
    capabilities.discard("moodle/course:enrolreview")
    answer = world.call("core_enrol_get_enrolled_users", courseid=2)
    assert (answer["errorcode"], "View participants" in answer["message"]) == ("nopermissions", True)
    capabilities.add("moodle/course:viewparticipants")
    assert isinstance(world.call("core_enrol_get_enrolled_users", courseid=2), list)
