"""Registering by hand: every value that Moodle asks for, and which step of the connection is wrong."""

from collections.abc import Iterator

import pytest
import responses
from joserfc.jwk import RSAKey

from mmo_lti.lti import vocabulary
from mmo_lti.models.database import Database
from mmo_lti.models.registration import Registration
from tests.lti.platform import Platform
from tests.web.conftest import City
from tests.web.visitor import Visitor, readable

PAGE = "/admin/platforms/new"
SECRET = "secret of the tests"


def test_every_value_is_there_to_copy(administrator: Visitor) -> None:
    page = readable(administrator.get(PAGE))
    for value in ("/lti/launch", "/lti/login", "/lti/jwks"):
        assert f'data-copy="http://127.0.0.1:8000{value}"' in page
    assert "sourcedid=$Person.sourcedId" in page
    assert "mmo platform add" in page


def test_what_is_registered_is_shown_as_moodle_names_it(coordinator: Visitor, database: Database) -> None:
    page = coordinator.page(PAGE)
    with database.read() as session:
        for one in session.query(Registration):
            assert one.jwks_uri in page
            assert one.client_id in page


def test_nobody_else_sees_it(director: Visitor, leader: Visitor) -> None:
    for visitor in (director, leader):
        visitor.page(PAGE, 403)
        assert visitor.post("/admin/platforms/check").status_code == 403


@pytest.fixture
def moodle(database: Database, city: City) -> Iterator[responses.RequestsMock]:
    """A platform whose key set answers; its token endpoint refuses our key."""
    with database.write() as session:
        one = session.query(Registration).filter_by(centre_id=city.centre.id).one()
        one.scopes = list(vocabulary.SCOPES)
        jwks, token = one.jwks_uri, one.token_endpoint
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(jwks, json=Platform(RSAKey.generate_key(2048)).jwks())
        mock.post(token, status=400, json={"error": "invalid_client"})
        yield mock


def test_the_check_says_which_step_is_wrong(
    administrator: Visitor, moodle: responses.RequestsMock, database: Database
) -> None:
    answer = administrator.post("/admin/platforms/check")
    assert answer.status_code == 200
    page = readable(answer)
    assert "Ключи Moodle получены." in page
    assert "Moodle не выдаёт доступ к службам" in page
    assert page.index("Moodle не выдаёт") < page.index("Ключи Moodle получены.")
