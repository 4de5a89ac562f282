"""M. Registering a platform."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.dynamic_registration import read_configuration, registration_request
from mmo_lti.models.centre import Centre
from mmo_lti.models.office import CoordinatorInvitation
from mmo_lti.models.registration import Deployment, Registration
from mmo_lti.models.registration_invitation import RegistrationInvitation
from mmo_lti.services.registration import invite_platform
from tests.lti.conftest import NOW
from tests.lti.platform import CLIENT, ISS, REMOVED, TOOL

RECORDED = Path(__file__).parent.parent / "recorded" / "moodle-4.5"
NEW = "https://new.example"
CONFIGURATION = f"{NEW}/mod/lti/openid-configuration.php"
REGISTER = f"{NEW}/mod/lti/openid-registration.php"


def configuration(**changed):
    text = (RECORDED / "lti_openid_configuration.json").read_text().replace(ISS, NEW)
    found = json.loads(text)["conf"]
    return {name: value for name, value in {**found, **changed}.items() if value is not REMOVED}


def granted(**changed):
    found = json.loads((RECORDED / "lti_dynamic_registration.json").read_text())["response"]
    return {
        name: value
        for name, value in {**found, "client_id": "NEW", **changed}.items()
        if value is not REMOVED
    }


class Registrar:
    """The platform's administrator with an address from the operator."""

    def __init__(self, client, database, web, clock) -> None:
        self.client, self.database, self.web, self.clock = client, database, web, clock
        with database.write() as session:
            self.secret = invite_platform(session, clock())
        web.get(CONFIGURATION, json=configuration())
        web.post(REGISTER, json=granted())

    def open(self, secret: str | None = None, **changed):
        given = {"openid_configuration": CONFIGURATION, "registration_token": "reg-token", **changed}
        given = {name: value for name, value in given.items() if value is not REMOVED}
        path = f"/lti/register/{secret or self.secret}"
        return self.client.get(path, query_string=given, base_url=TOOL)

    def stored(self) -> int:
        with self.database.read() as session:
            return (
                session.scalar(
                    select(func.count()).select_from(Registration).where(Registration.client_id != CLIENT)
                )
                or 0
            )

    def usable(self) -> bool:
        with self.database.read() as session:
            return session.scalars(select(RegistrationInvitation)).one().used_at is None


@pytest.fixture
def registrar(client, database, web, clock) -> Registrar:
    return Registrar(client, database, web, clock)


def test_lti_108_registration_needs_the_operators_invitation(client, web, database, clock, expect):
    for path in ("/lti/register", f"/lti/register/{'x' * 43}"):
        response = client.get(path, query_string={"openid_configuration": CONFIGURATION}, base_url=TOOL)
        assert response.status_code == 403
        assert expect.lines()[-1]["reason"] == "denied.invitation"
    with database.write() as session:
        secret = invite_platform(session, clock())
        row = session.scalars(select(RegistrationInvitation)).one()
        assert secret not in (row.digest, str(row.__dict__))
    assert len(web.calls) == 0


def test_lti_109_used_or_old_invitation(registrar, web, clock):
    clock.forward(hours=24)
    asked = len(web.calls)
    assert registrar.open().status_code == 403
    assert len(web.calls) == asked
    clock.at = NOW
    assert registrar.open().status_code == 200
    asked = len(web.calls)
    assert registrar.open().status_code == 403
    assert len(web.calls) == asked
    assert registrar.stored() == 1


@pytest.mark.parametrize(
    "url", [REMOVED, "", "http://new.example/x", "https://127.0.0.1/x", "file:///etc/passwd", "x"]
)
def test_lti_109_configuration_address(registrar, web, url):
    assert registrar.open(openid_configuration=url).status_code == 400
    assert len(web.calls) == 0
    assert registrar.usable()


