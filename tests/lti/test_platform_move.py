"""A Moodle changed its host."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from mmo_lti.lti import vocabulary as v
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.moodle_access import MoodleAccess
from mmo_lti.models.notice import Notice
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Account
from mmo_lti.models.registration import Registration
from mmo_lti.services.platform_move import move_platform
from mmo_lti.services.registration import PlatformRefused, register_platform
from mmo_lti.services.way_back import way_to_moodle
from tests.lti.conftest import NOW, Journey, platform_facts
from tests.lti.platform import ISS, JWKS, Platform

NEW = "https://lms.city.example"


def test_people_go_on_under_the_new_host(journey, database, web, rsa_keys, client, clock, expect):
    members = {"context_memberships_url": f"{ISS}/memberships"}
    journey.launch(**{v.NAMES_AND_ROLES: members})
    with database.write() as session:
        move_platform(session, ISS, NEW, frozenset(), clock())
    assert journey.login().status_code == 403
    moved = Platform(rsa_keys[1], kid="new-key", iss=NEW)
    web.get(JWKS.replace(ISS, NEW), json=moved.jwks())
    later = Journey(client, moved, clock)
    assert later.login(iss=NEW).location.startswith(f"{NEW}/mod/lti/auth.php?")
    assert later.post(moved.sign(later.claims())).status_code == 303
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 1
        assert session.scalars(select(Registration)).one().token_endpoint.startswith(NEW)


def test_services_follow(journey, database, clock):
    journey.launch(**{v.NAMES_AND_ROLES: {"context_memberships_url": f"{ISS}/memberships?x={ISS}"}})
    with database.write() as session:
        move_platform(session, ISS, NEW, frozenset(), clock())
        assert session.scalars(select(CourseService)).one().memberships_url == f"{NEW}/memberships?x={ISS}"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("https://unknown.example", NEW, "old"),
        (ISS, "http://lms.city.example", "new"),
        (ISS, "https://taken.example", "new"),
        (ISS, ISS, "new"),
    ],
)
def test_move_that_is_refused(database, old, new, field):
    with database.write() as session:
        taken = platform_facts(iss="https://taken.example")
        register_platform(session, taken, frozenset(), NOW)
        with pytest.raises(PlatformRefused) as refused:
            move_platform(session, old, new, frozenset(), NOW)
    assert refused.value.params["field"] == field


def test_web_services_follow_with_their_token(journey, database, clock):
    """The operator says that it is the same Moodle; a stranger's address would still need a token of its own."""
    with database.write() as session:
        centre = session.scalars(select(Centre)).one()
        access = MoodleAccess(centre_id=centre.id, url=ISS, sealed_token="sealed", changed_at=NOW)
        session.add(access)
        move_platform(session, ISS, NEW, frozenset(), clock())
        assert (access.url, access.sealed_token, access.changed_at) == (NEW, "sealed", clock())
        assert session.scalars(select(OutboxRow.kind)).all() == ["moodle_check"]


def test_every_client_and_deployment_follows_and_what_stands_elsewhere_stays(database, clock):
    beside = f"{ISS}.evil/token"
    with database.write() as session:
        second = platform_facts(client_id="SECOND", deployment_id="7", token_endpoint=beside)
        register_platform(session, second, frozenset(), NOW)
        move_platform(session, ISS, f"{NEW}/moodle", frozenset(), clock())
        first, moved = session.scalars(select(Registration).order_by(Registration.id))
        assert first.jwks_uri == f"{NEW}/moodle/mod/lti/certs.php"
        assert (moved.jwks_uri, moved.token_endpoint) == (first.jwks_uri, beside)
        assert [each.deployment_id for one in (first, moved) for each in one.deployments] == ["1", "7"]


def test_links_of_messages_lead_to_the_new_host(journey, database, clock):
    journey.launch()
    with database.write() as session:
        course = session.scalars(select(Course)).one()
        course.connected_at = clock()
        person = session.scalars(select(Account.person_id)).one()
        move_platform(session, ISS, NEW, frozenset(), clock())
        way = way_to_moodle(session, Notice(centre_id=course.centre_id, person_id=person), clock())
    assert way.activity == f"{NEW}/mod/lti/view.php?l=1"
    assert way.course == f"{NEW}/course/view.php?id=2"
