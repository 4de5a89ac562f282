"""Requests that were not simply a function call: wrong addresses, broken sites, cut-off variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.test import TestResponse

from moodle_sync.sandbox.config import SandboxConfig
from moodle_sync.sandbox.faults import FaultKind
from moodle_sync.sandbox.site_of import attach
from tests.contract.sandbox_alike import BASE_URL, SERVER, load, php_form
from tests.contract.sandbox_sites import World

Replay = Callable[[World], TestResponse]
RAW: dict[str, Replay] = {}
INFO, GROUPS = "core_webservice_get_site_info", "core_group_get_course_groups"
ADD_MEMBERS = "core_group_add_group_members"


def raw(name: str) -> Callable[[Replay], Replay]:
    """Say which recording a replay is for."""

    def register(replay: Replay) -> Replay:
        RAW[name] = replay
        return replay

    return register


def _post(world: World, path: str = SERVER, base_url: str = BASE_URL, **form: Any) -> TestResponse:
    form = {"wstoken": world.token, "wsfunction": INFO, "moodlewsrestformat": "json", **form}
    form = {name: value for name, value in form.items() if value is not None}
    return world.client.post(path, data=form, base_url=base_url)


def _with_fault(kind: FaultKind) -> Replay:
    def replay(world: World) -> TestResponse:
        world.moodle.faults.add(kind)
        return _post(world)

    return replay


raw("conn_database_down")(_with_fault(FaultKind.DATABASE_DOWN))
raw("conn_dataroot_missing")(_with_fault(FaultKind.DATAROOT_MISSING))
raw("conn_php_fatal")(_with_fault(FaultKind.ERROR_BEFORE))


@raw("conn_format_missing")
def format_missing(world: World) -> TestResponse:
    return _post(world, moodlewsrestformat=None)


@raw("conn_format_missing_bad_token")
def format_missing_bad_token(world: World) -> TestResponse:
    return _post(world, moodlewsrestformat=None, wstoken="bad")


@raw("conn_function_missing")
def function_missing(world: World) -> TestResponse:
    return _post(world, wsfunction=None)


@raw("conn_get_request")
def get_request(world: World) -> TestResponse:
    query = {"wstoken": world.token, "wsfunction": GROUPS, "moodlewsrestformat": "json", "courseid": 2}
    return world.client.get(SERVER, query_string=query, base_url=BASE_URL)


@raw("conn_json_body")
def json_body(world: World) -> TestResponse:
    form = {"wstoken": world.token, "wsfunction": INFO, "moodlewsrestformat": "json"}
    return world.client.post(SERVER, json=form, base_url=BASE_URL)


@raw("conn_path_wrong")
def path_wrong(world: World) -> TestResponse:
    return _post(world, "/webservice/rest/servr.php")


@raw("conn_path_missing_folder")
def path_missing_folder(world: World) -> TestResponse:
    return _post(world, f"/moodle{SERVER}")


@raw("conn_path_site_root")
def path_site_root(world: World) -> TestResponse:
    return _post(world, "/")


@raw("conn_other_host_name")
def other_host_name(world: World) -> TestResponse:
    attach(world.app, world.moodle, SandboxConfig(base_url="http://other.example"))
    world.moodle.site.strict_host = True
    return _post(world, base_url="http://moodle.example")


@raw("conn_http_but_site_says_https")
def http_instead_of_https(world: World) -> TestResponse:
    world.moodle.site.strict_host = True
    return _post(world, base_url="http://moodle.example")


@raw("conn_http_behind_ssl_proxy")
def http_behind_a_proxy(world: World) -> TestResponse:
    world.moodle.site.strict_host = world.moodle.site.sslproxy = True
    return _post(world, base_url="http://moodle.example")


# Limits of the web server: 40 variables, 1 KB


def _members(name: str) -> dict[str, str]:
    return php_form(load(name)["request"])


def _enough_people(world: World) -> None:
    for row in load("limits_max_input_vars_add_members")["request"]["members"]:
        if row["userid"] not in world.moodle.users:
            world.moodle.add_user(f"x{row['userid']}", "Икс", "Игрек", row["userid"])
        world.moodle.enrol(2, row["userid"])


@raw("limits_max_input_vars_add_members")
def token_behind_the_cut(world: World) -> TestResponse:
    world.moodle.site.max_input_vars = 40
    form = _members("limits_max_input_vars_add_members")
    form |= {"wstoken": world.token, "wsfunction": ADD_MEMBERS, "moodlewsrestformat": "json"}
    return world.client.post(SERVER, data=form, base_url=BASE_URL)


def _cut(world: World, name: str, front: dict[str, str]) -> TestResponse:
    _enough_people(world)
    world.moodle.site.max_input_vars = 40
    recorded = load(name)
    rows = recorded["request"]["members"]
    world.moodle.members[1] = {row["userid"] for row in rows[: recorded["members_in_the_group_before"]]}
    query = {"moodlewsrestformat": "json"}
    answer = world.client.post(
        SERVER, query_string=query, data={**front, **_members(name)}, base_url=BASE_URL
    )
    assert len(world.moodle.members[1]) == recorded["members_in_the_group_afterwards"]
    return answer


@raw("limits_max_input_vars_silent_truncation")
def cut_between_two_rows(world: World) -> TestResponse:
    front = {"wstoken": world.token, "wsfunction": ADD_MEMBERS}
    return _cut(world, "limits_max_input_vars_silent_truncation", front)


@raw("limits_max_input_vars_cut_inside_a_row")
def cut_inside_a_row(world: World) -> TestResponse:
    front = {"wstoken": world.token, "wsfunction": ADD_MEMBERS, "moodlewssettingraw": "0"}
    return _cut(world, "limits_max_input_vars_cut_inside_a_row", front)


@raw("limits_max_input_vars_batch")
def batch_is_one_variable(world: World) -> TestResponse:
    _enough_people(world)
    world.moodle.site.max_input_vars = 40
    recorded = load("limits_max_input_vars_batch")
    world.moodle.members[1].clear()
    answer = _post(world, wsfunction=recorded["function"], **php_form(recorded["request"]))
    assert len(world.moodle.members[1]) == 30
    return answer


def _too_large(name: str) -> Replay:
    def replay(world: World) -> TestResponse:
        world.moodle.site.post_max_size = 1024
        recorded = load(name)
        return _post(world, wsfunction=recorded["function"], **php_form(recorded["request"]))

    return replay


raw("limits_post_max_size")(_too_large("limits_post_max_size"))
raw("limits_post_max_size_batch")(_too_large("limits_post_max_size_batch"))


@raw("limits_post_max_size_token_in_url")
def too_large_with_token_in_url(world: World) -> TestResponse:
    world.moodle.site.post_max_size = 1024
    query = {"wstoken": world.token, "wsfunction": "tool_mobile_call_external_functions"}
    body = php_form(load("limits_post_max_size_batch")["request"])
    query["moodlewsrestformat"] = "json"
    return world.client.post(SERVER, query_string=query, data=body, base_url=BASE_URL)
