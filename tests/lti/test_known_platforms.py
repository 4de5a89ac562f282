"""What a process remembers of platforms: never longer than a few seconds, and never for a launch that is off."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from mmo_lti.lti.known_platforms import FRESH_SECONDS, MISS_SECONDS, KnownPlatforms
from mmo_lti.lti.refusal import Outcome
from mmo_lti.models.registration import Deployment, Registration
from mmo_lti.services.registration import add_deployment, switch
from tests.lti.conftest import NOW
from tests.lti.platform import CLIENT, ISS
from tests.lti.statements import statements_of


@pytest.fixture
def ticks() -> list[float]:
    return [1000.0]


@pytest.fixture
def platforms(database, ticks) -> KnownPlatforms:
    return KnownPlatforms(database, lambda: ticks[0])


def elsewhere(database, statement) -> None:
    """What another process did: nothing in this one notices."""
    with database.engine.begin() as connection:
        connection.execute(statement)


def test_a_copy_serves_for_a_few_seconds(platforms, ticks, database):
    with statements_of(database) as statements:
        for _ in range(100):
            (found,) = platforms.of_issuer(ISS, CLIENT)
            assert platforms.of_registration(found.registration_id) == found
            assert platforms.deployment(found, "1") is not None
            ticks[0] += FRESH_SECONDS / 200
    assert len(statements) == 2


def test_another_process_switches_a_platform_off(platforms, ticks, database):
    assert platforms.of_issuer(ISS, "")
    elsewhere(database, update(Registration.__table__).values(enabled=False))
    ticks[0] += FRESH_SECONDS
    assert platforms.of_issuer(ISS, "") == []


def test_another_process_adds_a_deployment(platforms, ticks, database, registration):
    (found,) = platforms.of_issuer(ISS, "")
    assert platforms.deployment(found, "2") is None
    row = {"registration_id": registration.id, "deployment_id": "2", "enabled": True, "created_at": NOW}
    elsewhere(database, Deployment.__table__.insert().values(**row))
    ticks[0] += MISS_SECONDS
    assert platforms.deployment(found, "2") is not None


def test_this_process_shows_its_own_changes_at_once(platforms, database, registration):
    (found,) = platforms.of_issuer(ISS, "")
    with database.write() as session:
        add_deployment(session, session.get_one(Registration, registration.id), "2", NOW)
        assert platforms.deployment(found, "2") is None
    assert platforms.deployment(found, "2") is not None
    with database.write() as session:
        switch(session, session.get_one(Registration, registration.id), False, NOW)
    assert platforms.of_issuer(ISS, "") == []
    assert platforms.of_registration(registration.id) is None


def test_a_change_that_was_rolled_back_is_none(platforms, database, registration):
    assert platforms.of_issuer(ISS, "")
    with database.writer() as session:
        switch(session, session.get_one(Registration, registration.id), False, NOW)
        session.flush()
        session.rollback()
    assert platforms.of_issuer(ISS, "")


@pytest.mark.parametrize("table", [Registration.__table__, Deployment.__table__], ids=str)
def test_lti_006_a_launch_is_refused_the_moment_another_process_switched_it_off(
    journey, expect, database, table
):
    """The copy may be old; whoever is admitted is looked up in the database."""
    journey.login()
    elsewhere(database, update(table).values(enabled=False))
    token = journey.platform.sign(journey.claims())
    expect.refused(journey.post(token), Outcome.UNKNOWN, "unknown.deployment")


def test_lti_006_switched_on_again(journey, expect, database, registration):
    for enabled in (False, True):
        with database.write() as session:
            switch(session, session.scalars(select(Registration)).one(), enabled, NOW)
    expect.accepted(journey.launch())