BAD_CONFIGURATIONS = {
    "issuer": [REMOVED, 5, "https://other.example", "http://new.example", f"{NEW}:444", ""],
    "authorization_endpoint": [REMOVED, "http://new.example/auth", "javascript:x", "https://10.0.0.1/"],
    "token_endpoint": [REMOVED, "http://new.example/token"],
    "jwks_uri": [REMOVED, "http://new.example/jwks", "https://169.254.169.254/"],
    "registration_endpoint": [REMOVED, "http://new.example/register"],
    "id_token_signing_alg_values_supported": [REMOVED, [], ["ES256"], "RS256"],
    v.PLATFORM_CONFIGURATION: [
        REMOVED,
        {},
        {"messages_supported": []},
        {"messages_supported": [{"type": "x"}]},
    ],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, values in BAD_CONFIGURATIONS.items() for value in values],
    ids=lambda x: str(x)[:40],
)
def test_lti_110_configuration_that_does_not_fit(registrar, web, name, value):
    web.replace("GET", CONFIGURATION, json=configuration(**{name: value}))
    assert registrar.open().status_code == 400
    assert registrar.stored() == 0
    assert registrar.usable()
    assert [call.request.url for call in web.calls] == [CONFIGURATION]


def test_lti_111_request(registrar, web, app):
    registrar.open()
    request = web.calls[-1].request
    assert request.headers["Authorization"] == "Bearer reg-token"
    assert request.headers["Content-Type"] == "application/json"
    body = json.loads(request.body)
    tool = body.pop(v.TOOL_CONFIGURATION)
    assert body == {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{TOOL}/lti/login",
        "redirect_uris": [f"{TOOL}/lti/launch"],
        "client_name": "Методические объединения",
        "jwks_uri": f"{TOOL}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(v.SCOPES),
    }
    assert (tool["domain"], tool["target_link_uri"]) == ("tool.example", f"{TOOL}/lti/launch")
    assert tool["custom_parameters"]["groups"] == "$Moodle.Person.userGroupIds"
    assert [message["type"] for message in tool["messages"]] == [
        "LtiResourceLinkRequest",
        "LtiDeepLinkingRequest",
    ]
    assert set(tool["claims"]) == {"iss", "sub", "name", "given_name", "family_name", "email"}


def test_lti_111_without_token_and_with_fewer_scopes(registrar, web, app):
    web.replace("GET", CONFIGURATION, json=configuration(scopes_supported=["openid", v.MEMBERSHIP_SCOPE]))
    registrar.open(registration_token=REMOVED)
    request = web.calls[-1].request
    assert "Authorization" not in request.headers
    assert json.loads(request.body)["scope"] == v.MEMBERSHIP_SCOPE
    with app.test_request_context():
        parsed = read_configuration(configuration(scopes_supported=5), CONFIGURATION, frozenset())
        assert registration_request(parsed, TOOL)["scope"] == ""


def test_lti_112_the_answer_is_stored(registrar, database):
    assert registrar.open().status_code == 200
    with database.read() as session:
        row = session.scalars(select(Registration).where(Registration.client_id == "NEW")).one()
        deployment = session.scalars(select(Deployment).where(Deployment.registration_id == row.id)).one()
        assert row.centre.iss == NEW
    assert deployment.deployment_id == "1"
    assert set(row.scopes) == set(granted()["scope"].split())
    assert (row.product, row.version) == ("moodle", "4.5.6 (Build: 20250811)")
    assert row.jwks_uri == f"{NEW}/mod/lti/certs.php"


def test_lti_112_no_deployment_in_the_answer(registrar, web, database):
    web.replace("POST", REGISTER, json=granted(**{v.TOOL_CONFIGURATION: {}}))
    response = registrar.open()
    assert "номер развёртывания" in response.text
    with database.read() as session:
        row = session.scalars(select(Registration).where(Registration.client_id == "NEW")).one()
        assert session.scalars(select(Deployment).where(Deployment.registration_id == row.id)).all() == []


