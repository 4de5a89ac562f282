"""A centre is one issuer: several client ids and deployments of it share people, courses and offices."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.course_services import grade_book
from mmo_lti.lti.platform_service import ServiceGround
from mmo_lti.lti.refusal import Outcome
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.database import Database
from mmo_lti.models.person import Account, Person
from mmo_lti.models.registration import Registration
from mmo_lti.models.web_session import WebSession
from mmo_lti.services.registration import add_deployment, register_platform, switch
from tests.lti.conftest import NOW, Journey, platform_facts
from tests.lti.platform import CLIENT, ISS, Platform

GRADES = {"lineitems": f"{ISS}/lineitems", "scope": [v.LINEITEM_SCOPE, v.SCORE_SCOPE]}


@pytest.fixture
def second(database: Database, platform: Platform, journey: Journey) -> Journey:
    """The same browser by another registration at the same Moodle, deployment 7."""
    with database.write() as session:
        facts = platform_facts(client_id="SECOND", deployment_id="7")
        register_platform(session, facts, frozenset(), NOW)
    other = Platform(platform.key, client_id="SECOND", deployment_id="7")
    return Journey(journey.client, other, journey.clock)


def come(journey: Journey, **claims: object) -> int:
    platform = journey.platform
    answer = journey.login(client_id=platform.client_id, lti_deployment_id=platform.deployment_id)
    if answer.status_code != 302:
        return answer.status_code
    journey.clock.forward(seconds=10)
    return journey.post(platform.sign(journey.claims(**claims))).status_code


def count(database: Database, *mapped: type) -> list[int]:
    with database.read() as session:
        return [session.scalar(select(func.count()).select_from(one)) or 0 for one in mapped]


def test_one_person_by_two_clients_is_one_account_in_one_centre(journey, second, database):
    assert [come(journey), come(second)] == [303, 303]
    assert count(database, Centre, Registration, Account, Person, Course) == [1, 2, 1, 1, 1]
    with database.read() as session:
        used = {row.deployment.registration.client_id for row in session.scalars(select(WebSession))}
    assert used == {CLIENT, "SECOND"}


def test_two_deployments_of_one_client_share_the_centre(journey, database, registration):
    with database.write() as session:
        add_deployment(session, session.merge(registration), "2", NOW)
    again = Journey(journey.client, Platform(journey.platform.key, deployment_id="2"), journey.clock)
    assert [come(journey), come(again)] == [303, 303]
    assert count(database, Centre, Account, Course) == [1, 1, 1]


def test_switching_one_client_off_leaves_the_other(journey, second, database):
    with database.write() as session:
        first = session.scalars(select(Registration).where(Registration.client_id == CLIENT)).one()
        switch(session, first, False, NOW)
    assert [come(journey), come(second)] == [403, 303]


def test_a_token_of_one_client_is_not_one_of_the_other(journey, second, expect):
    second.login(client_id="SECOND", lti_deployment_id="7")
    foreign = journey.platform.sign(second.claims(aud=CLIENT))
    expect.refused(second.post(foreign), Outcome.UNTRUSTED, "untrusted.aud")


def test_services_are_asked_with_the_client_of_the_newest_launch(journey, second, database, app):
    ground = ServiceGround.of(app.extensions["mmo"])
    asked = []
    for each in (journey, second):
        come(each, **{v.GRADES: GRADES})
        with database.read() as session:
            course = session.scalars(select(Course.id)).one()
        asked.append(grade_book(ground, course).service.platform.client_id)
    assert asked == [CLIENT, "SECOND"]
