"""What the clock throws away, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta

from mmo_lti.lti.state_store import DatabaseStates, PendingLogin
from mmo_lti.models.centre import Centre
from mmo_lti.services.clock import wall_clock
from tasks.tidy import tidy
from tests.tasks.city import Worker

LOGIN = PendingLogin("digest", "nonce", 1, "1", "https://mmo.example/lti/launch")


def test_a_demo_that_moves_its_clock_a_year_on_takes_no_login_from_anybody(
    worker: Worker, centre_id: int
) -> None:
    states, begun = DatabaseStates(worker.database), wall_clock()
    states.keep("state", LOGIN, begun)
    with worker.database.write() as session:
        tidy(worker, session, session.get_one(Centre, centre_id), begun + timedelta(days=365))
    assert states.take("state", begun) == LOGIN
