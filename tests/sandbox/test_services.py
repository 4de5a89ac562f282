"""Tokens, members and grades: what a tool may ask for, and what it gets."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from moodle_sync.sandbox import SandboxConfig, WsgiAdapter, by_hand, register_tool
from moodle_sync.sandbox.lti import names
from moodle_sync.sandbox.tool_model import Tool
from tests.sandbox.conftest import MOODLE, NOW, TOOL, World
from tests.sandbox.tool import token_request, tool_app

MEMBERS = "/mod/lti/services.php/CourseSection/2/bindings/1/memberships"
ITEMS = "/mod/lti/services.php/2/lineitems?type_id=1"
ITEM_KIND = "application/vnd.ims.lis.v2.lineitem+json"
SCORE_KIND = "application/vnd.ims.lis.v1.score+json"


@pytest.fixture
def tool(world: World, config: SandboxConfig) -> Tool:
    config.http.mount(TOOL, WsgiAdapter(tool_app(world.app)))
    urls = (f"{TOOL}/lti/launch", f"{TOOL}/lti/login", f"{TOOL}/lti/launch", f"{TOOL}/lti/jwks")
    return register_tool(world.site.moodle, "ММО", *urls)


class Service:
    """The tool's side of the services."""

    def __init__(self, world: World, tool: Tool, scope: str = " ".join(names.ALL_SCOPES)) -> None:
        self.client = world.app.test_client()
        form = token_request(tool.client_id, scope)
        answer = self.client.post("/mod/lti/token.php", data=form, base_url=MOODLE)
        assert answer.status_code == 200, answer.text
        self.granted = answer.json["scope"].split()
        self.headers = {"Authorization": f"Bearer {answer.json['access_token']}"}

    def open(self, method: str, address: str, body: object = None, kind: str = "application/json") -> Any:
        more = {} if body is None else {"data": json.dumps(body), "content_type": kind}
        path = address.removeprefix(MOODLE)
        return self.client.open(path, method=method, headers=self.headers, base_url=MOODLE, **more)


def score(
    given: float | None = 7, timestamp: str = "2026-11-24T10:00:00.000+03:00", **changes: Any
) -> dict[str, Any]:
    return {
        "userId": "4",
        "scoreGiven": given,
        "scoreMaximum": 10,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": timestamp,
        **changes,
    }


# Tokens


def test_a_token_is_good_for_the_scopes_that_were_granted(world: World, tool: Tool) -> None:
    service = Service(world, tool, f"{names.MEMBERS_READ} https://example.org/none")
    assert service.granted == [names.MEMBERS_READ]
    assert service.open("GET", MEMBERS).status_code == 200
    assert service.open("GET", ITEMS).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://other.example/token"},
        {"exp": NOW - 1},
        {"iat": NOW + 3600},
        {"sub": "nobody"},
        {"exp": "x"},
    ],
)
def test_a_faulty_assertion_is_refused(world: World, tool: Tool, changes: dict[str, Any]) -> None:
    form = token_request(tool.client_id, names.MEMBERS_READ, **changes)
    assert world.app.test_client().post("/mod/lti/token.php", data=form).status_code == 400


def test_an_assertion_signed_by_another_key_is_refused(world: World, tool: Tool) -> None:
    form = token_request(tool.client_id, names.MEMBERS_READ)
    head, body, signature = form["client_assertion"].split(".")
    form["client_assertion"] = f"{head}.{body}.{signature[:-8]}AAAAAAAA"
    answer = world.app.test_client().post("/mod/lti/token.php", data=form)
    assert (answer.status_code, answer.text) == (400, '{"error":"invalid_client"}')


def test_a_token_ends_after_an_hour(world: World, tool: Tool) -> None:
    service = Service(world, tool)
    world.site.moodle.clock._wall_clock = lambda: NOW + 3600
    assert service.open("GET", MEMBERS).status_code == 401


# Members