@pytest.mark.parametrize("told", [True, False, 1, 1.5, None, ["1"], {"1": 1}])
def test_lti_112_a_deployment_is_a_text_as_launches_name_it(registrar, web, database, told):
    web.replace("POST", REGISTER, json=granted(**{v.TOOL_CONFIGURATION: {"deployment_id": told}}))
    assert "номер развёртывания" in registrar.open().text
    with database.read() as session:
        assert [row.deployment_id for row in session.scalars(select(Deployment))] == ["1"]
        assert session.scalars(select(Deployment)).one().registration.client_id == CLIENT


def test_lti_113_last_page(registrar, database):
    first = registrar.open()
    code = re.search(r'id="coordinator-code">([A-Z2-9-]{19})<', first.text)
    assert code
    assert "org.imsglobal.lti.close" in first.text
    assert "if" not in first.text.split("addEventListener")[1]
    assert not re.search(r"^\s*close\(\);", first.text, re.MULTILINE)
    assert f"frame-ancestors 'self' {ISS} {NEW}" in first.headers["Content-Security-Policy"]
    with database.read() as session:
        row = session.scalars(select(CoordinatorInvitation)).one()
    assert code[1].replace("-", "") not in row.code_digest


def test_lti_114_known_platform_is_asked_about_first(registrar, web, database, client, clock):
    registrar.open()
    with database.write() as session:
        secret = invite_platform(session, clock())
    before = len(web.calls)
    page = registrar.open(secret)
    assert "уже подключён" in page.text
    assert len(web.calls) == before + 1
    form = {"openid_configuration": CONFIGURATION, "registration_token": "second"}
    path = f"/lti/register/{secret}"
    assert (
        client.post(path, data=form, base_url=TOOL, headers={"Origin": "https://evil.example"}).status_code
        == 401
    )
    web.replace("POST", REGISTER, json=granted(scope=v.SCORE_SCOPE))
    done = client.post(path, data=form, base_url=TOOL, headers={"Origin": TOOL})
    assert done.status_code == 200
    with database.read() as session:
        row = session.scalars(select(Registration).where(Registration.client_id == "NEW")).one()
        assert session.scalar(select(func.count()).select_from(Centre)) == 2
    assert row.scopes == [v.SCORE_SCOPE]


def test_lti_114_client_id_of_another_issuer_is_another_registration(registrar, web, database):
    web.replace("POST", REGISTER, json=granted(client_id=CLIENT))
    assert registrar.open().status_code == 200
    with database.read() as session:
        rows = session.scalars(select(Registration).where(Registration.client_id == CLIENT)).all()
        assert sorted(row.centre.iss for row in rows) == [ISS, NEW]
        ours = next(row for row in rows if row.centre.iss == ISS)
    assert ours.jwks_uri.startswith(ISS)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"status": 401, "body": "Incorrect registration token"}, 400),
        ({"status": 400}, 400),
        ({"status": 500}, 503),
        ({"status": 302, "headers": {"Location": "https://evil.example"}}, 400),
        ({"body": requests.ReadTimeout("x")}, 503),
        ({"body": requests.ConnectionError("x")}, 503),
        ({"body": "<html>"}, 503),
        ({"json": []}, 400),
        ({"json": {}}, 400),
        ({"json": {"client_id": ""}}, 400),
        ({"json": {"client_id": "x" * 300}}, 400),
        ({"json": {"client_id": "a\nb"}}, 400),
    ],
    ids=lambda x: str(x)[:30],
)
def test_lti_115_failure_leaves_nothing_behind(registrar, web, caplog, answer, status):
    web.replace("POST", REGISTER, **answer)
    response = registrar.open()
    assert response.status_code == status
    assert "остаётся действительным" in response.text
    assert registrar.stored() == 0
    assert registrar.usable()
    assert "reg-token" not in caplog.text + response.text
    web.replace("POST", REGISTER, json=granted())
    assert registrar.open().status_code == 200


def test_lti_115_configuration_is_down(registrar, web):
    web.replace("GET", CONFIGURATION, status=503)
    assert registrar.open().status_code == 503
    assert registrar.usable()
