"""The register of situations: what each recorded case presumes beyond its site."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from tests.contract.sandbox_alike import load, names
from tests.contract.sandbox_sites import World

Prepare = Callable[[World], None]
PREPARE: dict[str, list[Prepare]] = {}

_FIRST = """
add_members add_members_again_idempotent add_members_error_missing_group add_members_error_missing_user
add_members_error_not_enrolled batch_external_functions calendar_create_error_eventtype
calendar_create_error_partial_batch calendar_create_group_event calendar_delete calendar_delete_missing
calendar_get_by_course_and_group calendar_get_by_ids calendar_get_event_by_id calendar_update_by_form
calendar_update_by_form_ok calendar_update_start_day course_by_shortname course_groups
course_groups_after_failed_batch course_groups_missing_course create_groups
create_groups_error_batch_is_atomic create_groups_error_duplicate_idnumber
create_groups_error_duplicate_name delete_groups delete_groups_missing delete_members
delete_members_again_idempotent enrolled_users enrolled_users_group_page enrolled_users_onlyactive
enrolled_users_onlysuspended error_bad_token error_function_not_in_service error_invalid_parameter
error_missing_parameter error_unknown_function group_members group_members_missing_group groups_by_id
message_send message_send_with_messageanyuser site_info update_groups update_groups_missing users_by_id
"""
SITE_ONE = frozenset(_FIRST.split())


def prepare(text: str) -> Callable[[Prepare], Prepare]:
    """Say for which cases (names, or patterns with a `*`) a situation is made."""

    def register(function: Prepare) -> Prepare:
        for pattern in text.split():
            regex = re.compile(pattern.replace("*", ".*"))
            for name in filter(regex.fullmatch, names()):
                PREPARE.setdefault(name, []).append(function)
        return function

    return register


def expected_ids(world: World, name: str) -> None:
    """Let rows that the case creates get the ids that were recorded."""
    response = load(name).get("response")
    events = response.get("events") if isinstance(response, dict) else None
    single = response.get("event") if isinstance(response, dict) else None
    if "_create" in name and events:
        world.next_id("event", events[0]["id"])
    if name == "calendar_form_create_new" and single:
        world.next_id("event", single["id"])


def arguments(world: World, name: str) -> object:
    """Return the request as it was sent: recordings write long texts as «жжж… (2048 letters)»."""
    text = json.dumps(load(name)["request"], ensure_ascii=False)
    full = re.sub(r"\"(.)\1*… \((\d+) letters\)\"", lambda found: f'"{found[1] * int(found[2])}"', text)
    return json.loads(full)
