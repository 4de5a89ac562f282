"""`/go/CODE`: a link in a message, with a session and without."""

from datetime import timedelta

import pytest
from flask import Flask

from mmo_lti.installation import Installation
from mmo_lti.models.database import Database
from mmo_lti.models.notice import Notice
from mmo_lti.models.person import Person
from mmo_lti.models.way_back import WayBack
from mmo_lti.models.web_session import WebSession
from mmo_lti.services.actor import Actor
from mmo_lti.services.admission import Admission
from mmo_lti.services.notice import notify
from tests.factories.centre import make_centre
from tests.factories.course import make_course, make_group_link
from tests.factories.moment import NOW
from tests.web.conftest import City, ClientFor, Clock
from tests.web.visitor import Visitor

PLAN = "/a/MMO-02/2026-27/plan"


@pytest.fixture
def code(database: Database, city: City) -> str:
    """A notice to the member about the association's plan."""
    with database.write() as session:
        params = {"association": city.association.genitive, "year": "2026/2027", "due": NOW.date()}
        told = notify(
            session,
            city.centre.id,
            city.member.id,
            "plan_proposals",
            city.association,
            "",
            params,
            PLAN,
            NOW,
            association_id=city.association.id,
        )
        assert told is not None
        return told.code


def landing(app: Flask, database: Database, person_id: int) -> str | None:
    """Where a launch of the person lands."""
    installation: Installation = app.extensions["mmo"]
    with database.write() as session:
        person = session.get_one(Person, person_id)
        admission = Admission(
            Actor(person.centre_id, person.id), deployment_id=1, connected=True, settings={}, awaited=True
        )
        paths = [ask(session, admission, installation.wall()) for ask in installation.landings]
        return next((path for path in paths if path), None)


def test_with_a_session_the_thing_opens(member: Visitor, code: str) -> None:
    answer = member.get(f"/go/{code}")
    assert (answer.status_code, answer.location) == (302, PLAN)


def test_without_one_it_leads_to_the_activity_and_names_nobody(
    stranger: Visitor, code: str, city: City
) -> None:
    page = stranger.page(f"/go/{code}")
    assert 'href="https://moodle.example/mod/lti/view.php?l=7"' in page
    assert "Открыть в Moodle" in page
    assert city.member.last not in page
    assert "математики" not in page


def test_the_course_of_the_association_comes_first(
    stranger: Visitor, code: str, database: Database, city: City
) -> None:
    with database.write() as session:
        course = make_course(session, city.centre, "9", resource_link_id="99")
        make_group_link(session, city.association, course)
    assert "view.php?l=99" in stranger.page(f"/go/{code}")


def test_the_next_launch_of_that_person_lands_there_once(
    app: Flask, database: Database, stranger: Visitor, member: Visitor, code: str, city: City
) -> None:
    stranger.page(f"/go/{code}")
    assert landing(app, database, city.member.id) == PLAN
    assert landing(app, database, city.member.id) is None


def test_nobody_else_lands_there(
    app: Flask, database: Database, stranger: Visitor, leader: Visitor, code: str, city: City
) -> None:
    stranger.page(f"/go/{code}")
    assert landing(app, database, city.leader.id) is None


def test_after_a_quarter_of_an_hour_the_mark_is_gone(
    app: Flask, database: Database, stranger: Visitor, member: Visitor, code: str, city: City, clock: Clock
) -> None:
    stranger.page(f"/go/{code}")
    clock.at += timedelta(minutes=15)
    assert landing(app, database, city.member.id) is None


def test_a_browser_that_only_looks_ahead_marks_nothing(
    stranger: Visitor, code: str, database: Database
) -> None:
    stranger.get(f"/go/{code}", headers={"Sec-Purpose": "prefetch"})
    with database.read() as session:
        assert session.query(WayBack).count() == 0


def test_somebody_of_another_centre_gets_the_way_through_moodle(
    client_for: ClientFor, code: str, database: Database, city: City
) -> None:
    visitor = client_for(city.outsider)
    with database.write() as session:
        notice = session.query(Notice).filter_by(code=code).one()
        row = session.query(WebSession).filter_by(handle=visitor.handle).one()
        row.centre_id = make_centre(session, "https://other.example").id
        assert notice.centre_id != row.centre_id
    assert "Открыть в Moodle" in visitor.page(f"/go/{code}")


def test_an_unknown_code_says_what_to_do(stranger: Visitor) -> None:
    assert "Ссылка не действует" in stranger.page("/go/nothing-here", 404)
