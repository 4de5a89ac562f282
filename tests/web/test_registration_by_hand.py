"""A Moodle that registers nothing by itself: its values are typed on a page with a one-time address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import responses
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import select

from mmo_lti.models.centre import Centre
from mmo_lti.models.database import Database
from mmo_lti.models.office import CoordinatorInvitation
from mmo_lti.models.registration import Deployment, Registration
from mmo_lti.services.registration import invite_platform
from tests.lti.platform import Platform
from tests.web.conftest import Clock
from tests.web.page import Page, read
from tests.web.visitor import TOOL

NEW = "https://new.example"
TYPED = {"iss": NEW, "client_id": "aB3", "deployment_id": "1"}
KEYS = f"{NEW}/mod/lti/certs.php"


@dataclass
class Administrator:
    """Somebody to whom the operator gave an address; signed in nowhere."""

    app: Flask
    address: str

    def open(self) -> Page:
        return read(self.app.test_client().get(self.address))

    def send(self, origin: str = TOOL, **changed: str) -> Page:
        headers = {"Origin": origin}
        return read(self.app.test_client().post(self.address, data={**TYPED, **changed}, headers=headers))


@pytest.fixture
def administrator(app: Flask, database: Database, clock: Clock) -> Administrator:
    with database.write() as session:
        secret = invite_platform(session, clock())
    return Administrator(app, f"/lti/register/{secret}/by-hand")


@pytest.fixture
def moodle() -> Iterator[responses.RequestsMock]:
    """The new platform; its key set answers."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(KEYS, json=Platform(RSAKey.generate_key(2048)).jwks())
        yield mock


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("https://NEW.example", NEW),
        (f"{NEW}:443", NEW),
        (f"{NEW}/?x=1", NEW),
        (f"{NEW}/LMS/?x", f"{NEW}/LMS"),
    ],
)
def test_issuer_in_another_spelling_is_shown_as_moodle_writes_it(administrator, database, typed, normal):
    page = administrator.send(iss=typed)
    assert page.status == 422
    assert f"Адрес платформы пишется так: {normal}" in page.text
    assert registered(database) == []


def test_slash_at_the_end_of_the_issuer_is_taken_off(administrator, moodle, database):
    administrator.send(iss=f"{NEW}/")
    with database.read() as session:
        assert session.scalars(select(Centre.iss).where(Centre.iss.startswith(NEW))).all() == [NEW]


def registered(database: Database) -> list[str]:
    with database.read() as session:
        query = select(Registration.client_id).join(Centre).where(Centre.iss == NEW)
        return list(session.scalars(query))


def test_every_value_is_there_to_copy_and_every_one_asked_for(administrator: Administrator) -> None:
    page = administrator.open()
    assert page.status == 200
    for value in ("/lti/launch", "/lti/login", "/lti/jwks"):
        assert f'data-copy="{TOOL}{value}"' in page.text
    assert set(page.form("Подключить").values) == {
        "iss", "client_id", "deployment_id", "jwks_uri", "token_endpoint", "authorization_endpoint"
    }  # fmt: skip


@pytest.mark.usefixtures("moodle")
def test_what_moodle_shows_is_enough(administrator: Administrator, database: Database) -> None:
    page = administrator.send(iss=f" {NEW}/ ")
    assert page.status == 200
    assert f"Moodle {NEW} подключён" in page
    assert "«Добавить элемент или ресурс»" in page
    assert "Активировать" not in page
    code = page.tree.get_element_by_id("coordinator-code").text
    with database.read() as session:
        one = session.scalars(select(Registration).join(Centre).where(Centre.iss == NEW)).one()
        assert (one.client_id, one.jwks_uri) == ("aB3", KEYS)
        assert one.token_endpoint == f"{NEW}/mod/lti/token.php"
        assert one.authorization_endpoint == f"{NEW}/mod/lti/auth.php"
        assert session.scalars(
            select(Deployment.deployment_id).where(Deployment.registration_id == one.id)
        ).all()
        assert session.scalars(select(CoordinatorInvitation)).one().centre_id == one.centre_id
    assert code


@pytest.mark.usefixtures("moodle")
def test_the_address_is_good_once(administrator: Administrator, database: Database) -> None:
    administrator.send()
    assert administrator.open().status == 403
    assert administrator.send(client_id="second").status == 403
    assert registered(database) == ["aB3"]


def test_without_the_operators_secret_nothing_opens(administrator: Administrator) -> None:
    administrator.address = f"/lti/register/{'x' * 43}/by-hand"
    assert administrator.open().status == 403
    assert administrator.send().status == 403


@pytest.mark.usefixtures("moodle")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iss", ""),
        ("iss", "http://new.example"),
        ("iss", "new.example"),
        ("iss", "https://10.0.0.1"),
        ("client_id", ""),
        ("client_id", "a" * 256),
        ("deployment_id", ""),
        ("token_endpoint", "http://new.example/token.php"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_typed_is_lost(
    administrator: Administrator, database: Database, field: str, value: str
) -> None:
    page = administrator.send(**{field: value})
    assert page.status == 422
    assert field in page.faults
    kept = page.form("Подключить").values
    assert {name: kept[name] for name in TYPED} == {**TYPED, **({field: value} if field in TYPED else {})}
    assert registered(database) == []
    assert administrator.open().status == 200


def test_a_moodle_that_shows_no_keys_is_told_at_once(
    administrator: Administrator, moodle: responses.RequestsMock, database: Database
) -> None:
    moodle.get("https://new.example/moodle/mod/lti/certs.php", status=404)
    page = administrator.send(iss=f"{NEW}/moodle")
    assert page.status == 422
    assert "нет открытых ключей Moodle: https://new.example/moodle/mod/lti/certs.php" in page.faults["iss"]
    moodle.get("https://new.example/elsewhere.php", json={"keys": []})
    page = administrator.send(jwks_uri=f"{NEW}/elsewhere.php")
    assert "https://new.example/elsewhere.php" in page.faults["jwks_uri"]
    assert page.tree.xpath("//details[@open]//input[@name='jwks_uri']")
    assert registered(database) == []


def test_a_form_of_another_site_is_refused(administrator: Administrator, database: Database) -> None:
    assert administrator.send(origin="https://evil.example").status in {401, 403}
    assert registered(database) == []
