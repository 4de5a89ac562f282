"""K. Grades."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.course_services import grade_book, members_of_course, send_grades
from mmo_lti.lti.grades import ActivityProgress, GradeBook, GradingProgress, LineItem, Score, below
from mmo_lti.lti.platform_service import ServiceFailed, ServiceGround
from mmo_lti.models.association import Association
from mmo_lti.models.course import Course
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.grade import Grade, GradeColumn
from mmo_lti.services.grade import claim_column, want_column, want_grade
from moodle_sync.sandbox.roles import EDITING_TEACHER
from tests.lti.conftest import NOW
from tests.lti.services import ITEM, ITEMS, TokenEndpoint
from tests.lti.world import World, connect, place

RECORDED = Path(__file__).parent.parent / "recorded" / "moodle-4.5"
ALL = frozenset(v.SCOPES) | {v.LINEITEM_READ_SCOPE}


@pytest.fixture
def book(service, web) -> GradeBook:
    TokenEndpoint(web)
    return GradeBook(service, ITEMS, ALL)


def recorded(name: str):
    return json.loads((RECORDED / f"lti_ags_{name}.json").read_text())


def sent(web) -> dict:
    return json.loads(web.calls[-1].request.body)


SCORE = Score("6", 7, 10, datetime(2026, 11, 24, 2, 18, 14, 123456, tzinfo=timezone(timedelta(hours=5))))


def test_lti_094_only_what_the_claim_allows(service, web):
    endpoint = TokenEndpoint(web)
    reading = GradeBook(service, ITEMS, frozenset({v.LINEITEM_READ_SCOPE, v.RESULT_SCOPE}))
    for call in (
        lambda: reading.create(LineItem("x", 1)),
        lambda: reading.change(ITEM, "x", 1),
        lambda: reading.delete(ITEM),
        lambda: reading.post_score(ITEM, SCORE),
    ):
        with pytest.raises(ServiceFailed, match="scope_not_offered"):
            call()
    with pytest.raises(ServiceFailed, match="not_offered"):
        GradeBook(service, "", ALL).line_items()
    with pytest.raises(ServiceFailed, match="not_offered"):
        GradeBook(service, "", ALL).create(LineItem("x", 1))
    assert endpoint.asked == []


def test_lti_095_create(book, web):
    answer = recorded("create")
    web.post(ITEMS, status=answer["status"], json=answer["response"], headers=answer["headers"])
    made = book.create(LineItem("Участие в ММО", 10, "mmo-1", "participation", "5"))
    assert made == LineItem("Участие в ММО", 10, "mmo-1", "participation", "", ITEM)
    assert sent(web) == {
        "label": "Участие в ММО",
        "scoreMaximum": 10,
        "resourceId": "mmo-1",
        "tag": "participation",
        "resourceLinkId": "5",
    }
    assert web.calls[-1].request.headers["Content-Type"] == "application/vnd.ims.lis.v2.lineitem+json"
    for wrong in (LineItem("x", 0), LineItem("x", -1), LineItem("", 1)):
        with pytest.raises(ValueError, match="line item"):
            book.create(wrong)


def test_lti_095_list_is_paged(book, web):
    answer = recorded("lineitems")
    following = f"{ITEMS}&from=1"
    web.get(ITEMS, json=answer["response"], headers={"Link": f'<{following}>; rel="next"'})
    web.get(following, json=[{"id": ITEM, "label": "Участие", "scoreMaximum": 10, "resourceId": "mmo-1"}])
    assert [item.resource_id for item in book.line_items()] == ["", "mmo-1"]
    assert web.calls[1].request.headers["Accept"] == "application/vnd.ims.lis.v2.lineitemcontainer+json"


def test_lti_095_find_or_create(book, web):
    found = f"{ITEMS}&resource_id=mmo-1"
    web.get(found, json=[{"id": ITEM, "label": "x", "scoreMaximum": 10, "resourceId": "mmo-1"}])
    assert book.find_or_create(LineItem("Участие", 10, "mmo-1")).url == ITEM
    web.replace(
        "GET", found, json=[{"id": f"{ITEM}&x", "label": "x", "scoreMaximum": 1, "resourceId": "other"}]
    )
    web.post(ITEMS, status=201, json={"id": ITEM, "label": "Участие", "scoreMaximum": 10})
    assert book.find_or_create(LineItem("Участие", 10, "mmo-1")).url == ITEM
    assert web.calls[-1].request.method == "POST"


def test_lti_096_change_keeps_other_members(book, web):
    known = {"id": ITEM, "label": "old", "scoreMaximum": 5, "tag": "t", "https://other.example/x": {"y": 1}}
    web.get(ITEM, json=known)
    web.put(ITEM, json=known)
    book.change(ITEM, "new", 10)
    assert sent(web) == {**known, "label": "new", "scoreMaximum": 10}
    web.delete(ITEM, status=204)
    book.delete(ITEM)
    assert [call.request.method for call in web.calls[1:]] == ["GET", "PUT", "DELETE"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (ITEM, ITEM.replace("/lineitem?", "/lineitem/scores?")),
        ("https://x/lineitems/4", "https://x/lineitems/4/scores"),
        ("https://x/lineitems/4/?a=1&b=2", "https://x/lineitems/4/scores?a=1&b=2"),
    ],
)
def test_lti_097_score_path_before_the_query(url, expected):
    assert below(url, "/scores") == expected


def test_lti_097_address_that_is_none(book):
    for url in ("https://[x", "https://evil.example/lineitem", ""):
        with pytest.raises(ServiceFailed, match="foreign_address"):
            book.post_score(url, SCORE)


def test_lti_097_recorded_score(book, web):
    answer = recorded("score")
    web.post(answer["request"].removeprefix("POST "), status=200, body="", headers=answer["headers"])
    book.post_score(ITEM, SCORE)
    assert web.calls[-1].request.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"


def test_lti_098_score_members(book, web):
    web.post(below(ITEM, "/scores"), status=204)
    book.post_score(ITEM, SCORE)
    assert sent(web) == {
        "userId": "6",
        "timestamp": "2026-11-24T02:18:14.123+05:00",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "scoreGiven": 7,
        "scoreMaximum": 10,
    }
    book.post_score(ITEM, Score("6", 12, 10, NOW))
    book.post_score(ITEM, Score("6", None, 0, NOW, ActivityProgress.STARTED, GradingProgress.NOT_READY))
    assert "scoreGiven" not in sent(web)
    for wrong in (Score("6", -1, 10, NOW), Score("6", 1, 0, NOW), Score("6", 1, 1, datetime(2026, 1, 1))):  # noqa: DTZ001
        with pytest.raises(ValueError, match=r"grade|zone"):
            book.post_score(ITEM, wrong)


@pytest.mark.parametrize("status", [200, 201, 204, 409])
def test_lti_099_taken(book, web, status):
    web.post(below(ITEM, "/scores"), status=status)
    book.post_score(ITEM, SCORE)


@pytest.mark.parametrize(
    ("answer", "again"),
    [
        ({"status": 400}, False),
        ({"status": 403}, False),
        ({"status": 404}, False),
        ({"status": 429}, True),
        ({"status": 500}, True),
        ({"status": 503}, True),
        ({"body": requests.ReadTimeout("x")}, True),
    ],
    ids=str,
)
def test_lti_099_not_taken(book, web, answer, again):
    web.post(below(ITEM, "/scores"), **answer)
    with pytest.raises(ServiceFailed) as failed:
        book.post_score(ITEM, SCORE)
    assert failed.value.again is again


def test_lti_100_results(book, web):
    answer = recorded("results")
    address = answer["request"].removeprefix("GET ")
    web.get(address, json=[*answer["response"], {"id": "x", "userId": "7"}], headers=answer["headers"])
    found = book.results(ITEM)
    assert [(each.sub, each.given, each.maximum) for each in found] == [("6", 7, 10), ("7", None, None)]
    assert web.calls[-1].request.headers["Accept"] == "application/vnd.ims.lis.v2.resultcontainer+json"
    web.get(f"{address}&user_id=6", json=answer["response"])
    assert len(book.results(ITEM, "6")) == 1


@pytest.fixture
def column(world: World, database, clock) -> GradeColumn:
    """A column that is wanted in a connected course of the sandbox Moodle."""
    connect(world)
    _, address = place(world)
    world.browser("teacher01").get(address)
    with database.write() as session:
        course = session.scalars(select(Course).where(Course.resource_link_id != "")).one()
        course.connected_at = clock()
        association = Association(
            centre_id=course.centre_id,
            uid="uid-1",
            code="MMO-01",
            genitive="учителей физики",
            created_at=clock(),
        )
        session.add(association)
        session.flush()
        return want_column(session, course.centre_id, course.id, association.id, "uid-1", "Участие", 10)


def ground_of(world: World) -> ServiceGround:
    return ServiceGround.of(world.installation)


def marks(world: World) -> dict[int, float | None]:
    (item,) = world.site.moodle.line_items.values()
    return {user: score.given for user, score in item.scores.items()}


def test_lti_099_grades_reach_the_gradebook_once(world: World, database, clock, column):
    with database.write() as session:
        for sub, given in (("3", 5), ("4", 7)):
            want_grade(session, session.merge(column), sub, given, clock())
    assert send_grades(ground_of(world), column.id) == 2
    assert send_grades(ground_of(world), column.id) == 0
    assert marks(world) == {3: 5, 4: 7}
    with database.write() as session:
        grade = want_grade(session, session.merge(column), "3", 6, clock())
        assert grade.at == NOW + timedelta(seconds=1)
        assert want_grade(session, session.merge(column), "4", 7, clock()).sent_at is not None
    assert send_grades(ground_of(world), column.id) == 1
    assert marks(world) == {3: 6, 4: 7}


def test_lti_099_grade_changed_while_it_is_sent_still_waits(
    world: World, database, clock, column, monkeypatch
):
    with database.write() as session:
        want_grade(session, session.merge(column), "3", 5, clock())
    post = GradeBook.post_score

    def change_meanwhile(self, url, score):
        post(self, url, score)
        with database.write() as session:
            want_grade(session, session.merge(column), "3", 9, clock())

    monkeypatch.setattr(GradeBook, "post_score", change_meanwhile)
    send_grades(ground_of(world), column.id)
    monkeypatch.undo()
    assert send_grades(ground_of(world), column.id) == 1
    assert marks(world) == {3: 9}


def test_lti_095_two_workers_make_one_line_item(world: World, database, clock, column):
    with database.write() as session:
        want_grade(session, session.merge(column), "3", 5, clock())
    with database.write() as session:
        assert claim_column(session, column.id, clock())
    with pytest.raises(ServiceFailed, match="lineitem_busy") as failed:
        send_grades(ground_of(world), column.id)
    assert failed.value.again
    clock.forward(seconds=61)
    assert send_grades(ground_of(world), column.id) == 1
    with database.write() as session:
        session.get_one(
            GradeColumn, column.id
        ).url = ""  # the worker died before it could write the address down
        want_grade(session, session.merge(column), "4", 5, clock())
    send_grades(ground_of(world), column.id)
    assert len(world.site.moodle.line_items) == 1


def test_lti_099_final_refusal_is_noted_at_its_grade(world: World, database, clock, column):
    with database.write() as session:
        for sub in ("9999", "3"):
            want_grade(session, session.merge(column), sub, 5, clock())
    assert send_grades(ground_of(world), column.id) == 1
    with database.read() as session:
        refused = session.scalars(select(Grade).where(Grade.sub == "9999")).one()
    assert refused.failure.startswith("status_4")


def test_lti_130_services_use_the_registration_of_the_launch(world: World, database, column):
    members = members_of_course(ground_of(world), column.course_id)
    assert len(members) == 32
    assert grade_book(ground_of(world), column.course_id).service.platform.client_id != "CLIENT_ID"


def test_lti_099_a_teachers_grade_is_refused_for_good_and_the_others_arrive(
    world: World, database, clock, column
):
    """Moodle has no row for teachers in its gradebook: 400, final, not sent again until it changes."""
    enrolled = world.site.moodle.enrolments[world.site.course_id]
    teacher = next(user for user, one in enrolled.items() if one.role_id == EDITING_TEACHER)
    with database.write() as session:
        for sub in (str(teacher), "3"):
            want_grade(session, session.get_one(GradeColumn, column.id), sub, 5, clock())
    assert send_grades(ground_of(world), column.id) == 1
    assert send_grades(ground_of(world), column.id) == 0
    with database.read() as session:
        refused = session.scalars(select(Grade).where(Grade.sub == str(teacher))).one()
        assert refused.failure == "status_400"
        assert session.get_one(GradeColumn, column.id).failure == ""


def test_lti_099_a_column_deleted_in_moodle_is_made_anew_with_all_its_grades(
    world: World, database, clock, column
):
    with database.write() as session:
        for sub in ("3", "4"):
            want_grade(session, session.get_one(GradeColumn, column.id), sub, 5, clock())
    send_grades(ground_of(world), column.id)
    world.site.moodle.line_items.clear()
    with database.write() as session:
        want_grade(session, session.get_one(GradeColumn, column.id), "3", 6, clock())
    with pytest.raises(ServiceFailed, match="lineitem_gone") as failed:
        send_grades(ground_of(world), column.id)
    assert failed.value.again
    assert send_grades(ground_of(world), column.id) == 2
    assert marks(world) == {3: 6, 4: 5}


@pytest.mark.parametrize("scopes", [[], [v.LINEITEM_READ_SCOPE, v.SCORE_SCOPE]], ids=["none", "reading"])
def test_lti_094_a_gradebook_that_is_shut_is_the_columns_trouble_and_no_persons(
    world: World, database, clock, column, scopes: list[str]
):
    """Once the administrator of the platform opened it, the same grades arrive."""
    with database.write() as session:
        want_grade(session, session.get_one(GradeColumn, column.id), "3", 5, clock())
        offered = session.get_one(CourseService, column.course_id)
        before, offered.grade_scopes = offered.grade_scopes, scopes
    with pytest.raises(ServiceFailed, match="scope_not_offered"):
        send_grades(ground_of(world), column.id)
    with database.write() as session:
        assert session.scalars(select(Grade.failure)).all() == [""]
        assert session.get_one(GradeColumn, column.id).failure == "scope_not_offered"
        session.get_one(CourseService, column.course_id).grade_scopes = before
    assert send_grades(ground_of(world), column.id) == 1
    with database.read() as session:
        assert session.get_one(GradeColumn, column.id).failure == ""
