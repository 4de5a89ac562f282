"""What the clock throws away, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from mmo_lti.lti.state_store import DatabaseStates, PendingLogin
from mmo_lti.models.centre import Centre
from mmo_lti.models.code_try import CodeTry
from mmo_lti.models.registration import Registration
from mmo_lti.services.clock import wall_clock
from mmo_lti.services.typed_code import meeting_of
from tasks.tidy import tidy
from tests.factories.moment import NOW
from tests.factories.person import actor_of, make_person
from tests.tasks.city import Worker

MOODLE = "https://moodle.example"


def registered(worker: Worker, centre_id: int) -> int:
    with worker.database.write() as session:
        registration = Registration(
            centre_id=centre_id,
            client_id="tool",
            authorization_endpoint=f"{MOODLE}/mod/lti/auth.php",
            token_endpoint=f"{MOODLE}/mod/lti/token.php",
            jwks_uri=f"{MOODLE}/mod/lti/certs.php",
            created_at=NOW,
        )
        session.add(registration)
        session.flush()
        return registration.id


def test_a_demo_that_moves_its_clock_a_year_on_takes_no_login_from_anybody(
    worker: Worker, centre_id: int
) -> None:
    states, begun = DatabaseStates(worker.database), wall_clock()
    login = PendingLogin(
        "digest", "nonce", registered(worker, centre_id), "1", "https://mmo.example/lti/launch"
    )
    states.keep("state", login, begun)
    with worker.database.write() as session:
        tidy(worker, session, session.get_one(Centre, centre_id), begun + timedelta(days=365))
    assert states.take("state", begun) == login


def test_wrong_codes_are_kept_as_long_as_they_count(worker: Worker, centre_id: int) -> None:
    with worker.database.write() as session:
        centre = session.get_one(Centre, centre_id)
        who = actor_of(make_person(session, centre))
        for minutes in (0, 10):
            meeting_of(session, who, "000000", NOW + timedelta(minutes=minutes))
        tidy(worker, session, centre, NOW + timedelta(minutes=15))
        assert session.scalars(select(CodeTry.tried_at)).all() == [NOW + timedelta(minutes=10)]
