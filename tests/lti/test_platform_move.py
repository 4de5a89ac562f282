"""A Moodle changed its host."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from mmo_lti.lti import vocabulary as v
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.person import Account
from mmo_lti.models.registration import Registration
from mmo_lti.services.platform_move import move_platform
from mmo_lti.services.registration import PlatformRefused, register_platform
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