def test_pages_of_members_bring_everybody_once_in_the_order_of_names(world: World, tool: Tool) -> None:
    service, address, members = Service(world, tool), f"{MEMBERS}?limit=7", []
    while address:
        answer = service.open("GET", address)
        members += answer.json["members"]
        link = re.match(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        address = link[1] if link else ""
    ids = [int(member["user_id"]) for member in members]
    assert sorted(ids) == sorted(world.site.moodle.enrolments[2])
    assert ids[:2] == [16, 25]


def test_suspended_people_are_left_out(world: World, tool: Tool) -> None:
    by_hand.suspend_account(world.site.moodle, 4)
    by_hand.suspend_enrolment(world.site.moodle, 2, 5)
    ids = {member["user_id"] for member in Service(world, tool).open("GET", MEMBERS).json["members"]}
    assert not {"4", "5"} & ids
    assert "6" in ids


def test_instructors_are_those_who_manage_activities(world: World, tool: Tool) -> None:
    service = Service(world, tool)
    teachers = service.open("GET", f"{MEMBERS}?role=Instructor").json["members"]
    assert str(world.site.coordinator_id) in {member["user_id"] for member in teachers}
    learners = service.open("GET", f"{MEMBERS}?role=Learner").json["members"]
    assert len(teachers) + len(learners) == len(world.site.moodle.enrolments[2])


def test_the_list_of_another_tool_or_course_is_not_there(world: World, tool: Tool) -> None:
    service = Service(world, tool)
    assert service.open("GET", MEMBERS.replace("bindings/1", "bindings/9")).status_code == 404
    assert service.open("GET", MEMBERS.replace("Section/2", "Section/99")).status_code == 404


# Grades


def test_a_mark_arrives_in_the_gradebook(world: World, tool: Tool) -> None:
    service = Service(world, tool)
    item = service.open("POST", ITEMS, {"label": "Участие", "scoreMaximum": 20, "tag": "t"}, ITEM_KIND).json[
        "id"
    ]
    scores = item.replace("/lineitem?", "/lineitem/scores?")
    assert service.open("POST", scores, score(), SCORE_KIND).status_code == 200
    results = service.open("GET", item.replace("/lineitem?", "/lineitem/results?")).json
    assert [(row["userId"], row["resultScore"], row["resultMaximum"]) for row in results] == [("4", 14, 20)]
    page = world.person("metodist").get("/grade/report/grader/index.php?id=2").text
    assert "Участие" in page
    assert "<td>14</td>" in page


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (score(scoreMaximum=None), 400),
        (score(timestamp="2026-11-24T10:00:00"), 400),
        (score(timestamp="yesterday"), 400),
        (score(activityProgress="Done"), 400),
        (score(userId="teacher"), 400),
        (score(userId="9999"), 400),
        (score(userId="33"), 400),  # a teacher of the course has no place in the gradebook
        (score(given=None, scoreMaximum=None), 200),
        (score(given=12), 200),
    ],
)
def test_a_mark_is_checked(world: World, tool: Tool, body: dict[str, Any], status: int) -> None:
    service = Service(world, tool)
    item = service.open("POST", ITEMS, {"label": "Участие", "scoreMaximum": 10}, ITEM_KIND).json["id"]
    scores = item.replace("/lineitem?", "/lineitem/scores?")
    assert service.open("POST", scores, body, SCORE_KIND).status_code == status


def test_an_older_mark_never_replaces_a_newer_one(world: World, tool: Tool) -> None:
    service = Service(world, tool)
    item = service.open("POST", ITEMS, {"label": "Участие", "scoreMaximum": 10}, ITEM_KIND).json["id"]
    scores = item.replace("/lineitem?", "/lineitem/scores?")
    assert service.open("POST", scores, score(7), SCORE_KIND).status_code == 200
    older = score(3, timestamp="2026-11-24T06:59:59.999Z")
    assert service.open("POST", scores, older, SCORE_KIND).status_code == 409
    same_second = score(9, timestamp="2026-11-24T07:00:00.999Z")
    assert service.open("POST", scores, same_second, SCORE_KIND).status_code == 409
    newer = score(9, timestamp="2026-11-24T07:00:01Z")
    assert service.open("POST", scores, newer, SCORE_KIND).status_code == 200


def test_a_mark_stays_within_its_column_and_goes_with_one_that_is_not_final(world: World, tool: Tool) -> None:
    service = Service(world, tool)
    item = service.open("POST", ITEMS, {"label": "Участие", "scoreMaximum": 10}, ITEM_KIND).json["id"]
    scores, results = (item.replace("/lineitem?", f"/lineitem/{name}?") for name in ("scores", "results"))
    service.open("POST", scores, score(12), SCORE_KIND)
    assert service.open("GET", results).json[0]["resultScore"] == 10
    service.open("PUT", item, {"label": "Участие", "scoreMaximum": 20}, ITEM_KIND)
    assert service.open("GET", results).json[0]["resultScore"] == 20  # its share of the best mark stays
    later = score(5, timestamp="2026-11-24T08:00:00Z", gradingProgress="Pending")
    service.open("POST", scores, later, SCORE_KIND)
    assert set(service.open("GET", results).json[0]) == {"id", "userId"}


def test_line_items_are_found_by_their_tag_and_paged(world: World, tool: Tool) -> None:
    service = Service(world, tool)
    for number in range(3):
        row = {"label": f"Столбец {number}", "scoreMaximum": 1, "tag": f"t{number % 2}", "resourceId": "a"}
        assert service.open("POST", ITEMS, row, ITEM_KIND).status_code == 201
    assert len(service.open("GET", f"{ITEMS}&tag=t0").json) == 2
    first = service.open("GET", f"{ITEMS}&limit=2")
    following = re.match(r'<([^>]+)>; rel="next"', first.headers["Link"])
    assert following is not None
    assert [row["label"] for row in service.open("GET", following[1]).json] == ["Столбец 2"]


def test_a_line_item_is_changed_and_deleted(world: World, tool: Tool) -> None:
    service = Service(world, tool)
    item = service.open("POST", ITEMS, {"label": "А", "scoreMaximum": 10}, ITEM_KIND).json["id"]
    changed = service.open("PUT", item, {"label": "Б", "scoreMaximum": 5}, ITEM_KIND).json
    assert (changed["label"], changed["scoreMaximum"]) == ("Б", 5)
    assert service.open("DELETE", item).status_code == 204
    assert service.open("GET", item).status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ({"label": "А", "scoreMaximum": 0}, ITEM_KIND, 400),
        ({"scoreMaximum": 1}, ITEM_KIND, 400),
        ({"label": "А", "scoreMaximum": 1}, "application/json", 415),
    ],
)
def test_a_line_item_is_checked(world: World, tool: Tool, body: object, kind: str, status: int) -> None:
    assert Service(world, tool).open("POST", ITEMS, body, kind).status_code == status
