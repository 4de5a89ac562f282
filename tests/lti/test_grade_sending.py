"""K. Grades: what is wanted reaches the gradebook of the sandbox Moodle, once each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.course_services import grade_book, members_of_course, send_grades
from mmo_lti.lti.grades import GradeBook
from mmo_lti.lti.platform_service import ServiceFailed, ServiceGround
from mmo_lti.models.association import Association
from mmo_lti.models.course import Course
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.grade import Grade, GradeColumn
from mmo_lti.services.grade import claim_column, want_column, want_grade
from moodle_sync.sandbox.roles import EDITING_TEACHER
from tests.lti.conftest import NOW
from tests.lti.world import World, connect, place


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
