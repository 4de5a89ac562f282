"""J. Names and roles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmo_lti.lti.course_services import members_of_course
from mmo_lti.lti.names_and_roles import MEDIA_TYPE, read_members
from mmo_lti.lti.outgoing import Answer
from mmo_lti.lti.paged import MAX_PAGES, next_page, with_query
from mmo_lti.lti.platform_service import ServiceFailed, ServiceGround
from mmo_lti.models.course import Course
from mmo_lti.models.course_service import CourseService
from mmo_lti.services.launch import LaunchRoles
from tests.lti.services import MEMBERS, TokenEndpoint

RECORDED = Path(__file__).parent.parent / "recorded" / "moodle-4.5"


def member(number: int, **changed):
    return {"user_id": str(number), "roles": ["Learner"], "status": "Active", **changed}


def page(*numbers: int, following: str | None = None, **more):
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    return {"json": {"members": [member(number) for number in numbers]}, "headers": headers, **more}


def subs(members) -> list[str]:
    return [each.sub for each in members]


@pytest.fixture(autouse=True)
def endpoint(web) -> TokenEndpoint:
    return TokenEndpoint(web)


def test_lti_088_scope_and_media_type(service, web, endpoint):
    web.get(MEMBERS, **page(1))
    read_members(service, MEMBERS)
    assert endpoint.asked[0]["scope"].endswith("contextmembership.readonly")
    assert web.calls[-1].request.headers["Accept"] == MEDIA_TYPE


def test_lti_089_pages_to_the_end(service, web):
    second, third = f"{MEMBERS}?From=2&Limit=2&X=%2F", f"{MEMBERS}?from=4"
    web.get(MEMBERS, **page(1, 2, following=second))
    web.get(second, **page(following="/mod/lti/services.php/CourseSection/2/bindings/1/memberships?from=4"))
    web.get(third, **page(3))
    assert subs(read_members(service, MEMBERS)) == ["1", "2", "3"]
    assert [call.request.url for call in web.calls][1:] == [MEMBERS, second, third]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('<https://x/?a=1>; rel="next"', "https://x/?a=1"),
        ("<https://x/?a=1>; rel=next", "https://x/?a=1"),
        ('<https://x/1>; rel="differences", <https://x/2>; rel="next"', "https://x/2"),
        (
            '<https://x/1>; title="a, b; rel=next"; rel="prev", <?p=2>; rel="last next"',
            "https://moodle.example/m?p=2",
        ),
        ('<https://x/?a,b>; REL="Next"', "https://x/?a,b"),
        ('<https://x/1>; rel="nextish"', None),
        ("", None),
        ("garbage", None),
        ("<https://x/>; rel", None),
    ],
)
def test_lti_089_link_headers(header, found):
    assert next_page(Answer(200, {"Link": header}, b""), "https://moodle.example/m?p=1") == found


def test_lti_089_loops_and_endless_lists_stop(service, web):
    web.get(MEMBERS, **page(1, following=MEMBERS))
    with pytest.raises(ServiceFailed, match="pages_endless"):
        read_members(service, MEMBERS)
    web.remove("GET", MEMBERS)
    numbers = iter(range(1, 10_000))

    def endless(_request):
        link = f'<{MEMBERS}?from={next(numbers)}>; rel="next"'
        return 200, {"Link": link}, json.dumps({"members": [member(1)]})

    web.add_callback("GET", MEMBERS, endless)
    with pytest.raises(ServiceFailed, match="pages_endless"):
        read_members(service, MEMBERS)
    assert next(numbers) <= MAX_PAGES + 2


@pytest.mark.parametrize("following", ["https://evil.example/members", "//evil.example/", "http://[x"])
def test_lti_089_next_page_elsewhere_gets_no_token(service, web, following):
    web.get(MEMBERS, **page(1, following=following))
    with pytest.raises(ServiceFailed, match="foreign_address"):
        read_members(service, MEMBERS)


def test_lti_090_status_roles_and_missing_names(service, web):
    entries = [
        {"user_id": "1", "roles": ["Learner"]},
        member(2, status="Inactive"),
        member(3, status="Deleted"),
        member(4, roles=["Instructor"], name="Иванова Анна", email="a@school.example"),
        member(5, roles=[], name=None, email=5),
    ]
    web.get(MEMBERS, json={"members": entries})
    found = read_members(service, MEMBERS)
    assert [each.active for each in found] == [True, False, False, True, True]
    assert found[0].roles == LaunchRoles(learner=True)
    assert (found[3].roles, found[3].name.shown) == (LaunchRoles(course_staff=True), "Иванова Анна")
    assert (found[4].name.shown, found[4].email) == ("", "")


@pytest.mark.parametrize("name", ["lti_nrps", "lti_nrps_limit", "lti_nrps_rlid", "lti_nrps_role"])
def test_lti_090_recorded_lists(service, web, name):
    recorded = json.loads((RECORDED / f"{name}.json").read_text())
    address = recorded["request"].removeprefix("GET ")
    web.get(address, json=recorded["response"], headers=recorded["headers"])
    following = recorded["headers"].get("Link")
    if following:
        web.get(f"{MEMBERS}?limit=2&from=2", **page(99))
    found = read_members(service, address)
    expected = [entry["user_id"] for entry in recorded["response"]["members"]]
    assert subs(found) == expected + (["99"] if following else [])
    assert found[0].name.shown == recorded["response"]["members"][0]["name"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x/m", "https://x/m?role=Instructor&limit=5"),
        ("https://x/m?type_id=1", "https://x/m?type_id=1&role=Instructor&limit=5"),
        ("https://x/m?", "https://x/m?role=Instructor&limit=5"),
    ],
)
def test_lti_091_parameters_join_a_query(url, expected):
    assert with_query(url, role="Instructor", limit=5, rlid=None) == expected


def test_lti_091_parameters_are_sent(service, web):
    web.get(MEMBERS, **page(1))
    read_members(service, MEMBERS, limit=2, role="Learner", resource_link_id="1 2")
    assert web.calls[-1].request.url == f"{MEMBERS}?role=Learner&limit=2&rlid=1%202"


@pytest.mark.parametrize(
    "broken",
    [
        {"status": 500},
        {"body": "<html>"},
        {"json": {}},
        {"json": {"members": None}},
        {"json": {"members": [{"roles": []}]}},
    ],
    ids=range(5),
)
def test_lti_092_half_a_list_is_no_list(service, web, broken):
    web.get(MEMBERS, **page(1, following=f"{MEMBERS}?p=2"))
    web.get(f"{MEMBERS}?p=2", **page(2, following=f"{MEMBERS}?p=3"))
    web.get(f"{MEMBERS}?p=3", **broken)
    with pytest.raises(ServiceFailed):
        read_members(service, MEMBERS)


def test_lti_092_empty_list_is_a_failure(service, web):
    web.get(MEMBERS, **page())
    with pytest.raises(ServiceFailed, match="empty"):
        read_members(service, MEMBERS)


def test_lti_093_platform_does_not_offer_it(app, database, journey):
    assert journey.launch().status_code == 303
    ground = ServiceGround.of(app.extensions["mmo"])
    with database.read() as session:
        course = session.query(Course).one()
        assert session.get_one(CourseService, course.id).memberships_url == ""
    with pytest.raises(ServiceFailed, match="not_offered"):
        members_of_course(ground, course.id)
    with pytest.raises(ServiceFailed, match="not_offered"):
        members_of_course(ground, 10_000)
