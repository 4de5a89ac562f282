"""How people come back from a link outside Moodle: by an activity that they can open."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from mmo_lti.lti import vocabulary as v
from mmo_lti.models.course import Course
from mmo_lti.models.database import Database
from mmo_lti.models.notice import Notice
from mmo_lti.models.person import Account
from mmo_lti.services.way_back import mark, way_to_moodle
from tests.lti.conftest import Clock, Journey
from tests.lti.platform import REMOVED

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LEARNER, STAFF = [f"{MEMBERSHIP}#Learner"], [f"{MEMBERSHIP}#Instructor"]
ADMINISTRATOR = [
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
    f"{MEMBERSHIP}#Instructor",
]


@pytest.fixture(autouse=True)
def connected(journey: Journey, database: Database) -> None:
    """A teacher came by activity 10, and a coordinator connected the course."""
    come(journey, "2", "10", STAFF)
    with database.write() as session:
        session.scalars(select(Course)).one().connected_at = journey.clock()


def come(journey: Journey, sub: str, link: str, roles: list[str]) -> None:
    claims = {v.RESOURCE_LINK: {"id": link, "title": "x"}, v.ROLES: roles}
    assert journey.launch(sub=sub, **claims).status_code == 303
    journey.clock.forward(seconds=10)


def way(database: Database, sub: str, now: datetime) -> str:
    """By which activity a notice leads this person back."""
    with database.read() as session:
        account = session.scalars(select(Account).where(Account.sub == sub)).one()
        notice = Notice(centre_id=account.centre_id, person_id=account.person_id)
        return way_to_moodle(session, notice, now).activity.rpartition("=")[2]


def of_the_course(database: Database) -> str:
    with database.read() as session:
        return session.scalars(select(Course.resource_link_id)).one()


def test_as_long_as_no_learner_came_the_newest_teacher_is_believed(journey, database):
    come(journey, "2", "11", STAFF)
    assert of_the_course(database) == "11"


@pytest.mark.parametrize("roles", [STAFF, ADMINISTRATOR, [*LEARNER, *STAFF], []])
def test_whoever_sees_hidden_activities_moves_nobodys_way_back(journey, database, roles):
    come(journey, "5", "12", LEARNER)
    come(journey, "2", "13", roles)
    assert of_the_course(database) == "12"


def test_learners_who_open_two_activities_do_not_move_it_to_and_fro(journey, database, clock: Clock):
    """The text of every event in the calendar carries the address: each move would write them all anew."""
    for link in ("12", "14", "12", "14"):
        come(journey, "5", link, LEARNER)
    assert of_the_course(database) == "12"
    clock.forward(days=1)
    come(journey, "5", "14", LEARNER)
    assert of_the_course(database) == "14"


def test_an_activity_that_learners_still_use_stays(journey, database, clock: Clock):
    come(journey, "5", "12", LEARNER)
    clock.forward(days=2)
    come(journey, "5", "12", LEARNER)
    come(journey, "6", "14", LEARNER)
    assert of_the_course(database) == "12"


def test_a_person_goes_back_by_the_activity_they_came_by(journey, database, clock: Clock):
    come(journey, "5", "12", LEARNER)
    come(journey, "6", "14", LEARNER)
    come(journey, "2", "13", STAFF)
    now = clock()
    assert [way(database, sub, now) for sub in ("5", "6", "2")] == ["12", "14", "13"]


def test_who_has_not_come_for_long_goes_the_way_of_the_others(journey, database, clock: Clock):
    """Their activity may be gone by now."""
    come(journey, "6", "14", LEARNER)
    clock.forward(days=31)
    come(journey, "5", "12", LEARNER)
    assert way(database, "6", clock()) == "12"


def test_nothing_is_remembered_of_people_of_a_course_that_is_not_connected(journey, database):
    with database.write() as session:
        session.scalars(select(Course)).one().connected_at = None
    come(journey, "8", "12", LEARNER)
    with database.read() as session:
        account = session.scalars(select(Account).where(Account.sub == "8")).one()
        assert (account.came_by, account.came_from_id) == ("", None)


def test_a_deep_link_request_has_no_activity_and_changes_nothing(journey, database):
    come(journey, "5", "12", LEARNER)
    settings = {
        "deep_link_return_url": "https://moodle.example/mod/lti/contentitem_return.php",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
    }
    answer = journey.launch(
        sub="2",
        **{
            v.MESSAGE_TYPE: v.DEEP_LINKING_REQUEST,
            v.DEEP_LINKING_SETTINGS: settings,
            v.ROLES: STAFF,
            v.RESOURCE_LINK: REMOVED,
        },
    )
    assert answer.status_code == 303
    assert of_the_course(database) == "12"


def test_whoever_opened_a_link_lands_there_once(journey, database):
    with database.write() as session:
        account = session.scalars(select(Account)).one()
        notice = Notice(centre_id=account.centre_id, person_id=account.person_id, link="/city")
        mark(session, notice, journey.clock())
    landings = [journey.launch(sub="2").location.partition("/s/")[2][12:] for _ in range(2)]
    assert landings == ["/city", "/"]
