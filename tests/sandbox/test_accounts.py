"""Accounts for web services: each may do what its role holds, where it holds it."""

from __future__ import annotations

import pytest

from moodle_sync.sandbox import add_service_account
from moodle_sync.sandbox.model import category_context, course_context
from tests.sandbox.conftest import World

GROUPS = "core_group_get_course_groups"
LEAST = {"moodle/course:view", "moodle/course:managegroups"}


@pytest.mark.parametrize("missing", sorted(LEAST))
def test_an_account_lacks_what_is_taken_from_it(world: World, missing: str) -> None:
    add_service_account(world.site.moodle, "narrow", "narrow-token", LEAST - {missing})
    assert world.call(GROUPS, "narrow-token", courseid=2)["errorcode"] in {
        "nopermissions",
        "errorcoursecontextnotvalid",
    }


@pytest.mark.parametrize(("place", "opens"), [(category_context(2), True), (course_context(3), False)])
def test_a_role_reaches_as_far_as_its_place(world: World, place: str, opens: bool) -> None:
    add_service_account(world.site.moodle, "local", "local-token", LEAST, place)
    answer = world.call(GROUPS, "local-token", courseid=2)
    assert isinstance(answer, list) is opens


def test_without_the_right_to_use_web_services_nothing_works(world: World) -> None:
    add_service_account(world.site.moodle, "mute", "mute-token", LEAST, system_capabilities=())
    assert world.call(GROUPS, "mute-token", courseid=2)["errorcode"] == "accessexception"


def test_group_events_are_listed_for_a_role_in_the_system_only(world: World) -> None:
    wanted = {
        "name": "Заседание",
        "courseid": 2,
        "groupid": 1,
        "eventtype": "group",
        "timestart": 1_796_000_000,
    }
    world.call("core_calendar_create_calendar_events", events=[wanted])
    manage = {*LEAST, "moodle/calendar:manageentries"}
    add_service_account(world.site.moodle, "local", "local-token", manage, category_context(2))
    asked = {"events": {"groupids": [1]}, "options": {"userevents": 0, "siteevents": 0}}
    function = "core_calendar_get_calendar_events"
    assert len(world.call(function, **asked)["events"]) == 1
    local = world.call(function, "local-token", **asked)
    assert (local["events"], len(local["warnings"])) == ([], 1)
